"""Asking: a turn's answer as it comes. The one model of a server answers one question after the other."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from anyio import to_thread

from rag import Event
from ui.conversation import Turn
from ui.waiting import Line


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an answer is: what is new of it, if anything, and how many others are answered before it goes on."""

    ahead: int
    event: Event | None = None


class Asking:
    """Whoever asks, by the chat or by the API, waits in the same `line`."""

    def __init__(self, line: Line | None = None) -> None:
        self.line = Line() if line is None else line

    async def read(self, turn: Turn) -> AsyncGenerator[Progress, None]:
        """Read the turn's reply, whose events it keeps. Raises `RagError`, `LineFull` or `ServerStopping`.

        Closing the generator gives the place in the line to the next one, at once where the turn has
        not come; where the model is at work, after the sentence that it is at.
        """
        events = turn.events()
        with self.line.place() as place:
            # The search is no work for the model: sources are there while others are still answered.
            more = await to_thread.run_sync(next, events, None)
            while more is not None:
                yield Progress(ahead := place.ahead, more)
                if ahead:
                    async for waiting in place.wait(lambda: turn.ended):
                        yield Progress(waiting)
                    yield Progress(0)
                more = await to_thread.run_sync(next, events, None)
