"""Bring the tables of a database up to date: Alembic's migrations, in one transaction and by one process at a time."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from ui.errors import JournalError
from ui.journal.database import Database
from ui.journal.faults import explained

_LOCK = 5271009
"""Any number that nothing else locks in a database of ours."""


def upgrade(database: Database, revision: str = "head") -> None:
    """Make or upgrade the tables; one whose tables are current is only read. Raises `JournalError`."""
    config = _config()
    newest = ScriptDirectory.from_config(config).get_current_head()
    try:
        with explained():
            with database.engine.connect() as connection:
                if revision == "head" and revision_of(connection) == newest:
                    return
            with database.engine.execution_options(writes=True).begin() as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                config.attributes["connection"] = connection
                command.upgrade(config, revision)
    except CommandError as error:
        raise JournalError(
            "The database was written by a newer Coursecite; install that one, or name another database."
        ) from error


def revision_of(connection: Connection) -> str | None:
    """The revision of the tables that are there; None where there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("ui.journal") / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
