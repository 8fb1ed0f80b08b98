"""A desk for instructors over small courses, with doubles for the two models, and a client that signs its forms."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from httpx import Response
from starlette.testclient import TestClient

from corpus import read_course
from rag import Answer, record
from rag.settings import Settings
from tests.conftest import FakeLLM, WordEmbedder
from ui.courses import Courses, OfferedCourse
from ui.csrf import COOKIE
from ui.eval_commands import CourseEvaluations
from ui.evaluator import Evaluator
from ui.indexer import Indexer
from ui.indexes import CourseIndexes
from ui.instructor import Desk, instructor_app
from ui.journal import Journal
from ui.journal.feedback import Thumb
from ui.learner import LOCAL, Learner
from ui.uploads import UploadLimits

LIMITS = UploadLimits(file=200_000, course=1_000_000, files=60)


def desk_over(
    folder: Path,
    data: Path,
    *,
    limits: UploadLimits = LIMITS,
    learner_of: Callable[[Request], Learner | None] = lambda _request: LOCAL,
) -> Desk:
    """The desk of a server that was given one course."""
    indexes = CourseIndexes(Settings(data=data), FakeLLM(), WordEmbedder())
    assistant = indexes.open(read_course(folder))
    following = indexes.following(folder, assistant)
    given = OfferedCourse("biology", assistant.course_title, folder, "given", following)
    courses = Courses([given], data / "courses", indexes)
    evaluator = Evaluator(courses, CourseEvaluations(data), data / "runs")
    journal = Journal.open(f"sqlite:///{data / 'journal.sqlite'}")
    return Desk(courses, indexes, Indexer(courses, indexes), journal, evaluator, learner_of, limits)


def asked(desk: Desk, question: str, slug: str = "biology", thumb: Thumb | None = None, reason: str = "") -> Answer:
    """Have a learner ask, as the chat does, and say what they think of the answer."""
    answer = desk.courses.assistant(slug).ask(question).answer
    conversation = desk.journal.conversations.create("learner-1", slug, question)
    turn = desk.journal.turns.begin("learner-1", conversation.id, question)
    desk.journal.turns.end("learner-1", turn, "finished", record(answer))
    if thumb:
        desk.journal.feedback.give("learner-1", turn, thumb, reason)
    return answer


class Instructor:
    """Somebody at the instructors' pages; forms carry the token that the page gave."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        app = FastAPI()
        app.mount("/instructor", instructor_app(desk))
        self.client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)

    def get(self, path: str, **more: Any) -> Response:
        return self.client.get(f"/instructor{path}", **more)

    def token(self) -> str:
        if COOKIE not in self.client.cookies:
            self.get("/")
        return str(self.client.cookies[COOKIE])

    def post(self, path: str, **fields: str) -> Response:
        return self.client.post(f"/instructor{path}", data={"csrf": self.token(), **fields})

    def upload(self, slug: str, name: str, content: Any, **headers: str) -> Response:
        return self.client.post(
            f"/instructor/courses/{slug}/files",
            params={"name": name},
            content=content,
            headers={"X-CSRF-Token": self.token(), "Accept": "application/json", **headers},
        )

    def indexed(self, slug: str, seconds: float = 60.0) -> dict[str, Any]:
        """Wait until nothing is left to be indexed; the last state."""
        deadline = time.monotonic() + seconds
        while (state := self.get(f"/courses/{slug}/state").json())["busy"]:
            assert time.monotonic() < deadline, state
            time.sleep(0.05)
        return dict(state)

    def text(self, path: str) -> str:
        """A page's words, without markup."""
        return " ".join(re.sub(r"<[^>]+>", " ", self.get(path).text).split())
