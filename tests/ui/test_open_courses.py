"""Somebody who may open one course alone finds no other: not in the chat, nor its documents, nor where one teaches."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.requests import HTTPConnection
from starlette.testclient import TestClient

from rag import Answer
from tests.ui.conftest import FakeAssistant, offered
from tests.ui.instructor_desk import Instructor, desk_over
from tests.ui.test_chat import ASKING, command, opened
from ui.conversation import Conversation
from ui.courses import Courses
from ui.documents import document_pages
from ui.errors import NotSignedIn
from ui.export import exports
from ui.handlers import Handlers
from ui.journal import Journal
from ui.learner import LOCAL, Learner
from ui.sign_in import Gate, learner_of
from ui.texts.chat import ENGLISH

texts = ENGLISH

ANNA = Learner("anna", "Anna", "learner", frozenset({"biology"}))


@pytest.fixture
def courses() -> Courses:
    secret, biology = FakeAssistant(course_title="Secrets"), FakeAssistant(course_title="Biology")
    return Courses([offered("secrets", secret), offered("biology", biology)])


@pytest.fixture
def handlers(courses: Courses, sqlite_journal: Journal) -> Handlers:
    return Handlers(courses, sqlite_journal, lambda _request: ANNA)


def test_the_chat_opens_on_the_course_that_is_theirs_and_shows_no_other(handlers: Handlers) -> None:
    conversation = Conversation()
    shown = opened(handlers, conversation, "")

    assert conversation.course == "biology"
    assert "Secrets" not in str(shown)


@pytest.mark.parametrize("act", ["open ?course=secrets", "quiz 1", "define 1"])
def test_another_course_is_as_good_as_gone(handlers: Handlers, act: str) -> None:
    conversation = Conversation(course="secrets", learner=ANNA)
    shown = command(handlers, conversation, act)

    assert texts.error(_gone()) in str(shown.status) or texts.turn_gone in str(shown.status)
    assert "Secrets" not in str(shown)
    assert texts.error(_gone()) in str(handlers.begin("What is mitosis?", conversation, ASKING).status)


def _gone() -> Exception:
    try:
        Courses([]).opened("secrets", ANNA)
    except Exception as error:  # noqa: BLE001 - whatever it is, its sentence is compared
        return error
    raise AssertionError


def test_a_conversation_about_another_course_is_not_theirs_to_read(
    courses: Courses, handlers: Handlers, sqlite_journal: Journal
) -> None:
    kept = sqlite_journal.conversations.create(ANNA.id, "secrets", "What is secret?")
    mine = sqlite_journal.conversations.create(ANNA.id, "biology", "What is mitosis?")
    shown = opened(handlers, Conversation(), f"?conversation={kept.id}")
    assert "What is secret?" not in str(shown)
    assert "What is mitosis?" in str(shown)

    client = client_of(ANNA, courses, sqlite_journal)
    assert client.get(f"/conversations/{kept.id}.json").status_code == 404
    assert client.get(f"/conversations/{mine.id}.json").status_code == 200


def client_of(learner: Learner, courses: Courses, journal: Journal) -> TestClient:
    app = FastAPI()
    app.include_router(document_pages(courses, learner_of))
    app.include_router(exports(journal, learner_of))
    return TestClient(Gate(app, [lambda _connection: learner]))


def test_documents_and_originals_of_another_course_are_not_there(courses: Courses, sqlite_journal: Journal) -> None:
    client = client_of(ANNA, courses, sqlite_journal)

    assert client.get("/course/biology/document/cells").status_code == 200
    for path in ("document/cells", "original/cells"):
        refused, missing = client.get(f"/course/secrets/{path}"), client.get(f"/course/nowhere/{path}")
        assert (refused.status_code, refused.text) == (404, missing.text)


def test_whoever_is_nobody_gets_no_answer_begun(courses: Courses, answer: Answer) -> None:
    handlers = Handlers(courses, None, lambda _request: None)

    assert texts.sign_in_first in str(handlers.begin("What is mitosis?", Conversation(), ASKING).status)


@pytest.mark.parametrize("role", ["instructor", "admin"])
def test_who_teaches_one_course_changes_that_one_and_no_other(biology: Path, tmp_path: Path, role: str) -> None:
    teacher = Learner("tess", "Tess", role, frozenset({"biology"}))  # type: ignore[arg-type]
    desk = desk_over(biology, tmp_path / "data", learner_of=lambda _request: teacher)
    desk.courses.create("Secrets")
    there = Instructor(desk)

    assert "Secrets" not in there.get("/").text
    assert there.get("/courses/biology").status_code == 200
    for path in ("", "/state", "/table", "/review", "/review/answer", "/evaluation", "/evaluation/state"):
        assert there.get(f"/courses/secrets{path}").status_code == 404
    assert there.upload("secrets", "a.md", b"# A").status_code == 404
    for path in ("/courses", "/courses/biology/copy", "/courses/biology/delete"):
        assert there.post(path, title="Mine").status_code == 403
    assert [course.slug for course in desk.courses] == ["biology", "secrets"]
    assert not teacher.administers
    assert not teacher.teaches_everywhere


def test_the_first_way_that_knows_somebody_decides() -> None:
    app = FastAPI()
    app.get("/")(lambda: "in")
    asked: list[str] = []

    def knows_nobody(_connection: HTTPConnection) -> None:
        asked.append("first")

    def knows_anna(_connection: HTTPConnection) -> Learner:
        asked.append("second")
        return ANNA

    def is_not_asked(_connection: HTTPConnection) -> Learner:
        raise AssertionError

    client = TestClient(Gate(app, [knows_nobody, knows_anna, is_not_asked]))
    assert client.get("/").status_code == 200
    assert asked == ["first", "second"]


def test_something_wrong_is_refused_where_nothing_at_all_would_pass() -> None:
    app = FastAPI()
    app.get("/")(lambda: "in")

    def wrong(_connection: HTTPConnection) -> Learner:
        raise NotSignedIn("This key is not known here.")

    assert TestClient(Gate(app, [], unknown=LOCAL)).get("/").status_code == 200
    refused = TestClient(Gate(app, [wrong], unknown=LOCAL)).get("/")
    assert (refused.status_code, refused.text) == (401, "This key is not known here.")
