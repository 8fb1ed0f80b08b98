"""Line: one model serves many people, one after the other, and each can see how many come before."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

LOOK_AGAIN = 0.1
"""Seconds between two looks at the line."""

_SAY_AGAIN = 10
"""Looks after which a number is said again though it has not changed: so that a closed tab is noticed."""


class Place:
    """One place in a line; it stays taken until it is left."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def ahead(self) -> int:
        """How many come before: 0 for whoever's turn it is."""
        return self._line.ahead(self)

    async def wait(self, given_up: Callable[[], bool]) -> AsyncIterator[int]:
        """Yield how many come before, whenever it changes and once a second, until none does, or it is given up."""
        said, looks = -1, 0
        while (ahead := self.ahead) > 0 and not given_up():
            if ahead != said or looks % _SAY_AGAIN == 0:
                yield ahead
            said, looks = ahead, looks + 1
            await asyncio.sleep(LOOK_AGAIN)


class Line:
    """Those who wait, first come first served. Safe to use from many threads and event loops."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._changing = threading.Lock()

    @contextmanager
    def place(self) -> Iterator[Place]:
        """A place at the end, left with the block: whoever comes next moves up at once."""
        place = Place(self)
        with self._changing:
            self._places.append(place)
        try:
            yield place
        finally:
            with self._changing:
                self._places.remove(place)

    def ahead(self, place: Place) -> int:
        """How many come before `place`."""
        with self._changing:
            return self._places.index(place)
