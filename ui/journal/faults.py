"""What a database says is wrong with it → one sentence for a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ui.errors import Fault, JournalError

_SENTENCES: Final[dict[Fault, str]] = {
    "busy": "The database is busy; try again in a moment.",
    "read_only": "The database cannot be written; ask whoever runs this server to look at its permissions.",
    "full": "The disk of the database is full; ask whoever runs this server to free some space.",
    "damaged": "The database is damaged; ask whoever runs this server to restore it from a backup.",
    "unreachable": "The database cannot be reached; ask whoever runs this server to look at it.",
}

# By SQLite's name for the error, or the first characters of PostgreSQL's SQLSTATE.
_FAULTS: Final[dict[str, Fault]] = {
    "SQLITE_BUSY": "busy",
    "SQLITE_LOCKED": "busy",
    "SQLITE_READONLY": "read_only",
    "SQLITE_PERM": "read_only",
    "SQLITE_FULL": "full",
    "SQLITE_CORRUPT": "damaged",
    "SQLITE_NOTADB": "damaged",
    "55P03": "busy",  # lock_not_available
    "40": "busy",  # serialization_failure, deadlock_detected
    "53300": "busy",  # too_many_connections
    "25006": "read_only",  # read_only_sql_transaction
    "42501": "read_only",  # insufficient_privilege
    "53100": "full",  # disk_full
    "XX": "damaged",
}

_DEFECTS = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
"""Statements of ours that no database would take; a missing right is one of these too, but no defect."""


@contextmanager
def explained() -> Iterator[None]:
    """What is wrong with the database in this block is said in one sentence. Raises `JournalError`."""
    try:
        yield
    except PoolTimeout as error:
        raise fault("busy") from error
    except DBAPIError as error:
        found = _fault(error)
        if found is None and isinstance(error, _DEFECTS):
            raise
        raise fault(found or "unreachable") from error


def fault(kind: Fault) -> JournalError:
    """The error for that fault."""
    return JournalError(_SENTENCES[kind], kind)


def _fault(error: DBAPIError) -> Fault | None:
    name = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None) or ""
    return next((kind for begins, kind in _FAULTS.items() if name.startswith(begins)), None)
