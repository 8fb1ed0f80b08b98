"""What is kept about a learner is found by looking through all tables, not by what the code says of them."""

import json

import pytest
from sqlalchemy import MetaData, select

from tests.ui.journal.test_platforms import MOODLE
from ui.journal import Proof, Visitor
from ui.learner import Activity, Learner

MARK = "Zebrafinch"
ANSWER = {"answered": True, "text": f"{MARK} text", "sentences": [{"text": MARK, "support": "weak"}]}


def live(journal, mark):
    """Somebody who leaves a trace in every table."""
    learner = journal.accounts.add(f"{mark} person", "instructor", f"{mark} password")
    journal.sessions.start(learner)
    conversation = journal.conversations.create(learner.id, "biology", f"{mark} title")
    turn = journal.turns.begin(learner.id, conversation.id, f"{mark} question")
    journal.turns.end(learner.id, turn, "finished", ANSWER | {"text": f"{mark} text"}, f"{mark} note")
    journal.feedback.give(learner.id, turn, "down", f"{mark} reason")
    journal.corrections.add(learner.id, "biology", "How many?", "Four.", Proof("cells.md", 0, 4))
    visit(journal, learner.id, mark)
    journal.widgets.put(f"course-{mark[0]}", ["https://learn.example"])
    journal.keys.add(f"program {mark[0]}", ["ask"])  # is nobody's, and stays
    journal.audit.note(Learner("command-line", "root", "admin"), "account_added", "", learner.name)
    journal.audit.note(learner, "course_created", "biology", "Cells")
    return learner


def visit(journal, learner_id, mark):
    """The same person comes from a learning platform, and chooses the course."""
    platform = journal.platforms.put(MOODLE)
    journal.platforms.invite()
    visitor = Visitor(platform.id, f"{mark} context", f"{mark} course", learner_id, f"{mark} name", "instructor", {})
    journal.launches.say(f"{mark} state", platform.id, learner_id, {"name": f"{mark} name"})
    journal.visits.start(visitor, with_cookie=True)
    journal.platforms.tie(platform.id, f"course-{mark[0]}", "biology", learner_id)
    journal.participations.note(learner_id, Activity(platform.id, f"{mark} subject", "https://moodle.example/7"))


def everything(journal):
    """All rows of all tables, as the database itself tells them."""
    tables = MetaData()
    tables.reflect(journal._database.engine)
    with journal._database.engine.connect() as connection:
        return {
            name: [tuple(map(str, row)) for row in connection.execute(select(table))]
            for name, table in tables.tables.items()
            if name != "alembic_version"
        }


@pytest.fixture
def learner(journal):
    return live(journal, MARK)


def test_every_table_holds_something_of_the_learner(journal, learner):
    """So that a table added later is thought of here, and in the deletion."""
    assert [name for name, rows in everything(journal).items() if not rows] == []


def test_deleting_leaves_nothing(journal, learner):
    other = live(journal, "Goldcrest")
    others = journal.privacy.export(other.id)

    assert journal.privacy.delete(learner.id) == 1

    kept = json.dumps(everything(journal))
    assert learner.id not in kept
    assert f"{MARK} " not in kept
    assert journal.privacy.export(other.id) == others
    assert journal.privacy.delete(learner.id) == 0


def test_deleting_leaves_nothing_in_the_file(sqlite_address, tmp_path):
    from ui.journal import Journal

    journal = Journal.open(sqlite_address)
    learner = live(journal, MARK)
    assert any(MARK.encode() in path.read_bytes() for path in tmp_path.glob("journal.sqlite*"))

    journal.privacy.delete(learner.id)

    files = {path.name: path.read_bytes() for path in tmp_path.glob("journal.sqlite*")}
    journal.close()
    for traces in (f"{MARK} ", f"{MARK} ".casefold(), learner.id):
        assert [name for name, content in files.items() if traces.encode() in content] == []


def test_corrections_stay_without_their_author(journal, learner):
    journal.privacy.delete(learner.id)

    (correction,) = journal.corrections.of("biology")
    assert (correction.answer, correction.author) == ("Four.", None)


def test_the_export_holds_all_that_is_kept(journal, learner):
    exported = json.loads(json.dumps(journal.privacy.export(learner.id)))
    text = json.dumps(exported)

    assert exported["learner"] == learner.id
    for kept in ("person", "title", "question", "text", "note", "reason"):
        assert f"{MARK} {kept}" in text
    assert exported["account"]["role"] == "instructor"
    assert exported["account"]["sessions"][0].keys() == {"created", "expires"}
    (turn,) = exported["conversations"][0]["turns"]
    assert turn["feedback"]["thumb"] == "down"
    assert exported["corrections"][0]["answer"] == "Four."
    assert "argon2" not in text


def test_the_export_holds_every_value_of_the_learners_rows(journal, learner):
    """But for hashes, and for what only says again what another column says."""
    left_out = {"password_hash", "token_hash", "folded", "searched", "searched_title", "day", "cookie_hash", "key"}
    exported = journal.privacy.export(learner.id)
    (conversation,), (correction,) = exported["conversations"], exported["corrections"]
    (turn,), account = conversation["turns"], exported["account"]
    said = {
        "accounts": account,
        "sessions": account["sessions"][0] | {"account_id": account["id"]},
        "conversations": conversation | {"learner_id": exported["learner"]},
        "turns": turn | {"conversation_id": conversation["id"]},
        "feedback": turn["feedback"] | {"turn_id": turn["id"]},
        "corrections": correction | {"author": exported["learner"]},
        "lti_visits": exported["visits"][0] | {"learner_id": exported["learner"]},
        "audit": exported["acts"][0] | {"actor": exported["learner"]},
        "lti_participations": exported["participations"][0] | {"learner_id": exported["learner"]},
        "lti_ties": exported["courses_chosen"][0] | {"tied_by": exported["learner"]},
    }
    of_nobody = {"alembic_version", "api_keys", "widgets", "lti_platforms", "lti_invitations"}
    gone_in_a_minute = {"lti_launches"}
    tables = MetaData()
    tables.reflect(journal._database.engine)

    missing = {
        f"{name}.{column}"
        for name, table in tables.tables.items()
        if name not in of_nobody | gone_in_a_minute
        for column in set(table.columns.keys()) - left_out - said[name].keys()
    }
    assert missing == set()


def test_nobody_has_nothing(journal, learner):
    assert journal.privacy.export("nobody") == {
        "learner": "nobody",
        "account": None,
        "conversations": [],
        "corrections": [],
        "visits": [],
        "courses_chosen": [],
        "participations": [],
        "acts": [],
    }
