"""Every route of the app, as everybody there is, beside a table of who may what. A route that is not in it fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from tests.conftest import BIOLOGY
from tests.ui.conftest import in_event_loop
from tests.ui.instructor_desk import desk_over
from ui.app import build
from ui.instructor import Desk
from ui.learner import RIGHTS, Learner
from ui.lti.keys import ToolKeys
from ui.lti.launching import Tool
from ui.lti.platform_keys import PlatformKeys
from ui.sign_in import learner_of

CSRF = "a" * 43

PEOPLE = {
    "learner": Learner("account:ida", "Ida", "learner"),
    "learner elsewhere": Learner("lti:ben", "Ben", "learner", frozenset({"history"})),
    "instructor": Learner("account:eva", "Eva", "instructor"),
    "instructor elsewhere": Learner("lti:tom", "Tom", "instructor", frozenset({"history"})),
    "admin": Learner("account:root", "Root", "admin"),
}
KEY_TO_COURSES = "key to all courses"
KEYS = {
    **{f"key to {right}": ([right], ["biology"]) for right in RIGHTS},
    "key elsewhere": (list(RIGHTS), ["history"]),
    KEY_TO_COURSES: (["courses"], None),
}
EVERYBODY = {"nobody", *PEOPLE, *KEYS}
KEY_TO_ALL = "key to all"
"""Opens every course with every right; only course ids are tried with it."""

PUBLIC = EVERYBODY
PERSONS = set(PEOPLE)
KNOWN = PERSONS | set(KEYS)
ASKERS = PERSONS | {"key to ask", "key elsewhere"}
ASKERS_HERE = {"learner", "instructor", "admin", "key to ask"}
CONCERNED = PERSONS | (set(KEYS) - {"key to metrics"})
CONCERNED_HERE = CONCERNED - {"learner elsewhere", "instructor elsewhere", "key elsewhere"}
READERS_HERE = {"learner", "instructor", "admin"}
TEACHERS = {"instructor", "instructor elsewhere", "admin"}
TEACHERS_HERE = {"instructor", "admin"}
THE_LEARNER = {"learner"}

JSON_ASK = {"question": "What is mitosis?", "course": "biology"}
CHAT_ASK = {"model": "biology", "messages": [{"role": "user", "content": "What is mitosis?"}]}


@dataclass(frozen=True)
class Rule:
    """Who gets through, and what is sent; ``{…}`` in `at` is filled in with what there is."""

    allowed: set[str]
    at: str = ""
    sent: dict[str, Any] = field(default_factory=dict)


BIO, API = "/instructor/courses/{slug}", "/api/v1/courses/{course}"
TABLE: dict[tuple[str, str], Rule] = {
    ("GET", "/metrics"): Rule({"admin", "key to metrics", "key elsewhere"}),
    # The API
    ("GET", "/api/v1/openapi.json"): Rule(KNOWN),
    ("POST", "/api/v1/ask"): Rule(ASKERS_HERE, sent={"json": JSON_ASK}),
    ("GET", "/api/v1/courses"): Rule(CONCERNED),
    ("POST", "/api/v1/courses"): Rule({*TEACHERS_HERE, KEY_TO_COURSES}, sent={"json": {"title": "?"}}),
    ("GET", API): Rule(CONCERNED_HERE),
    ("PATCH", API): Rule({*TEACHERS_HERE, "key to courses", KEY_TO_COURSES}, sent={"json": {"title": "Cells"}}),
    ("DELETE", API): Rule({*TEACHERS_HERE, KEY_TO_COURSES}),
    ("POST", f"{API}/copies"): Rule({*TEACHERS_HERE, KEY_TO_COURSES}),
    ("GET", "/api/v1/conversations"): Rule(ASKERS),
    ("GET", "/api/v1/conversations/{conversation}"): Rule(THE_LEARNER),
    ("PATCH", "/api/v1/conversations/{conversation}"): Rule(THE_LEARNER, sent={"json": {"title": "Cells"}}),
    ("DELETE", "/api/v1/conversations/{conversation}"): Rule(THE_LEARNER),
    ("PUT", "/api/v1/turns/{turn}/feedback"): Rule(THE_LEARNER, sent={"json": {"thumb": "up"}}),
    ("DELETE", "/api/v1/turns/{turn}/feedback"): Rule(THE_LEARNER),
    ("GET", f"{API}/documents"): Rule({*TEACHERS_HERE, "key to documents"}),
    ("GET", f"{API}/indexing"): Rule({*TEACHERS_HERE, "key to documents"}),
    ("PUT", f"{API}/documents/{{name:path}}"): Rule({*TEACHERS_HERE, "key to documents"}, sent={"content": b"Text."}),
    ("DELETE", f"{API}/documents/{{name:path}}"): Rule({*TEACHERS_HERE, "key to documents"}),
    ("GET", f"{API}/evaluations"): Rule({*TEACHERS_HERE, "key to evaluate"}),
    ("POST", f"{API}/evaluations"): Rule({*TEACHERS_HERE, "key to evaluate"}),
    ("GET", f"{API}/evaluations/{{run}}/report"): Rule({*TEACHERS_HERE, "key to evaluate"}),
    ("GET", "/v1/openapi.json"): Rule(KNOWN),
    ("GET", "/v1/models"): Rule(ASKERS),
    ("GET", "/v1/models/{model}"): Rule(ASKERS_HERE),
    ("POST", "/v1/chat/completions"): Rule(ASKERS_HERE, sent={"json": CHAT_ASK}),
    # Pages of learners
    ("GET", "/course/{slug}/document/{doc_id:path}"): Rule(READERS_HERE),
    ("GET", "/course/{slug}/original/{name:path}"): Rule(READERS_HERE),
    ("GET", "/conversations/{identity}.md"): Rule(THE_LEARNER),
    ("GET", "/conversations/{identity}.json"): Rule(THE_LEARNER),
    # Pages of instructors
    ("GET", "/instructor/static"): Rule(PERSONS, at="/instructor/static/instructor.css"),
    ("GET", "/instructor/"): Rule(TEACHERS),
    ("GET", "/instructor/audit"): Rule({"admin"}),
    ("GET", "/instructor/platforms"): Rule({"admin"}),
    ("POST", "/instructor/platforms"): Rule({"admin"}, sent={"data": {"issuer": ""}}),
    ("POST", "/instructor/platforms/invite"): Rule({"admin"}, sent={"data": {}}),
    ("POST", "/instructor/platforms/remove"): Rule({"admin"}, sent={"data": {"number": "0"}}),
    ("GET", "/instructor/keys"): Rule({"admin"}),
    ("POST", "/instructor/keys"): Rule({"admin"}, sent={"data": {"name": ""}}),
    ("POST", "/instructor/keys/revoke"): Rule({"admin"}, sent={"data": {"name": "none"}}),
    ("POST", "/instructor/courses"): Rule(TEACHERS_HERE, sent={"data": {"title": ""}}),
    ("GET", BIO): Rule(TEACHERS_HERE),
    ("GET", f"{BIO}/state"): Rule(TEACHERS_HERE),
    ("GET", f"{BIO}/table"): Rule(TEACHERS_HERE),
    ("POST", f"{BIO}/files"): Rule(TEACHERS_HERE, sent={"params": {"name": "a.md"}, "content": b"Text."}),
    ("POST", f"{BIO}/files/delete"): Rule(TEACHERS_HERE, sent={"data": {"name": "spare.md"}}),
    ("POST", f"{BIO}/rename"): Rule(TEACHERS_HERE, sent={"data": {"title": "Cells"}}),
    ("POST", f"{BIO}/copy"): Rule(TEACHERS_HERE, sent={"data": {"title": "Cells"}}),
    ("POST", f"{BIO}/delete"): Rule(TEACHERS_HERE, sent={"data": {}}),
    ("GET", f"{BIO}/review"): Rule(TEACHERS_HERE),
    ("GET", f"{BIO}/review/answer"): Rule(TEACHERS_HERE),
    ("POST", f"{BIO}/review/answer"): Rule(TEACHERS_HERE, sent={"data": {"question": "", "answer": ""}}),
    ("POST", f"{BIO}/review/settle"): Rule(TEACHERS_HERE, sent={"data": {}}),
    ("POST", f"{BIO}/review/withdraw"): Rule(TEACHERS_HERE, sent={"data": {"number": "0"}}),
    ("GET", f"{BIO}/evaluation"): Rule(TEACHERS_HERE),
    ("POST", f"{BIO}/evaluation"): Rule(TEACHERS_HERE, sent={"data": {}}),
    ("POST", f"{BIO}/evaluation/questions"): Rule(
        TEACHERS_HERE, sent={"params": {"name": "a.jsonl"}, "content": b"none"}
    ),
    ("GET", f"{BIO}/evaluation/questions.jsonl"): Rule(TEACHERS_HERE),
    ("GET", f"{BIO}/evaluation/state"): Rule(TEACHERS_HERE),
    ("GET", f"{BIO}/evaluation/runs/{{name}}/report.html"): Rule(TEACHERS_HERE),
    # Where strangers come in; what these let in is tested with them
    ("GET", "/widget/coursecite.js"): Rule(PUBLIC),
    ("GET", "/widget/static"): Rule(PUBLIC, at="/widget/static/none"),
    ("GET", "/widget/{slug}"): Rule(PUBLIC),
    ("POST", "/widget/{slug}/ask"): Rule(PUBLIC),
    ("GET", "/lti/static"): Rule(PUBLIC, at="/lti/static/none"),
    ("GET", "/lti/static/forms.css"): Rule(PUBLIC),
    **{(method, f"/lti/{name}"): Rule(PUBLIC) for method, name in (
        ("GET", "login"), ("POST", "login"), ("POST", "launch"), ("POST", "finish"), ("GET", "jwks"),
        ("GET", "register"), ("POST", "register"))},
    # Whoever is there by a launch; others are turned away by what they ask for, not by who they are
    **{(method, f"/lti/{name}"): Rule(PERSONS) for method in ("GET", "POST")
       for name in ("choose", "deep-link", "leave")},
    ("GET", "/logout"): Rule(PERSONS),
}  # fmt: skip
NOT_ASKED = {rule for rule in TABLE if rule[1].startswith(("/widget", "/lti", "/logout"))}
"""Their own tests say what they let through."""

CHAT = "the chat"
"""Stands for all routes of Gradio."""


class Served(NamedTuple):
    app: Any
    desk: Desk
    folder: Path
    secrets: dict[str, str]
    clients: dict[str, TestClient]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("matrix")
    folder = root / "biology"
    folder.mkdir()
    (folder / "cells.md").write_text(BIOLOGY)
    (folder / "paper.pdf").write_bytes(b"%PDF-")
    desk = desk_over(folder, root / "data")
    desk.courses.create("History")
    journal = desk.journal
    secrets = {name: journal.keys.add(name, rights, courses, 1_000)[1] for name, (rights, courses) in KEYS.items()}
    secrets[KEY_TO_ALL] = journal.keys.add(KEY_TO_ALL, RIGHTS, None, 1_000)[1]
    tool = Tool(journal, desk.courses, ToolKeys(root / "data"), PlatformKeys(), "http://127.0.0.1")
    asked = Desk(desk.courses, desk.indexes, desk.indexer, journal, desk.evaluator, learner_of, desk.limits)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal.sessions, "learner", PEOPLE.get)
        app = in_event_loop(lambda: build(desk.courses, desk=asked, journal=journal, accounts=journal, tool=tool))
        yield Served(app, desk, folder, secrets, {})
    journal.close()


def routes_of(routes: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every method and path; of the chat, one entry for all that is Gradio's."""
    for route in routes:
        if hasattr(route, "original_router"):
            yield from routes_of(route.original_router.routes, prefix)
        elif isinstance(route, Mount) and route.path == "":
            yield "", CHAT
        elif isinstance(route, Mount) and hasattr(route.app, "routes"):
            yield from routes_of(route.app.routes, prefix + route.path)
        elif isinstance(route, Mount):
            yield "GET", prefix + route.path
        elif isinstance(route, Route | APIRoute):
            yield from ((method, prefix + route.path) for method in (route.methods or set()) - {"HEAD"})
        else:
            pytest.fail(f"What kind of route is {route!r}?")


