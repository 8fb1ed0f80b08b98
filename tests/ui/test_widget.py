"""The widget over HTTP: who may show it, who may ask, how often; and the commands."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient
from typer.testing import CliRunner

from tests.ui.conftest import in_event_loop, one_course
from ui.app import build
from ui.cli import app as command_line
from ui.journal.schema import TurnRow

SITE = "https://learn.example"
VISITOR = str(uuid.UUID(int=7))


@pytest.fixture
def client(assistant, sqlite_journal):
    """A server where everybody else must sign in."""
    sqlite_journal.accounts.add("ida", "admin", "correct horse battery")
    app = in_event_loop(lambda: build(one_course(assistant), journal=sqlite_journal, accounts=sqlite_journal))
    with TestClient(app, base_url="http://127.0.0.1:7860") as client:
        yield client


@pytest.fixture
def allowed(sqlite_journal):
    return sqlite_journal.widgets.put("course", [SITE, "http://localhost:8000"], per_visitor=2, per_day=5)


def ask(client, question="What is mitosis?", visitor=VISITOR, slug="course", headers=None, **more):
    body = {"question": question, "visitor": visitor, **more}
    return client.post(f"/widget/{slug}/ask", json=body, headers={"Sec-Fetch-Site": "same-origin", **(headers or {})})


def events(answer):
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in answer.text.split("\n\n") if block]
    return [(block["event"], json.loads(block["data"])) for block in blocks]


def test_the_page_may_be_shown_on_the_sites_that_are_listed_and_no_other(client, allowed):
    page = client.get("/widget/course")

    assert page.status_code == 200
    assert page.headers["content-security-policy"].endswith(f"frame-ancestors http://localhost:8000 {SITE}")
    assert "'unsafe-inline'" not in page.headers["content-security-policy"]
    assert "x-frame-options" not in page.headers
    assert "set-cookie" not in page.headers
    assert "Answers come from Biology" in page.text
    german = client.get("/widget/course", headers={"Accept-Language": "de"})
    assert "Die Antworten kommen aus Biology" in german.text


def test_a_course_without_a_widget_is_not_there(client):
    page = client.get("/widget/course")

    assert page.status_code == 404
    assert page.text == "This course cannot be asked about here; tell whoever runs this page."
    assert ask(client).json()["error"]["code"] == "course_gone"
    assert client.get("/widget/..%2f..%2fetc").status_code == 404


def test_a_visitor_is_answered_with_sources_and_goes_on(client, allowed, assistant, answer, sqlite_journal):
    assistant.enqueue(answer, answer)
    first = events(ask(client))
    name, done = first[-1]

    assert [name for name, _ in first] == ["sources", "text", "sentence", "text", "sentence", "done"]
    assert (name, done["answered"], len(done["citations"])) == ("done", True, 2)
    again = events(ask(client, "And meiosis?", conversation=done["conversation"]))[-1][1]
    assert again["conversation"] == done["conversation"]
    assert assistant.histories[-1][0].content == "What is mitosis?"
    assert [one.question for one in sqlite_journal.review.asked("course")] == ["And meiosis?", "What is mitosis?"]


def test_nobody_goes_on_in_the_conversation_of_another(client, allowed, assistant, answer):
    assistant.enqueue(answer, answer)
    mine = events(ask(client))[-1][1]["conversation"]
    others = events(ask(client, visitor=str(uuid.UUID(int=8)), conversation=mine))[-1][1]

    assert others["conversation"] != mine
    assert assistant.histories[-1] == []


def test_a_visitor_and_all_of_them_ask_so_often_and_no_more(client, allowed, assistant, answer):
    assistant.enqueue(*[answer] * 9)
    statuses = [ask(client).status_code for _ in range(3)]
    refused = ask(client)
    others = [ask(client, visitor=str(uuid.UUID(int=number))) for number in range(20, 24)]

    assert statuses == [200, 200, 429]
    assert refused.json()["error"]["message"].startswith("You have asked as much as one visitor may")
    assert 0 < int(refused.headers["retry-after"]) <= 3600
    assert [one.status_code for one in others] == [200, 200, 200, 429]
    assert others[-1].json()["error"]["message"].startswith("As much has been asked here")
    assert "morgen" in ask(client, visitor=str(uuid.UUID(int=30)), headers={"Accept-Language": "de"}).text


def test_what_was_asked_within_a_day_still_counts_after_a_restart(client, allowed, assistant, answer, sqlite_journal):
    earlier = [sqlite_journal.turns.begin_conversation(f"widget:{number}", "course", "What?")[1] for number in range(5)]
    sqlite_journal.turns.begin_conversation("account:1", "course", "Asked in the chat.")
    sqlite_journal.turns.begin_conversation("widget:1", "another", "Asked elsewhere.")
    asked_at(sqlite_journal, earlier[:2], hours=25)
    asked_at(sqlite_journal, earlier[2:3], hours=23)
    assistant.enqueue(answer, answer)

    statuses = [ask(client, visitor=str(uuid.UUID(int=number))).status_code for number in range(2)]
    refused = ask(client, visitor=str(uuid.UUID(int=9)))

    assert statuses == [200, 200]
    assert (refused.status_code, "come back tomorrow" in refused.json()["error"]["message"]) == (429, True)
    assert 3500 < int(refused.headers["retry-after"]) <= 3600  # the one of 23 hours ago is then a day old


def asked_at(journal, turns, hours):
    moment = datetime.now(UTC) - timedelta(hours=hours)
    with journal.widgets._database.writing() as session:
        session.execute(update(TurnRow).where(TurnRow.id.in_(turns)).values(created=moment, day=moment.date()))


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "", "Origin": "https://evil.example"}]
)
def test_pages_of_other_sites_cannot_ask_by_themselves(client, allowed, headers):
    assert ask(client, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "more", [{"visitor": "x"}, {"visitor": "a" * 100}, {"conversation": 0}, {"conversation": "1"}, {"role": "admin"}]
)
def test_what_the_page_would_not_send_is_refused(client, allowed, more):
    assert client.post("/widget/course/ask", json={"question": "What?", "visitor": VISITOR, **more}).status_code == 422


def test_an_impossible_question_is_said(client, allowed):
    assert ask(client, " ").json()["error"]["message"].startswith("The question is empty")
    assert ask(client, "x" * 100_000).status_code == 413


def test_a_visitor_sees_nothing_else(client, allowed):
    for path in ("/", "/instructor/", "/api/v1/courses", "/conversations/1.md", "/course/course/document/cells"):
        assert client.get(path, follow_redirects=False).status_code in (303, 401, 404), path


def test_the_script_and_what_the_page_needs_are_there(client):
    for path in ("/widget/coursecite.js", "/widget/static/widget.js", "/widget/static/widget.css"):
        assert client.get(path).status_code == 200


@pytest.fixture
def run(sqlite_address):
    def run_with(*arguments, code=0):
        environment = {"COURSECITE_DATABASE": sqlite_address, "COLUMNS": "200"}
        ended = CliRunner().invoke(command_line, ["widget", *arguments], env=environment)
        assert ended.exit_code == code, ended.output
        return ended.output

    return run_with


def test_the_commands(run, sqlite_journal):
    assert "No course has a widget" in run("list")
    line = run("allow", "biology", "--origin", SITE, "--per-visitor", "7")
    assert line.strip() == (
        '<script src="http://127.0.0.1:7860/widget/coursecite.js" data-course="biology" async></script>'
    )
    assert SITE in run("list")
    assert "is no web site" in run("allow", "biology", "--origin", "learn.example/path", code=1)
    run("remove", "biology")
    assert "has no widget" in run("remove", "biology", code=1)
    assert [one.act for one in sqlite_journal.audit.latest()] == ["widget_removed", "widget_allowed"]


def test_a_course_that_is_gone_is_said(client, allowed, sqlite_journal):
    sqlite_journal.widgets.put("gone", [SITE])
    assert client.get("/widget/gone").status_code == 404
