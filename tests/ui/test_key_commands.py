"""The commands for the keys of programs, as a person or a script calls them."""

import pytest
from typer.testing import CliRunner

from ui.cli import app


@pytest.fixture
def run(sqlite_address):
    def run_with(*arguments, code=0):
        environment = {"COURSECITE_DATABASE": sqlite_address, "COLUMNS": "200"}
        ended = CliRunner().invoke(app, ["key", *arguments], env=environment)
        assert ended.exit_code == code, ended.output
        return ended

    return run_with


def test_a_key_is_printed_once_and_alone(run, sqlite_journal):
    secret = run("add", "LMS", "--right", "ask", "--right", "evaluate", "--course", "biology", "--days", "9").stdout

    key = sqlite_journal.keys.find(secret.strip())
    assert (key.learner.rights, key.learner.courses) == ({"ask", "evaluate"}, {"biology"})
    shown = run("list").stdout
    assert secret.strip() not in shown
    assert "LMS" in shown
    assert "ask, evaluate" in shown
    assert "biology" in shown


def test_without_more_said_a_key_asks_all_courses(run, sqlite_journal):
    key = sqlite_journal.keys.find(run("add", "all").stdout.strip())

    assert (key.learner.rights, key.learner.courses, key.expires) == ({"ask"}, None, None)
    assert "all" in run("list").stdout


def test_a_key_is_revoked_by_name(run, sqlite_journal):
    secret = run("add", "LMS").stdout.strip()

    assert "LMS opens nothing any more" in run("revoke", "lms").stdout
    assert sqlite_journal.keys.find(secret) is None
    assert "There are no keys" in run("list").stderr


@pytest.mark.parametrize(
    ("arguments", "says", "code"),
    [
        (["add", "x", "--right", "rule"], "one right at least", 1),
        (["add", ""], "The name of a key", 1),
        (["add", "x", "--per-minute", "0"], "questions a minute", 1),
        (["revoke", "x"], "There is no key called x", 1),
    ],
)
def test_a_mistake_is_one_sentence(run, arguments, says, code):
    ended = run(*arguments, code=code)

    assert says in ended.stderr
    assert "Traceback" not in ended.output