def test_every_route_stands_in_the_table_and_nothing_else_does(served: Served) -> None:
    assert set(routes_of(served.app.routes)) == {*TABLE, ("", CHAT)}


def client_for(served: Served, who: str) -> TestClient:
    if who not in served.clients:
        served.clients[who] = made_client(served, who)
    return served.clients[who]


def made_client(served: Served, who: str) -> TestClient:
    client = TestClient(served.app, base_url="http://127.0.0.1", follow_redirects=False, raise_server_exceptions=False)
    client.headers["X-CSRF-Token"] = CSRF
    client.cookies.set("coursecite_csrf", CSRF)
    if who in PEOPLE:
        client.cookies.set("coursecite_session", who)
    elif who in served.secrets:
        client.headers["Authorization"] = f"Bearer {served.secrets[who]}"
    return client


def what_there_is(served: Served) -> dict[str, object]:
    """Something of each kind, made anew: a route may have deleted it."""
    (served.folder / "spare.md").write_text("Spare.")
    (served.folder / "evaluation.jsonl").write_text('{"question": "What?"}\n')
    journal, ida = served.desk.journal, PEOPLE["learner"]
    conversation = journal.conversations.create(ida.id, "biology", "Cells")
    turn = journal.turns.begin(ida.id, conversation.id, "What is a cell?")
    kept = {"conversation": conversation.id, "identity": conversation.id, "turn": turn}
    return kept | {"slug": "biology", "course": "biology", "model": "biology", "run": "none"}


