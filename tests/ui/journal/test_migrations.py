import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from ui.errors import JournalError
from ui.journal import Journal
from ui.journal.database import connect
from ui.journal.migrating import upgrade
from ui.journal.schema import Table


def tables(database):
    return set(inspect(database.engine).get_table_names())


def test_an_empty_database_gets_the_tables_that_the_code_works_with(empty_address):
    database = connect(empty_address)
    upgrade(database)

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []
    database.close()


def test_two_processes_may_open_an_empty_database_at_once(empty_address):
    failures = []

    def open_one():
        try:
            Journal.open(empty_address).close()
        except JournalError as error:
            failures.append(error)

    threads = [threading.Thread(target=open_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []


def test_a_database_of_a_newer_version_is_left_alone(address):
    Journal.open(address).close()
    database = connect(address)
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(JournalError, match="newer Coursecite"):
        Journal.open(address)

    with database.reading() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
    database.close()
