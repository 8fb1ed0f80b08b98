"""Line: one model serves many people, one after the other, and each can see how many come before."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

from ui.errors import LineFull, ServerStopping

LONGEST = 100
"""How many may stand in a line, where nothing else is said."""

LOOK_AGAIN = 0.1
"""Seconds between two looks at the line."""

_SAY_AGAIN = 10
"""Looks after which a number is said again though it has not changed: so that a closed tab is noticed."""


_MOMENT = 10
"""Seconds after which it is worth asking again: a long line of short answers is through by then."""


class Place:
    """One place in a line; it stays taken until it is left."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def ahead(self) -> int:
        """How many come before: 0 for whoever's turn it is. Raises `ServerStopping`."""
        return self._line.ahead(self)

    async def wait(self, given_up: Callable[[], bool]) -> AsyncIterator[int]:
        """Yield how many come before, whenever it changes and once a second, until none does, or it is given up.

        Raises `ServerStopping`.
        """
        said, looks = -1, 0
        while (ahead := self.ahead) > 0 and not given_up():
            if ahead != said or looks % _SAY_AGAIN == 0:
                yield ahead
            said, looks = ahead, looks + 1
            await asyncio.sleep(LOOK_AGAIN)


class Line:
    """Those who wait, first come first served, and no more of them than `longest`. For many threads and event loops."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._ends: float | None = None
        self._places: list[Place] = []
        self._changing = threading.Lock()

    def __len__(self) -> int:
        """How many stand in it, the one whose turn it is included."""
        with self._changing:
            return len(self._places)

    @contextmanager
    def place(self) -> Iterator[Place]:
        """A place at the end, left with the block: whoever comes next moves up at once.

        Raises `LineFull` or `ServerStopping`.
        """
        place = Place(self)
        with self._changing:
            self._refuse()
            self._places.append(place)
        try:
            yield place
        finally:
            with self._changing:
                self._places.remove(place)

    def refuse_if_full(self) -> None:
        """Raise what `place` would raise now."""
        with self._changing:
            self._refuse()

    def close(self, seconds: float) -> None:
        """Let nobody in any more, and send away all but the first, who has so many seconds to come to an end."""
        with self._changing:
            self._ends = time.monotonic() + seconds

    @property
    def closed(self) -> bool:
        """Whether nobody is let in any more."""
        return self._ends is not None

    def ahead(self, place: Place) -> int:
        """How many come before `place`. Raises `ServerStopping` for those whom `close` sent away."""
        with self._changing:
            ahead = self._places.index(place)
            if self._ends is not None and (ahead or time.monotonic() > self._ends):
                raise _stopping()
            return ahead

    def _refuse(self) -> None:
        if self._ends is not None:
            raise _stopping()
        if len(self._places) >= self._longest:
            raise LineFull("Too many questions are waiting to be answered; ask again in a moment.", _MOMENT)


def _stopping() -> ServerStopping:
    return ServerStopping("The server is being stopped; ask again in a moment.", _MOMENT)
