"""openai_app: courses as models, for OpenAI's clients and the front ends that speak as they do; mounted under /v1."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.sse import format_sse_event
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from rag import SentenceReady
from ui.api.asked import Asked, ask
from ui.api.chat_shapes import ChatRequest, Completion, Model, Models, chunk, completion, model_row, usage_chunk
from ui.api.errors import BODY_ERRORS, errors, explain_errors
from ui.api.event_stream import EventStream, error_in_stream
from ui.api.limits import RequestRate
from ui.api.service import Asker, Service, TheService
from ui.errors import CourseGone
from ui.http_errors import error_response
from ui.learner import Learner
from ui.markdown import footnotes, sentence_markdown, to_markdown
from ui.sign_in import still_there

router = APIRouter()

_STREAM = {"content": {"text/event-stream": {"schema": {"type": "string"}, "example": "data: {…}\n\ndata: [DONE]\n\n"}}}


def openai_app(service: Service) -> FastAPI:
    """The routes over `service`, and their description at openapi.json."""
    app = FastAPI(title="Coursecite, as OpenAI's clients call it", version="1", docs_url=None, redoc_url=None)
    app.state.service = service
    explain_errors(app)
    app.add_middleware(RequestRate, per_minute=service.limits.requests_per_minute)
    app.add_exception_handler(CourseGone, _no_such_model)
    app.include_router(router)
    return app


@router.get("/models", summary="List the courses", response_model=Models, responses=errors(401, 403, 429, 503))
def models(asker: Asker, service: TheService) -> Response:
    """Each course that whoever asks may open, and that has material, is a model."""
    mine = [course for course in service.courses.open_to(asker) if course.ready]
    return JSONResponse({"object": "list", "data": [model_row(course.slug, course.title) for course in mine]})


@router.get(
    "/models/{model}", summary="Look at a course", response_model=Model, responses=errors(401, 403, 404, 422, 429, 503)
)
def model(asker: Asker, service: TheService, model: str) -> Response:
    """One course."""
    course = service.courses.opened(model, asker)
    return JSONResponse(model_row(course.slug, course.title))


@router.post(
    "/chat/completions",
    summary="Ask a course",
    response_model=Completion,
    responses={200: _STREAM, **errors(*BODY_ERRORS, 401, 403, 404, 409, 429, 502, 503)},
)
async def chat_completions(request: Request, asker: Asker, service: TheService, asked: ChatRequest) -> Any:
    """The answer to the last message, as Markdown with footnotes; `coursecite` holds its sentences and citations.

    With `stream`, it comes sentence by sentence, each checked; `coursecite` comes with the last piece of it.
    """
    begun = await run_in_threadpool(_begin, request, service, asker, asked)
    identity = f"chatcmpl-{uuid.uuid4().hex}"
    if asked.stream:
        return EventStream(_pieces(identity, asked, begun))
    row = await begun.whole(request)
    return JSONResponse(completion(identity, asked, to_markdown(begun.turn.answer), row))


def _begin(request: Request, service: Service, asker: Learner, asked: ChatRequest) -> Asked:
    course = service.courses.opened(asked.model, asker)
    begun = ask(service, asker, course, asked.question(), asked.history())
    begun.still_there = partial(still_there, request)
    return begun


async def _pieces(identity: str, asked: ChatRequest, begun: Asked) -> AsyncGenerator[bytes, None]:
    """The pieces of an answer; together they are what `to_markdown` makes of it."""
    yield _data(chunk(identity, asked, {"role": "assistant", "content": ""}))
    try:
        async with aclosing(begun.read()) as progress:
            async for at in progress:
                if isinstance(at.event, SentenceReady):
                    space = " " if len(begun.turn.answer.sentences) > 1 else ""
                    yield _data(chunk(identity, asked, {"content": space + sentence_markdown(at.event.sentence)}))
                if at.ahead:  # a comment, which clients leave out; whoever has left is noticed by it
                    yield format_sse_event(comment=f"{at.ahead} ahead")
        answer = begun.turn.answer
        rest = footnotes(answer) if answer.answered else to_markdown(answer)
        yield _data(chunk(identity, asked, {"content": rest}))
        yield _data(chunk(identity, asked, {}, "stop") | {"coursecite": begun.row()})
        if asked.streams_usage:
            yield _data(usage_chunk(identity, asked, to_markdown(answer)))
    except Exception as error:  # noqa: BLE001 - logged; a stream that has begun must say how it ends
        yield _data(error_in_stream(error))
    yield b"data: [DONE]\n\n"


def _data(row: dict[str, Any]) -> bytes:
    return format_sse_event(data_str=json.dumps(row, ensure_ascii=False))


async def _no_such_model(_request: Request, _error: Exception) -> Response:
    return error_response(404, "model_not_found", "There is no such course; /v1/models lists those that there are.")
