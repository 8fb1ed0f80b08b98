"""A learner's conversation as a file: Markdown with footnotes, or JSON with everything that is kept of it."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from corpus import Document
from ui.errors import ConversationGone, JournalError
from ui.handlers import LearnerOf
from ui.journal import Conversation, Journal, Turn
from ui.journal.ownership import GONE
from ui.keeping import restored_answer
from ui.learner import Learner
from ui.markdown import escaped, to_markdown
from ui.texts import language_of
from ui.texts.chat import ChatTexts, chat_texts


def exports(journal: Journal, learner_of: LearnerOf) -> APIRouter:
    """The routes; everybody gets their own conversations, and no other."""
    router = APIRouter()

    def found(request: Request, identity: int) -> tuple[Conversation, list[Turn]]:
        texts, learner = _texts(request), learner_of(request)
        if learner is None:
            raise HTTPException(401, texts.sign_in_first)
        try:
            return _opened(journal, learner, identity), journal.turns.of(learner.id, identity)
        except ConversationGone as error:
            raise HTTPException(404, texts.error(error)) from error
        except JournalError as error:
            raise HTTPException(503, texts.error(error)) from error

    @router.get("/conversations/{identity}.md")
    def markdown(request: Request, identity: int) -> Response:
        text = conversation_markdown(*found(request, identity), _texts(request))
        return Response(text, media_type="text/markdown; charset=utf-8", headers=_saved_as(f"{identity}.md"))

    @router.get("/conversations/{identity}.json")
    def json(request: Request, identity: int) -> JSONResponse:
        conversation, turns = found(request, identity)
        return JSONResponse(conversation_row(conversation, turns), headers=_saved_as(f"{identity}.json"))

    return router


def _opened(journal: Journal, learner: Learner, identity: int) -> Conversation:
    conversation = journal.conversations.get(learner.id, identity)
    if not learner.may_open(conversation.course_id):
        raise ConversationGone(GONE)
    return conversation


def conversation_markdown(conversation: Conversation, turns: list[Turn], texts: ChatTexts) -> str:
    """Title, questions as headings, answers with footnotes whose numbers say the turn and the source."""
    parts = [f"# {escaped(conversation.title)}\n"]
    for number, turn in enumerate(turns, start=1):
        answer = restored_answer(turn, _no_document)
        lead = str((turn.answer or {}).get("lead", ""))
        parts.append(f"## {escaped(turn.question)}\n")
        parts += [f"{escaped(lead)}\n"] if lead else []
        parts += [to_markdown(answer, texts, f"{number}-")] if answer.sentences or not answer.answered else []
        parts += [f"*{escaped(turn.note)}*\n"] if turn.note else []
    return "\n".join(parts)


def conversation_row(conversation: Conversation, turns: list[Turn]) -> dict[str, object]:
    """The same as plain JSON types; each answer is the object of ``ask --json``."""
    return {
        "title": conversation.title,
        "course": conversation.course_id,
        "created": conversation.created.isoformat(),
        "turns": [
            {
                "question": turn.question,
                "asked_at": turn.created.isoformat(),
                "state": turn.state,
                "note": turn.note,
                "thumb": turn.thumb,
                "answer": turn.answer,
            }
            for turn in turns
        ],
    }


def _texts(request: Request) -> ChatTexts:
    return chat_texts(language_of(request.headers.get("accept-language", "")))


def _saved_as(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="conversation-{name}"'}


def _no_document(doc_id: str) -> Document:
    raise KeyError(doc_id)
