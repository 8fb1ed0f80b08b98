import json

import pytest
from sqlalchemy import text

from ui.errors import BackupInvalid, JournalError
from ui.journal import Journal, Proof
from ui.journal.copying import read_tables, write_tables
from ui.journal.database import connect
from ui.journal.migrating import upgrade

HOSTILE = "\x00 ü 🙂 \ud800 '; DROP TABLE turns; --\n\"\\"


def fill(journal):
    conversation, turn = journal.turns.begin_conversation("anna", "biology", HOSTILE)
    answer = {"answered": True, "text": HOSTILE, "sentences": [{"support": "weak"}]}
    journal.turns.end("anna", turn, "finished", answer)
    journal.feedback.give("anna", turn, "down", HOSTILE)
    journal.corrections.add("anna", "biology", "When?", "On Monday.", Proof("a.md", 1, 2))
    ida = journal.accounts.add("ida", "instructor", "correct horse battery")
    journal.sessions.start(ida)
    journal.conversations.delete("anna", journal.conversations.create("anna", "biology", "gone").id)
    return conversation


def copied(address, folder, into):
    database = connect(address)
    revision = write_tables(database, folder)
    database.close()
    database = connect(into)
    read_tables(database, folder, revision)
    database.close()
    return Journal.open(into)


def everything(journal):
    (conversation,) = journal.conversations.of("anna")
    return (
        conversation,
        journal.turns.of("anna", conversation.id),
        journal.review.to_mend("biology"),
        journal.review.days("biology"),
        journal.corrections.of("biology"),
        journal.accounts.check("ida", "correct horse battery"),
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def other_address(request, tmp_path):
    """Another database, of either kind, in which nothing is."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'other.sqlite'}"
    return request.getfixturevalue("empty_on_postgresql")


def test_all_of_it_comes_back_in_either_database(journal, address, other_address, tmp_path):
    fill(journal)
    before = everything(journal)

    again = copied(address, tmp_path, other_address)

    assert everything(again) == before
    # The id of the conversation that was deleted last is not given again: an old tab would write into that.
    assert again.conversations.create("anna", "biology", "new").id == before[0].id + 2
    again.close()


def test_nothing_is_read_into_a_database_that_holds_something(journal, address, tmp_path):
    fill(journal)
    database = connect(address)
    revision = write_tables(database, tmp_path)

    with pytest.raises(BackupInvalid, match="holds something already"):
        read_tables(database, tmp_path, revision)

    database.close()
    assert len(journal.conversations.of("anna")) == 1


def test_what_the_first_version_wrote_is_brought_up_to_date(tmp_path):
    old = connect(f"sqlite:///{tmp_path / 'old.sqlite'}")
    upgrade(old, "0001")
    with old.writing() as session:
        session.execute(
            text(
                "INSERT INTO conversations (id, learner_id, course_id, title, searched_title, created, changed) VALUES "
                "(7, 'anna', 'biology', 'Cells', 'cells', '2026-01-02 03:04:05.600000', '2026-01-02 03:04:05.600000')"
            )
        )
    assert write_tables(old, tmp_path) == "0001"
    old.close()

    new = connect(f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert read_tables(new, tmp_path, "0001") == 1
    new.close()
    journal = Journal.open(f"sqlite:///{tmp_path / 'new.sqlite'}")
    (conversation,) = journal.conversations.of("anna")
    assert (conversation.id, conversation.title, conversation.created.isoformat()) == (
        7,
        "Cells",
        "2026-01-02T03:04:05.600000+00:00",
    )
    journal.close()


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"id": 1}'])
def test_a_damaged_table_is_said_and_nothing_of_it_is_kept(tmp_path, broken):
    journal = Journal.open(f"sqlite:///{tmp_path / 'old.sqlite'}")
    fill(journal)
    journal.close()
    database = connect(f"sqlite:///{tmp_path / 'old.sqlite'}")
    revision = write_tables(database, tmp_path)
    database.close()
    if broken:
        with (tmp_path / "turns.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(f"{broken}\n")
    else:
        (tmp_path / "turns.jsonl").unlink()

    into = connect(f"sqlite:///{tmp_path / 'new.sqlite'}")
    with pytest.raises(BackupInvalid, match="damaged"):
        read_tables(into, tmp_path, revision)
    with into.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM conversations")) == 0
    into.close()


def test_a_backup_of_a_newer_version_is_refused(tmp_path):
    into = connect(f"sqlite:///{tmp_path / 'new.sqlite'}")
    with pytest.raises(JournalError, match="newer Coursecite"):
        read_tables(into, tmp_path, "9999")
    into.close()


def test_rows_are_written_as_ascii_json(journal, address, tmp_path):
    fill(journal)
    database = connect(address)
    write_tables(database, tmp_path)
    database.close()

    (row,) = map(json.loads, (tmp_path / "conversations.jsonl").read_text(encoding="ascii").splitlines())
    assert row["learner_id"] == "anna"
