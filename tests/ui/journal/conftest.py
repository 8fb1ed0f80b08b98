"""A journal on each of the two databases; every test has one of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.ui.postgresql import programs, running
from ui.journal import Journal
from ui.journal.schema import Table


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a running server, with ``{}`` in the place of the database's name."""
    bin_folder = programs()
    if bin_folder is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed, and in CI it must be: apt-get install postgresql")
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        with running(bin_folder, folder) as address:
            yield address
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database_on(postgresql: str, template: str) -> Iterator[str]:
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(postgresql.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        yield postgresql.format(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def made_on_postgresql(postgresql: str) -> Iterator[str]:
    """The name of a database with all tables, to be copied: that is quicker than to migrate."""
    with database_on(postgresql, "template1") as address:
        Journal.open(address).close()
        yield str(psycopg.conninfo.conninfo_to_dict(address)["dbname"])


@pytest.fixture
def empty_on_postgresql(postgresql: str) -> Iterator[str]:
    with database_on(postgresql, "template1") as address:
        yield address


@pytest.fixture
def empty_on_sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'journal.sqlite'}"


@pytest.fixture
def own_on_postgresql(postgresql: str, made_on_postgresql: str) -> Iterator[str]:
    """For a test that breaks it."""
    with database_on(postgresql, made_on_postgresql) as address:
        yield address


@pytest.fixture(scope="session")
def shared_on_postgresql(postgresql: str, made_on_postgresql: str) -> Iterator[str]:
    with database_on(postgresql, made_on_postgresql) as address:
        yield address


@pytest.fixture
def postgresql_address(shared_on_postgresql: str) -> Iterator[str]:
    """One for all tests, emptied after each: that is quicker than to make one."""
    yield shared_on_postgresql
    with psycopg.connect(shared_on_postgresql) as connection:
        tables = ", ".join(table.name for table in Table.metadata.sorted_tables)
        connection.execute(f"TRUNCATE {tables}")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_address(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"empty_on_{request.param}"))


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str:
    """A database with all tables, and nothing in them."""
    return str(request.getfixturevalue(f"{request.param}_address"))


@pytest.fixture
def journal(address: str) -> Iterator[Journal]:
    journal = Journal.open(address)
    yield journal
    journal.close()
