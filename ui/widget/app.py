"""widget_app: the script that other sites include, and the page in its frame. Open to everybody, within limits."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, Final, cast

from fastapi import Depends, FastAPI, HTTPException, Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.staticfiles import StaticFiles

from ui.api.asked import Asked, ask, go_on
from ui.api.event_stream import EventStream, answer_events
from ui.api.service import Service
from ui.courses import OfferedCourse
from ui.csrf import comes_from_here
from ui.errors import EXPECTED, ConversationGone, CourseGone, NotAllowed
from ui.http_errors import code_of, error_response, headers_of, status_of
from ui.journal import Journal, Widget
from ui.journal.widgets import VISITOR
from ui.learner import Learner
from ui.networks import address_of
from ui.texts import language_of
from ui.texts.errors import said
from ui.texts.widget import TEXTS, WidgetTexts
from ui.widget.allowance import Allowance

MOUNTED_AT: Final = "/widget"

_NO_WIDGET = "This course cannot be asked about here; tell whoever runs this page."
_LARGEST = 20_000
"""Bytes of a question with what belongs to it."""

_VISITOR = r"^[0-9a-f-]{36}$"


@dataclass(frozen=True)
class Counter:
    """Where the visitors of other sites ask."""

    service: Service
    journal: Journal
    allowance: Allowance

    def widget(self, slug: str) -> tuple[OfferedCourse, Widget]:
        """The course of that slug with its widget. Raises `CourseGone` where it has none."""
        widget = self.journal.widgets.of(slug)
        if widget is None:
            raise CourseGone(_NO_WIDGET)
        return self.service.courses[slug], widget


class Question(BaseModel):
    """What a visitor asks; `visitor` is who the page says that it is, `conversation` what they asked in before."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: str
    visitor: str = Field(pattern=_VISITOR, max_length=36)
    conversation: int | None = Field(default=None, ge=1, le=2**31 - 1)


def widget_app(service: Service, journal: Journal) -> FastAPI:
    """The routes; each looks itself at who may show it, and at what it is sent."""
    app = FastAPI(openapi_url=None)
    app.state.counter = Counter(service, journal, Allowance(journal.widgets.asked_within_a_day))
    for kind in EXPECTED:
        app.add_exception_handler(kind, _explained)
    app.add_api_route("/coursecite.js", script, methods=["GET"])
    app.mount("/static", StaticFiles(directory=str(files("ui.widget") / "static")), name="static")
    app.add_api_route("/{slug}", page, methods=["GET"])
    app.add_api_route("/{slug}/ask", answer, methods=["POST"])
    return app


def _counter(request: Request) -> Counter:
    return cast(Counter, request.app.state.counter)


TheCounter = Annotated[Counter, Depends(_counter)]


def script() -> Response:
    """What other sites include."""
    path = str(files("ui.widget") / "static" / "coursecite.js")
    return FileResponse(path, media_type="text/javascript", headers={"Cache-Control": "public, max-age=3600"})


def page(request: Request, counter: TheCounter, slug: str) -> Response:
    """The page in the frame; browsers show it in the frames of the sites that are listed, and nowhere else."""
    course, widget = counter.widget(slug)
    texts = _texts(request)
    content = (
        _templates()
        .get_template("widget.html")
        .render(t=texts, title=course.title, slug=slug, base=request.scope.get("root_path", ""))
    )
    return HTMLResponse(content, headers={"Content-Security-Policy": _policy(widget), "Cache-Control": "no-store"})


async def answer(request: Request, counter: TheCounter, slug: str) -> Response:
    """Answer a question of a visitor, as events."""
    if not comes_from_here(request):
        raise NotAllowed("This request came from a page of another site.")
    asked = await _question(request)
    return EventStream(answer_events(await run_in_threadpool(_begin, request, counter, slug, asked)))


async def _question(request: Request) -> Question:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST:
            raise HTTPException(413)
    try:
        return Question.model_validate_json(body)
    except ValidationError as error:
        raise HTTPException(422) from error


def _begin(request: Request, counter: Counter, slug: str, asked: Question) -> Asked:
    course, widget = counter.widget(slug)
    visitor = Learner(f"{VISITOR}{asked.visitor}", "", "learner", frozenset({slug}))
    counter.allowance.spend(widget, asked.visitor, address_of(request))
    if asked.conversation is not None:
        try:
            return go_on(counter.service, visitor, course, asked.question, asked.conversation)
        except ConversationGone:  # it was deleted, or never kept: the question is asked all the same
            pass
    return ask(counter.service, visitor, course, asked.question)


def _policy(widget: Widget) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {' '.join(sorted(widget.origins))}",
        )
    )


def _texts(request: Request) -> WidgetTexts:
    return TEXTS[language_of(request.headers.get("accept-language", ""))]


async def _explained(request: Request, error: Exception) -> Response:
    message = said(error, _texts(request).language)
    if request.method == "GET":
        return Response(message, status_of(error), media_type="text/plain; charset=utf-8")
    response: JSONResponse = error_response(status_of(error), code_of(error), message, headers_of(error))
    return response


def _templates() -> Environment:
    return Environment(loader=PackageLoader("ui.widget"), autoescape=True, undefined=StrictUndefined)
