import sqlite3
import stat

import psycopg
import pytest

from ui.errors import JournalError
from ui.journal import Journal
from ui.journal.database import connect


def test_the_files_are_their_owners_alone(empty_on_sqlite, tmp_path):
    journal = Journal.open(empty_on_sqlite)
    journal.conversations.create("anna", "biology", "mitosis")

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("journal.sqlite*")}
    journal.close()

    assert modes == {"journal.sqlite": 0o600, "journal.sqlite-wal": 0o600, "journal.sqlite-shm": 0o600}


def test_a_file_that_others_could_read_is_closed_to_them(empty_on_sqlite, tmp_path):
    path = tmp_path / "journal.sqlite"
    path.touch(0o644)

    Journal.open(empty_on_sqlite).close()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "address", ["", "journal", "mysql://u:secret@host/db", "sqlite://", "sqlite:///:memory:", "://"]
)
def test_what_is_no_address_is_refused_without_repeating_its_password(address):
    with pytest.raises(JournalError, match="begins with sqlite:/// or postgresql://") as refused:
        connect(address)

    assert "secret" not in str(refused.value)


def test_a_database_in_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(JournalError, match="cannot be created"):
        Journal.open(f"sqlite:///{tmp_path}/file/journal.sqlite")


def test_a_file_that_is_no_database_is_refused(empty_on_sqlite, tmp_path):
    (tmp_path / "journal.sqlite").write_bytes(b"This is no database. " * 100)

    with pytest.raises(JournalError, match="damaged"):
        Journal.open(empty_on_sqlite)


def test_a_locked_database_is_said_to_be_busy(sqlite_address, tmp_path):
    journal = Journal.open(sqlite_address)
    other = sqlite3.connect(tmp_path / "journal.sqlite")
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(JournalError, match="busy") as busy:
        journal.conversations.create("anna", "biology", "mitosis")
    assert journal.conversations.of("anna") == []  # WAL: reading goes on

    other.rollback()
    other.close()
    journal.conversations.create("anna", "biology", "mitosis")
    journal.close()
    assert busy.value.fault == "busy"


def test_a_locked_table_is_said_to_be_busy(postgresql_address):
    journal = Journal.open(postgresql_address)
    with psycopg.connect(postgresql_address) as other:
        other.execute("LOCK TABLE conversations")
        with pytest.raises(JournalError, match="busy"):
            journal.conversations.create("anna", "biology", "mitosis")

    journal.conversations.create("anna", "biology", "mitosis")
    journal.close()


def test_a_read_only_file_can_be_opened_and_read(sqlite_address, tmp_path):
    journal = Journal.open(sqlite_address)
    journal.conversations.create("anna", "biology", "mitosis")
    journal.close()

    read_only = Journal.open(f"sqlite:///file:{tmp_path}/journal.sqlite?mode=ro&uri=true")
    (kept,) = read_only.conversations.of("anna")
    with pytest.raises(JournalError, match="cannot be written") as refused:
        read_only.conversations.rename("anna", kept.id, "meiosis")
    read_only.close()

    assert kept.title == "mitosis"
    assert refused.value.fault == "read_only"


def test_a_read_only_server_can_be_read(own_on_postgresql):
    Journal.open(own_on_postgresql).close()
    with psycopg.connect(own_on_postgresql, autocommit=True) as other:
        name = other.info.dbname
        other.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")

    journal = Journal.open(own_on_postgresql)
    assert journal.conversations.of("anna") == []
    with pytest.raises(JournalError, match="cannot be written"):
        journal.conversations.create("anna", "biology", "mitosis")
    journal.close()


def test_a_full_disk_is_said_to_be_full(sqlite_address):
    journal = Journal.open(sqlite_address)
    conversation = journal.conversations.create("anna", "biology", "mitosis")
    with journal._database.engine.connect() as connection:  # a database that may not grow is a full disk to SQLite
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        connection.commit()

    with pytest.raises(JournalError, match="disk of the database is full") as full:
        journal.turns.begin("anna", conversation.id, "What is mitosis? " * 10_000)
    assert journal.turns.of("anna", conversation.id) == []
    journal.close()

    assert full.value.fault == "full"


def test_a_full_server_is_said_to_be_full(own_on_postgresql):
    journal = Journal.open(own_on_postgresql)
    with psycopg.connect(own_on_postgresql, autocommit=True) as other:
        other.execute(
            "CREATE FUNCTION no_space() RETURNS trigger AS $$ BEGIN "
            "RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$ LANGUAGE plpgsql"
        )
        other.execute("CREATE TRIGGER t BEFORE INSERT ON conversations FOR EACH ROW EXECUTE FUNCTION no_space()")

    with pytest.raises(JournalError, match="disk of the database is full"):
        journal.conversations.create("anna", "biology", "mitosis")
    journal.close()


def test_a_server_that_went_away_is_said_to_be_out_of_reach(own_on_postgresql, postgresql):
    journal = Journal.open(own_on_postgresql)
    with psycopg.connect(postgresql.format("postgres"), autocommit=True) as other:
        name = psycopg.conninfo.conninfo_to_dict(own_on_postgresql)["dbname"]
        other.execute(f"DROP DATABASE {name} WITH (FORCE)")
        with pytest.raises(JournalError, match="cannot be reached") as gone:
            journal.conversations.of("anna")
        other.execute(f"CREATE DATABASE {name}")
    journal.close()

    assert gone.value.fault == "unreachable"
