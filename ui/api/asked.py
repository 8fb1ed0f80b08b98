"""Asked: a question that came over the API, from the first look at it until what came of it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeVar

from anyio import CancelScope, to_thread
from fastapi import Request

from rag import Message, readable, record
from ui.api.service import Service
from ui.asking import Progress
from ui.conversation import Conversation, Turn
from ui.courses import OfferedCourse
from ui.errors import EXPECTED, ConversationGone, NotSignedIn
from ui.journal.ownership import GONE
from ui.learner import Learner

T = TypeVar("T")

_SIGNED_OUT = "The key was revoked, or whoever asked has signed out; the answer ends here."
_LEFT = "Whoever asked did not wait for the answer."


class ClientLeft(Exception):
    """Nobody is there any more to be answered."""


@dataclass
class Asked:
    """A turn, and the conversation that it is kept in where `keep` says so.

    `still_there` says, in a worker thread, whether whoever asked may still have the answer.
    """

    service: Service
    conversation: Conversation
    turn: Turn
    keep: bool = True
    still_there: Callable[[], bool] = lambda: True

    async def read(self) -> AsyncGenerator[Progress, None]:
        """The answer as it comes; what came of it is kept, however it ends. Raises as `Asking.read` does.

        Raises `NotSignedIn` once whoever asked may have no more of it.
        """
        keeper = self.service.keeper
        if self.keep:
            await to_thread.run_sync(keeper.begin, self.conversation, self.turn)
        try:
            course = self.conversation.course
            async with aclosing(self.service.asking.read(self.turn, course, _LEFT)) as progress:
                async for at in progress:
                    if not await to_thread.run_sync(self.still_there):
                        raise NotSignedIn(_SIGNED_OUT)
                    yield at
        except EXPECTED as error:
            self.turn.fail(str(error))
            raise
        finally:
            self.turn.stop(_LEFT)
            with CancelScope(shield=True):
                await to_thread.run_sync(keeper.end, self.conversation, self.turn)

    async def whole(self, request: Request) -> dict[str, Any]:
        """The answer once it is complete. Raises as `read` does, and `ClientLeft` as soon as nobody waits for it."""
        await _unless_gone(request, self._drain())
        return self.row()

    async def _drain(self) -> None:
        async with aclosing(self.read()) as progress:
            async for _ in progress:
                pass

    def row(self) -> dict[str, Any]:
        """The finished answer as the object that `rag.record` makes, and where it is kept."""
        kept = {"conversation": self.conversation.id, "turn": self.turn.id, "not_saved": self.conversation.unsaved}
        return record(self.turn.answer) | kept


def ask(
    service: Service,
    learner: Learner,
    course: OfferedCourse,
    question: str,
    history: Sequence[Message] = (),
) -> Asked:
    """Ask, after the turns in `history`. Raises before anything is begun: `QuestionInvalid`, `LineFull` and others."""
    assistant = service.courses.assistant(course.slug)
    conversation = Conversation(course.slug, learner=learner)
    question = readable(question)
    service.asking.admit(learner, course.slug)
    turn = conversation.begin(question, assistant.ask(question, history), assistant)
    return Asked(service, conversation, turn)


def go_on(service: Service, learner: Learner, course: OfferedCourse, question: str, identity: int) -> Asked:
    """Ask in a conversation of the learner's. Raises as `ask` does, and `ConversationGone`."""
    if service.keeper.course_of(learner, identity) != course.slug:
        raise ConversationGone(GONE)
    assistant = service.courses.assistant(course.slug)
    conversation = Conversation(course.slug, learner=learner)
    service.keeper.restore(conversation, identity, assistant)
    question = readable(question)
    service.asking.admit(learner, course.slug)
    return Asked(service, conversation, conversation.ask(assistant, question))


async def _unless_gone(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Do the work while somebody is connected. Raises `ClientLeft`, the work being cancelled and ended."""
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientLeft
        return await working
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
