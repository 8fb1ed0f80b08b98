from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from ui.errors import KeyInvalid
from ui.journal.database import Database, connect
from ui.journal.schema import ApiKeyRow


def test_what_does_not_look_like_a_key_is_not_looked_for(sqlite_journal, monkeypatch):
    _, secret = sqlite_journal.keys.add("LMS", ["ask"])
    monkeypatch.delattr(Database, "reading")

    for word in (
        "",
        "coursecite_",
        secret[:-1],
        f"{secret}x",
        secret.replace("coursecite", "Coursecite"),
        "x" * 10_000,
    ):
        assert sqlite_journal.keys.find(word) is None
    with pytest.raises(AttributeError):
        sqlite_journal.keys.find(secret)


def test_whoever_has_a_key_is_known_by_it(journal):
    key, secret = journal.keys.add("  Open  WebUI ", ["ask", "documents"], ["biology", "history"], 30)

    assert secret.startswith("coursecite_")
    assert journal.keys.find(secret) == key
    assert journal.keys.all() == [key]
    learner = key.learner
    assert (learner.name, learner.role, key.learner.per_minute, key.expires) == ("Open WebUI", "learner", 30, None)
    assert (learner.courses, learner.rights) == ({"biology", "history"}, {"ask", "documents"})
    assert learner.may("ask")
    assert not learner.may("evaluate")
    assert not learner.teaches
    assert not learner.may_open("chemistry")


@pytest.mark.parametrize("secret", ["", "coursecite_", "coursecite_x", "\x00", "\ud800", "x" * 100_000, "key:1"])
def test_nothing_else_is_a_key(journal, secret):
    journal.keys.add("one", ["ask"])

    assert journal.keys.find(secret) is None


def test_the_secret_itself_is_not_kept(journal, address):
    _, secret = journal.keys.add("one", ["ask"])

    database = connect(address)
    with database.reading() as session:
        row = session.scalar(select(ApiKeyRow))
        kept = [str(getattr(row, column.key)) for column in ApiKeyRow.__table__.columns]
    database.close()
    assert not any(secret in value or secret.removeprefix("coursecite_") in value for value in kept)


def test_a_key_that_was_revoked_opens_nothing(journal):
    key, secret = journal.keys.add("Überall", ["ask"])

    assert journal.keys.revoke(" überall ").learner == key.learner
    assert journal.keys.find(secret) is None
    assert journal.keys.all() == []
    with pytest.raises(KeyInvalid, match="There is no key called Überall"):
        journal.keys.revoke("Überall")


def test_a_key_holds_as_long_as_was_said(journal, address):
    key, secret = journal.keys.add("term", ["ask"], days=30)
    assert timedelta(29) < key.expires - datetime.now(UTC) <= timedelta(30)

    database = connect(address)
    with database.writing() as session:
        session.execute(update(ApiKeyRow).values(expires=datetime.now(UTC) - timedelta(seconds=1)))
    database.close()

    assert journal.keys.find(secret) is None
    assert [one.holds for one in journal.keys.all()] == [False]


@pytest.mark.parametrize(
    ("name", "more", "says"),
    [
        ("", {}, "The name of a key has"),
        ("x" * 101, {}, "The name of a key has"),
        ("a\x07b", {}, "The name of a key has"),
        ("ONE", {}, "a key called ONE already"),
        ("two", {"rights": []}, "one right at least"),
        ("two", {"rights": ["ask", "rule"]}, "one right at least"),
        ("two", {"per_minute": 0}, "questions a minute"),
        ("two", {"per_minute": 10**9}, "questions a minute"),
        ("two", {"days": 0}, "holds 1 to"),
        ("two", {"days": 10**9}, "holds 1 to"),
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(journal, name, more, says):
    journal.keys.add("one", ["ask"])

    with pytest.raises(KeyInvalid, match=says):
        journal.keys.add(name, **{"rights": ["ask"], **more})

    assert len(journal.keys.all()) == 1
