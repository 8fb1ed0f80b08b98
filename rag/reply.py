"""Reply: an answer on its way. Iterate it for what happens, read `.answer` for what came of it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass

from rag.stopping import Stop
from rag.types import Answer, Citation, Hit, Sentence


@dataclass(frozen=True, slots=True)
class SourcesFound:
    """The search is done; nothing is written yet. `asked` is the question as it was understood."""

    asked: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class SentenceReady:
    """One more sentence of the answer, already checked, and the citations first used by it."""

    sentence: Sentence
    citations: tuple[Citation, ...]


Event = SourcesFound | SentenceReady


class Stopped(Exception):
    """Raised within the work of a reply that was closed: there is nothing more to be done."""


class Reply:
    """Events as they happen, then the finished `Answer`; lazy, and iterated at most once.

    ``for event in reply: …`` serves a page; ``reply.answer`` alone serves a batch. `close()` stops
    the work, and with it the model, at once, where that looks at `stop`.
    """

    def __init__(self, work: Generator[Event, None, Answer], stop: Stop | None = None) -> None:
        self._work = work
        self._stop = stop or Stop()
        self._answer: Answer | None = None

    def __iter__(self) -> Iterator[Event]:
        while True:
            try:
                event = next(self._work)
            except StopIteration as finished:
                if finished.value is not None:
                    self._answer = finished.value
                return
            except Stopped:
                return
            yield event

    @property
    def answer(self) -> Answer:
        """The finished answer; what has not happened yet happens first.

        Raises `RuntimeError` after `close()` has stopped the work before it was finished.
        """
        for _ in self:
            pass
        if self._answer is None:
            raise RuntimeError("This reply was closed before it was finished.")
        return self._answer

    def close(self) -> None:
        """Stop. Safe to call twice, after the end, and from any thread."""
        self._stop.ask()
        with suppress(ValueError):  # another thread is at the work, and ends it as soon as that looks
            self._work.close()
