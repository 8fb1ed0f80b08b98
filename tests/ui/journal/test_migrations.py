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


def test_a_database_of_a_newer_version_is_left_alone(empty_address):
    Journal.open(empty_address).close()
    database = connect(empty_address)
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(JournalError, match="newer Coursecite"):
        Journal.open(empty_address)

    with database.reading() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
    database.close()


def test_a_database_of_the_first_version_is_brought_up_to_date_with_what_is_in_it(empty_address):
    database = connect(empty_address)
    upgrade(database, "0001")
    assert tables(database) == {"alembic_version", "conversations", "turns"}
    with database.writing() as session:
        session.execute(
            text(
                "INSERT INTO conversations (id, learner_id, course_id, title, searched_title, created, changed) VALUES "
                "(1, 'anna', 'biology', 'Cells', 'cells', '2026-01-02 03:04:05.6', '2026-01-02 03:04:05.6')"
            )
        )
        session.execute(
            text(
                "INSERT INTO turns (id, conversation_id, question, state, note, searched, withdrawn, created, day) "
                "VALUES (1, 1, 'Why?', 'asked', '', 'why?', false, '2026-01-02 03:04:05.6', '2026-01-02')"
            )
        )
    database.close()

    journal = Journal.open(empty_address)
    (conversation,) = journal.conversations.of("anna")
    (turn,) = journal.turns.of("anna", conversation.id)
    journal.turns.end("anna", turn.id, "finished", {"answered": False, "text": "", "sentences": []})
    (row,) = journal.review.to_mend("biology")
    journal.close()

    assert (conversation.title, turn.question, row.question) == ("Cells", "Why?", "Why?")