def address(path: str, there: dict[str, object]) -> str:
    names = {"doc_id": "cells.md", "name": "spare.md" if "documents" in path else "paper.pdf", **there}
    return re.sub(r"\{(\w+)(?::path)?\}", lambda match: str(names[match[1]]), path)


def turned_away(response: Any) -> bool:
    """Whether it was the right that was missing: a course or a conversation that is somebody else's is not there."""
    if response.status_code in (401, 403):
        return True
    if response.status_code == 303:
        return "/login" in response.headers["location"]
    hidden = ("course is not here", "conversation is not here", "no such course")
    return response.status_code == 404 and any(words in response.text for words in hidden)


@pytest.mark.parametrize("rule", sorted(TABLE.keys() - NOT_ASKED), ids=" ".join)
def test_those_who_may_get_through_and_the_others_are_turned_away(served: Served, rule: tuple[str, str]) -> None:
    (method, path), expected = rule, TABLE[rule]
    got_through = set()
    for who in sorted(EVERYBODY):
        there = what_there_is(served)
        response = client_for(served, who).request(method, expected.at or address(path, there), **expected.sent)
        assert response.status_code != 500, (who, response.text)
        if not turned_away(response):
            got_through.add(who)

    assert got_through == expected.allowed


@pytest.mark.parametrize("who", sorted(EVERYBODY - PERSONS))
def test_nobody_but_people_gets_at_anything_of_the_chat(served: Served, who: str) -> None:
    client = client_for(served, who)
    gradio = next(route.app for route in served.app.routes if isinstance(route, Mount) and route.path == "")
    found = set(routes_of(gradio.routes))
    assert len(found) > 20

    for method, path in sorted(found):
        if path in ("/login", "/logout"):  # the pages of the gate stand in their place
            continue
        answered = client.request(method, re.sub(r"\{[^}]+\}", "x", path) or "/")
        assert answered.status_code in (401, 403), path


