"""Ask: a question in, its answer out, whole or as it comes."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from rag import Message
from ui.api.asked import Asked, ask, go_on
from ui.api.errors import BODY_ERRORS, errors
from ui.api.event_stream import EventStream, answer_events
from ui.api.service import Asker, Service, TheService
from ui.api.shapes import AnswerShape, AskRequest
from ui.learner import Learner
from ui.sign_in import still_there

router = APIRouter()

_EVENTS = {
    "content": {
        "text/event-stream": {
            "schema": {"type": "string"},
            "example": 'event: sources\ndata: {"asked": "…", "passages": [{"doc_id": "…", "text": "…"}]}\n\n'
            'event: text\ndata: {"text": "Mitosis divides one nucleus."}\n\n'
            'event: sentence\ndata: {"text": "…", "support": "supported", "citations": [1], "new_citations": [{}]}\n\n'
            'event: done\ndata: {"question": "…", "answered": true, "conversation": 17, "turn": 41}\n\n',
        }
    }
}


@router.post(
    "/ask",
    summary="Ask a question",
    response_model=AnswerShape,
    responses={200: _EVENTS, **errors(*BODY_ERRORS, 401, 403, 404, 409, 429, 502, 503)},
)
async def ask_route(request: Request, asker: Asker, service: TheService, asked: AskRequest) -> Any:
    """The answer as one JSON object; or, with `Accept: text/event-stream`, as it comes.

    The events are `sources` (the passages found), `position` (while others are answered first: how
    many), `text` (a piece to append to what is shown), `sentence` (the same, checked, with what it
    cites), and at last `done` (the whole object) or `error`.
    """
    begun = await run_in_threadpool(_begin, request, service, asker, asked)
    if "text/event-stream" in request.headers.get("accept", ""):
        return EventStream(answer_events(begun))
    return JSONResponse(await begun.whole(request))


def _begin(request: Request, service: Service, asker: Learner, asked: AskRequest) -> Asked:
    course = service.course(asked.course, asker)
    if asked.conversation is not None:
        begun = go_on(service, asker, course, asked.question, asked.conversation)
    else:
        history = [Message(turn.role, turn.content) for turn in asked.history]
        begun = ask(service, asker, course, asked.question, history)
    begun.keep, begun.still_there = asked.keep, partial(still_there, request)
    return begun
