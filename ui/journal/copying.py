"""A database written down as files, a table each, and read back: into SQLite or PostgreSQL, whichever it came from.

Rows are copied as they are, by the tables that are there: so what an earlier version wrote is read
back into its own tables, and brought up to date afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Connection, MetaData, Table, func, insert, select, text

from ui.errors import BackupInvalid
from ui.journal.database import Database
from ui.journal.faults import explained
from ui.journal.migrating import revision_of, upgrade

_VERSION = "alembic_version"
_AT_ONCE = 500
_HIGHEST = "highest"


def write_tables(database: Database, folder: Path) -> str:
    """Write every table as it is at this moment to ``folder/<table>.jsonl``; the revision. Raises `JournalError`."""
    engine = database.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with explained(), engine.begin() as connection:
        for table in _tables(connection):
            lines = (json.dumps(row, ensure_ascii=True) for row in _rows(connection, table))
            _write(folder / f"{table.name}.jsonl", lines)
        highest = {table.name: _highest(connection, table) for table in _tables(connection) if _counts(table)}
        _write(folder / f"{_HIGHEST}.json", [json.dumps(highest)])
        return revision_of(connection) or ""


def read_tables(database: Database, folder: Path, revision: str) -> int:
    """Make the tables of that revision, put the rows into them, and bring all of it up to date; how many rows.

    Raises `BackupInvalid` where anything is kept there already, or the files are none of ours, and `JournalError`.
    """
    _empty(database)
    upgrade(database, revision)
    count = 0
    try:
        with explained(), database.engine.execution_options(writes=True).begin() as connection:
            for table in _tables(connection):
                rows = _read(folder / f"{table.name}.jsonl", table)
                while some := list(islice(rows, _AT_ONCE)):
                    connection.execute(insert(table), some)
                    count += len(some)
            _go_on_counting(connection, json.loads((folder / f"{_HIGHEST}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BackupInvalid(
            "The backup is damaged, and nothing of its database was restored; take another one."
        ) from error
    upgrade(database)
    return count


def _empty(database: Database) -> None:
    """Drop tables in which nothing is: a server may have been started before. Raises `BackupInvalid`."""
    with explained(), database.engine.execution_options(writes=True).begin() as connection:
        metadata = MetaData()
        metadata.reflect(connection)
        if any(connection.scalar(select(func.count()).select_from(table)) for table in _own(metadata)):
            raise BackupInvalid("The database holds something already; name an empty one with COURSECITE_DATABASE.")
        metadata.drop_all(connection)


def _tables(connection: Connection) -> list[Table]:
    """Ours, those first that others refer to."""
    metadata = MetaData()
    metadata.reflect(connection)
    return _own(metadata)


def _own(metadata: MetaData) -> list[Table]:
    return [table for table in metadata.sorted_tables if table.name not in (_VERSION, "sqlite_sequence")]


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(select(table).order_by(*table.primary_key)):
        yield {name: _plain(value) for name, value in row._mapping.items()}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return (value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _read(path: Path, table: Table) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield {column.name: _typed(row[column.name], column) for column in table.columns}


def _typed(value: Any, column: Column[Any]) -> Any:
    if isinstance(value, str) and isinstance(column.type, sa.DateTime):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    if isinstance(value, str) and isinstance(column.type, sa.Date):
        return date.fromisoformat(value)
    return value


def _write(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="ascii") as stream:
        stream.writelines(f"{line}\n" for line in lines)


# Ids that were given once are never given again, not even after a restore.


def _counts(table: Table) -> bool:
    keys = list(table.primary_key)
    return len(keys) == 1 and isinstance(keys[0].type, sa.Integer) and not keys[0].foreign_keys


def _highest(connection: Connection, table: Table) -> int:
    if connection.dialect.name == "postgresql":
        sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name})
        # The name is the database's own.
        return int(connection.scalar(text(f"SELECT last_value FROM {sequence}")) or 0) if sequence else 0  # noqa: S608
    found = connection.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
    return int(found or 0)


def _go_on_counting(connection: Connection, highest: dict[str, int]) -> None:
    for name, number in highest.items():
        if number < 1:
            continue
        values = {"name": name, "number": number}
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :number)"), values)
        else:
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
            connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"), values)
