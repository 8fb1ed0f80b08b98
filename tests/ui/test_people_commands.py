"""The commands for accounts and for privacy, as a person or a script calls them."""

import json
import stat

import pytest
from typer.testing import CliRunner

from ui import user_commands
from ui.cli import app
from ui.journal import Journal

PASSWORD = "correct horse battery"


@pytest.fixture
def environment(sqlite_address):
    return {"COURSECITE_DATABASE": sqlite_address, "COLUMNS": "200"}


@pytest.fixture
def run(environment):
    def run_with(*arguments, stdin="", code=0):
        ended = CliRunner().invoke(app, arguments, input=stdin, env=environment)
        assert ended.exit_code == code, ended.output
        return ended

    return run_with


@pytest.fixture
def with_conversation(run, sqlite_journal):
    """An account, and a question asked with it."""
    run("user", "add", "ida", "--role", "instructor", "--password-stdin", stdin=PASSWORD)
    ida = sqlite_journal.accounts.of("ida")
    conversation = sqlite_journal.conversations.create(ida.id, "biology", "Cells")
    sqlite_journal.turns.begin(ida.id, conversation.id, "What is a cell?")
    return ida


def test_somebody_who_was_added_can_sign_in(run, sqlite_journal):
    added = run("user", "add", "ida", "--role", "instructor", "--password-stdin", stdin=f"{PASSWORD}\r\nmore\n")

    assert "ida may sign in as instructor." in added.stdout
    assert sqlite_journal.accounts.check("ida", PASSWORD).role == "instructor"


def test_a_new_account_is_a_learners_unless_said_otherwise(run, sqlite_journal):
    run("user", "add", "ben", "--password-stdin", stdin=PASSWORD)

    assert sqlite_journal.accounts.of("ben").role == "learner"


@pytest.mark.parametrize(
    ("arguments", "stdin", "says", "code"),
    [
        (["add", "ida", "--password-stdin"], "", "A password has 10 characters", 1),
        (["add", "ida", "--password-stdin"], "short", "A password has 10 characters", 1),
        (["add", "ida", "--role", "king", "--password-stdin"], PASSWORD, "king", 2),
        (["add", "ida"], PASSWORD, "--password-stdin", 2),
        (["add", "ida", PASSWORD], "", "unexpected extra argument", 2),
        (["add", ""], "", "--password-stdin", 2),
        (["password", "ida", "--password-stdin"], PASSWORD, "There is no account called ida", 1),
        (["remove", "ida"], "", "There is no account called ida", 1),
    ],
)
def test_what_cannot_be_done_is_said(run, sqlite_journal, arguments, stdin, says, code):
    ended = run("user", *arguments, stdin=stdin, code=code)

    assert says in ended.stderr
    assert not sqlite_journal.accounts.exist()


def test_the_list_shows_who_may_sign_in(run, with_conversation):
    listed = run("user", "list").stdout

    assert all(shown in listed for shown in ("ida", "instructor", with_conversation.id))
    assert "argon2" not in listed


def test_the_list_of_nobody_says_how_to_add_somebody(run):
    assert "coursecite user add" in run("user", "list").stderr


def test_another_password_is_the_only_one_that_counts(run, with_conversation, sqlite_journal):
    run("user", "password", "ida", "--password-stdin", stdin="another good one")

    assert sqlite_journal.accounts.check("ida", PASSWORD) is None
    assert sqlite_journal.accounts.check("ida", "another good one")


def test_somebody_removed_cannot_sign_in_and_their_questions_stay(run, with_conversation, sqlite_journal):
    removed = run("user", "remove", "ida")

    assert sqlite_journal.accounts.check("ida", PASSWORD) is None
    assert len(sqlite_journal.conversations.of(with_conversation.id)) == 1
    assert f"privacy delete --learner {with_conversation.id}" in removed.stderr


@pytest.mark.parametrize("by_id", [True, False])
def test_all_that_is_kept_is_handed_out(run, with_conversation, by_id):
    exported = json.loads(run("privacy", "export", "--learner", with_conversation.id if by_id else "Ida").stdout)

    assert exported["account"]["name"] == "ida"
    assert exported["conversations"][0]["turns"][0]["question"] == "What is a cell?"


def test_all_that_is_kept_is_written_to_a_file_of_ones_own(run, with_conversation, tmp_path):
    out = tmp_path / "ida.json"
    run("privacy", "export", "--learner", "ida", "--out", str(out))

    assert json.loads(out.read_text(encoding="utf-8"))["account"]["name"] == "ida"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_deleting_asks_first(run, with_conversation, sqlite_journal):
    run("privacy", "delete", "--learner", "ida", stdin="n\n", code=1)
    run("privacy", "delete", "--learner", "ida", stdin="", code=1)
    assert sqlite_journal.accounts.exist()

    deleted = run("privacy", "delete", "--learner", "ida", stdin="y\n")

    assert "1 conversation" in deleted.stdout
    assert not sqlite_journal.accounts.exist()
    assert sqlite_journal.conversations.of(with_conversation.id) == []


def test_a_script_deletes_without_being_asked(run, with_conversation, sqlite_journal):
    run("user", "remove", "ida")
    run("privacy", "delete", "--learner", with_conversation.id, "--yes")

    assert sqlite_journal.conversations.of(with_conversation.id) == []


@pytest.mark.parametrize("command", [["export"], ["delete", "--yes"]])
def test_an_unknown_person_is_said_to_be_unknown(run, command):
    """A name that was mistyped must not look as if nothing were kept."""
    ended = run("privacy", *command, "--learner", "idda", code=1)

    assert "Nothing is kept about idda" in ended.stderr


def test_a_password_is_asked_for_twice_and_not_shown(run, sqlite_journal, monkeypatch):
    monkeypatch.setattr(user_commands, "_is_at_terminal", lambda: True)
    typed = [PASSWORD, "something else", PASSWORD, PASSWORD]

    ended = run("user", "add", "ida", "--role", "admin", stdin="\n".join(typed) + "\n")

    assert ended.output.count("Password") == 2
    assert "do not match" in ended.output
    assert PASSWORD not in ended.output
    assert sqlite_journal.accounts.check("ida", PASSWORD).role == "admin"


def test_no_password_can_be_found_that_was_not_given(environment, tmp_path):
    """There is no account that is there from the start."""
    journal = Journal.open(f"sqlite:///{tmp_path}/new.sqlite")

    assert journal.accounts.all() == []
    assert all(journal.accounts.check(name, name) is None for name in ("admin", "root", "coursecite", "local", ""))
    journal.close()
