"""Conversations: those that whoever asks has had, and no other; and what they think of the answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, Response

from ui.api.errors import BODY_ERRORS, errors
from ui.api.service import Asker, service_of
from ui.api.shapes import (
    ConversationsShape,
    FeedbackRequest,
    TitleRequest,
    WholeConversationShape,
)
from ui.errors import ConversationGone
from ui.journal import Conversation, Journal, Turn
from ui.journal.ownership import GONE
from ui.learner import Learner

router = APIRouter()


def journal_of(request: Request) -> Journal:
    """Where conversations are kept: only the routes of a service that has one ask for it."""
    return cast(Journal, service_of(request).journal)


TheJournal = Annotated[Journal, Depends(journal_of)]

_ERRORS = errors(401, 403, 404, 422, 429, 503)
_WITH_BODY = errors(*BODY_ERRORS, 401, 403, 404, 429, 503)


@router.get(
    "/conversations",
    summary="List or search your conversations",
    response_model=ConversationsShape,
    responses=errors(401, 403, 422, 429, 503),
)
def conversations(asker: Asker, journal: TheJournal, words: Annotated[str, Query(max_length=1_000)] = "") -> Response:
    """Those in which all `words` stand: in the title, a question or an answer."""
    found = [one for one in journal.conversations.search(asker.id, words) if asker.may_open(one.course_id)]
    return JSONResponse({"conversations": [_row(one) for one in found]})


@router.get(
    "/conversations/{conversation}",
    summary="Read a conversation",
    response_model=WholeConversationShape,
    responses=_ERRORS,
)
def conversation(asker: Asker, journal: TheJournal, conversation: int) -> Response:
    """With all its turns."""
    found = _own(journal, asker, conversation)
    return JSONResponse(_row(found) | {"history": [_turn(turn) for turn in journal.turns.of(asker.id, found.id)]})


@router.patch("/conversations/{conversation}", summary="Rename a conversation", status_code=204, responses=_WITH_BODY)
def rename(asker: Asker, journal: TheJournal, conversation: int, wanted: TitleRequest) -> Response:
    """Give it another title."""
    journal.conversations.rename(asker.id, _own(journal, asker, conversation).id, wanted.title)
    return Response(status_code=204)


@router.delete("/conversations/{conversation}", summary="Delete a conversation", status_code=204, responses=_ERRORS)
def delete(asker: Asker, journal: TheJournal, conversation: int) -> Response:
    """With all that belongs to it."""
    journal.conversations.delete(asker.id, _own(journal, asker, conversation).id)
    return Response(status_code=204)


@router.put("/turns/{turn}/feedback", summary="Say what you think of an answer", status_code=204, responses=_WITH_BODY)
def give_feedback(asker: Asker, journal: TheJournal, turn: int, given: FeedbackRequest) -> Response:
    """In the place of an earlier opinion; `turn` is that of the answer."""
    journal.feedback.give(asker.id, turn, given.thumb, given.reason)
    return Response(status_code=204)


@router.delete("/turns/{turn}/feedback", summary="Take your opinion back", status_code=204, responses=_ERRORS)
def take_feedback_back(asker: Asker, journal: TheJournal, turn: int) -> Response:
    """Have none any more."""
    journal.feedback.take_back(asker.id, turn)
    return Response(status_code=204)


def _own(journal: Journal, asker: Learner, identity: int) -> Conversation:
    """Raises `ConversationGone` also for one about a course that is not open to them any more."""
    found = journal.conversations.get(asker.id, identity)
    if not asker.may_open(found.course_id):
        raise ConversationGone(GONE)
    return found


def _row(one: Conversation) -> dict[str, Any]:
    times = {"created": one.created.isoformat(), "changed": one.changed.isoformat()}
    return {"id": one.id, "course": one.course_id, "title": one.title, "turns": one.turns} | times


def _turn(turn: Turn) -> dict[str, Any]:
    row = asdict(turn)
    return {key: row[key] for key in ("id", "question", "state", "note", "thumb", "answer")} | {
        "asked_at": turn.created.isoformat()
    }
