"""The database behind the journal: SQLite in a file of its own, or PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from ui.errors import JournalError
from ui.journal.faults import explained

BUSY_SECONDS = 1
"""How long a statement waits for another process, while a learner waits for it."""

_CONNECT_SECONDS = 4


class Database:
    """Two kinds of blocks on one engine: `reading` and `writing`. Each is a transaction, with a session for it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reads = sessionmaker(engine)
        self._writes = sessionmaker(engine.execution_options(writes=True))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A block that only reads. Raises `JournalError`."""
        with explained(), self._reads() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A block that is stored whole, or, where it raises, not at all. Raises `JournalError`."""
        with explained(), self._writes.begin() as session:
            yield session

    def forget_deleted(self) -> None:
        """Have SQLite drop the copies of deleted rows that its write-ahead log may hold. Raises `JournalError`."""
        if self.engine.dialect.name == "sqlite":
            with explained(), self.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()


def connect(address: str) -> Database:
    """The database at `address`: ``sqlite:///path`` or ``postgresql://…``. Raises `JournalError`."""
    url = _parsed(address)
    if url.get_backend_name() == "postgresql":
        options = f"-c lock_timeout={BUSY_SECONDS}s -c timezone=UTC"
        arguments = {"options": options, "connect_timeout": _CONNECT_SECONDS}
        return Database(create_engine(url, connect_args=arguments, pool_pre_ping=True))
    _make_private(url)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return Database(engine)


def _parsed(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError:
        url = None
    if url is not None and url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
        return url
    if url is not None and url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    # The address itself may hold a password, so it is not repeated.
    raise JournalError("This is no address of a database; give one that begins with sqlite:/// or postgresql://.")


def _make_private(url: URL) -> None:
    """Learners' questions are nobody else's: the file, and those that SQLite puts beside it, are the owner's alone."""
    path = Path(str(url.database).removeprefix("file:"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise JournalError(
            f"The database {path.name} cannot be created or kept private ({error.strerror}); choose another folder."
        ) from error


def _prepare(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    """WAL lets people read while somebody writes; what is deleted is overwritten."""
    connection.isolation_level = None  # we say ourselves where a transaction begins
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """A transaction that reads first and then writes would fail at once where another one wrote in between."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