@pytest.mark.parametrize("who", sorted(PERSONS))
def test_people_get_at_the_chat(served: Served, who: str) -> None:
    assert client_for(served, who).get("/config").status_code == 200


TRAVERSALS = (
    "..",
    "%2e%2e",
    "..%2f..%2fdata",
    "biology%2f..%2f..",
    "%00",
    "biology%00",
    "a" * 300,
)


@pytest.mark.parametrize("traversal", TRAVERSALS)
@pytest.mark.parametrize("who", ["admin", KEY_TO_ALL])
def test_no_course_id_leads_anywhere_but_to_a_course(served: Served, who: str, traversal: str) -> None:
    """Ids that are paths, in every address, body and query that names a course."""
    client, there = client_for(served, who), what_there_is(served)
    there |= {"slug": traversal, "course": traversal, "model": traversal}
    for (method, path), rule in TABLE.items():
        if not re.search(r"\{(slug|course|model)\}", path) or (method, path) in NOT_ASKED:
            continue
        answered = client.request(method, address(path, there), **rule.sent)
        assert answered.status_code in (303, 401, 403, 404, 405, 422), (method, path, answered.status_code)
        assert "data" not in answered.headers.get("location", "")
    for path, body in (
        ("/api/v1/ask", JSON_ASK | {"course": traversal}),
        ("/v1/chat/completions", CHAT_ASK | {"model": traversal}),
    ):
        assert client.post(path, json=body).status_code in (403, 404, 422)
