"""Health: is the server alive, and can it answer? For whatever watches it, without a key; and its figures, with one."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Final

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.courses import Courses
from ui.errors import JournalError
from ui.journal import Journal
from ui.links import route_path
from ui.metrics import Metrics
from ui.sign_in import learner_of
from ui.waiting import Line

ALIVE: Final = "/healthz"
READY: Final = "/readyz"

_HOLDS = 2.0
"""Seconds for which what was found is said again: anybody may ask, and looking costs a write lock."""

TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"


class Health:
    """Answers `ALIVE` and `READY` before anything asks who sent the request. Plain ASGI."""

    def __init__(self, app: ASGIApp, courses: Courses, line: Line, journal: Journal | None) -> None:
        self._app = app
        self._courses = courses
        self._line = line
        self._journal = journal
        self._found: tuple[float, dict[str, str]] = (-_HOLDS, {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let anything else through."""
        answers: dict[str, Callable[[], Awaitable[Response]]] = {ALIVE: self._alive, READY: self._ready}
        if scope["type"] == "http" and route_path(scope) in answers and scope["method"] in ("GET", "HEAD"):
            await (await answers[route_path(scope)]())(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _alive(self) -> Response:
        return JSONResponse({"alive": True})

    async def _ready(self) -> Response:
        """What keeps it from answering, by part; it is ready where nothing does."""
        when, problems = self._found
        if time.monotonic() - when > _HOLDS:
            problems = await to_thread.run_sync(self._problems)
            self._found = time.monotonic(), problems
        if self._line.closed:
            problems = {**problems, "server": "It is being stopped."}
        return JSONResponse({"ready": not problems, "problems": problems}, 503 if problems else 200)

    def _problems(self) -> dict[str, str]:
        problems = {} if self._courses.ready else {"courses": "None has material that could answer."}
        if self._journal:
            try:
                self._journal.check()
            except JournalError as error:
                problems["database"] = str(error)
        return problems


def figures(metrics: Metrics) -> APIRouter:
    """The route to the server's figures, for administrators, and for keys with that right."""
    router = APIRouter()

    @router.get("/metrics")
    def read(request: Request) -> Response:
        learner = learner_of(request)
        if learner is None or not learner.may("metrics"):
            return PlainTextResponse("This needs a key with the right `metrics`, or an administrator.", 403)
        return Response(metrics.text(), media_type=TEXT_FORMAT)

    return router
