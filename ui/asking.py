"""Asking: a turn's answer as it comes. The one model of a server answers one question after the other."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from anyio import CancelScope, to_thread
from limits import RateLimitItemPerMinute

from rag import Event, RagError
from ui.conversation import Turn
from ui.errors import TooMany, TryLater
from ui.learner import LOCAL, Learner
from ui.metrics import Metrics, Outcome
from ui.rates import Rates
from ui.waiting import Line

PER_MINUTE = 30
"""Questions of one person in a minute, where nothing else is said."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an answer is: what is new of it, if anything, and how many others are answered before it goes on."""

    ahead: int
    event: Event | None = None


class Asking:
    """Whoever asks, by the chat or by the API, waits in the same `line`; a person asks `per_minute` times at most.

    What is asked stands in the log where `logs_questions` says so, and else only what became of it.
    """

    def __init__(
        self,
        line: Line | None = None,
        metrics: Metrics | None = None,
        per_minute: int = PER_MINUTE,
        *,
        logs_questions: bool = False,
    ) -> None:
        self.line = Line() if line is None else line
        self.metrics = metrics or Metrics()
        self.metrics.watch("line_length", "How many wait for the model, or have it.", lambda: len(self.line))
        self._rates = Rates()
        self._per_minute = per_minute
        self._logs_questions = logs_questions

    def admit(self, learner: Learner, course: str) -> None:
        """Count a question before anything is begun. Raises `LineFull`, `ServerStopping` or `TooMany`.

        Whoever sits at this machine may ask as often as they like.
        """
        try:
            self.line.refuse_if_full()
            if learner != LOCAL:
                most = learner.per_minute or self._per_minute
                if wait := self._rates.spend(RateLimitItemPerMinute(most), "question", learner.id):
                    raise TooMany(
                        "You asked {most} questions within a minute; wait a moment, and ask again.", wait, most=most
                    )
        except TryLater:
            self.metrics.asked(course, "turned_away")
            raise

    async def read(self, turn: Turn, course: str, left: str) -> AsyncGenerator[Progress, None]:
        """Read the turn's reply, whose events it keeps. Raises `RagError`, `LineFull` or `ServerStopping`.

        Closing the generator, or cancelling whoever waits in it, gives the place in the line to the next
        one at once, also where the model is in the middle of a sentence; `left` is then the turn's note.
        """
        account = _Account(course)
        try:
            with self.line.place() as place:
                events = turn.events()
                # The search is no work for the model: sources are there while others are still answered.
                more = await _next(turn, events, left)
                while more is not None:
                    yield Progress(ahead := place.ahead, more)
                    if ahead:
                        with account.waiting():
                            async for waiting in place.wait(lambda: turn.ended):
                                yield Progress(waiting)
                        yield Progress(0)
                    more = await _next(turn, events, left)
        except TryLater:
            account.outcome = "turned_away"
            raise
        except RagError:
            account.outcome = "failed"
            raise
        else:
            if turn.state == "finished":
                account.outcome = "answered" if turn.answer.answered else "refused"
        finally:
            if not turn.aside:
                self._settle(account, turn)

    def _settle(self, account: _Account, turn: Turn) -> None:
        """Count what became of a question."""
        seconds = time.monotonic() - account.began
        self.metrics.asked(account.course, account.outcome)
        if account.outcome in ("answered", "refused"):
            self.metrics.answered(turn.answer.sentences, seconds, account.waited)
        about: dict[str, str | float] = {
            "course": account.course,
            "outcome": account.outcome,
            "confidence": round(turn.answer.confidence, 3),
            "seconds": round(seconds, 3),
            "waited": round(account.waited, 3),
        }
        if self._logs_questions:
            about["question"] = turn.question
        _log.info("question", extra=about)


async def _next(turn: Turn, events: Iterator[Event], left: str) -> Event | None:
    """The next event, for which a thread works; where whoever waits is cancelled, that is told to stop."""
    working = asyncio.ensure_future(to_thread.run_sync(next, events, None))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        turn.stop(left)
        with CancelScope(shield=True):
            await asyncio.gather(working, return_exceptions=True)
        raise


class _Account:
    """What is to be said of one question once it has come to its end; without more known, it was stopped."""

    def __init__(self, course: str) -> None:
        self.course = course
        self.began = time.monotonic()
        self.waited = 0.0
        self.outcome: Outcome = "stopped"

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """What happens in this block is waiting."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.waited += time.monotonic() - began
