"""Throttle: guessing passwords takes longer with each wrong guess."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock

from ui.networks import network_of

_FORGOTTEN_AFTER = 15 * 60.0
_MOST_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class _Limit:
    """So many wrong guesses are free; then the wait doubles from one second up to `longest`."""

    free: int
    longest: float

    def wait(self, failures: int) -> float:
        return 0.0 if failures < self.free else min(2.0 ** min(failures - self.free, 20), self.longest)


# Whoever guesses one person's password is slowed down soon, a class behind one address late. Guesses from
# many addresses at one name wait, too, but never for long: else anybody could keep that person out.
_PAIR, _ADDRESS, _NAME = _Limit(5, 60.0), _Limit(30, 60.0), _Limit(100, 10.0)

_Key = tuple[str, str]


class Throttle:
    """The wrong guesses of late, by name and address, in this process. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: dict[_Key, tuple[int, float]] = {}
        self._lock = Lock()

    def attempt(self, name: str, address: str) -> float:
        """Begin an attempt: 0 where it may be made, and then it counts as wrong; else the seconds to wait.

        It counts at once, so that many attempts at the same time are no way around.
        """
        now, keys = self._clock(), _keys(name, address)
        with self._lock:
            wait = max(self._remaining(key, limit, now) for key, limit in keys.items())
            if wait <= 0:
                self._count(keys, now)
            return max(wait, 0.0)

    def succeeded(self, name: str, address: str) -> None:
        """The attempt that was begun was right; what others try from that address still counts."""
        pair, other, person = _keys(name, address)
        with self._lock:
            self._failures.pop(pair, None)
            self._failures.pop(person, None)
            if other in self._failures:
                count, last = self._failures[other]
                self._failures[other] = count - 1, last

    def _remaining(self, key: _Key, limit: _Limit, now: float) -> float:
        count, last = self._failures.get(key, (0, now))
        return 0.0 if now - last > _FORGOTTEN_AFTER else last + limit.wait(count) - now

    def _count(self, keys: Iterable[_Key], now: float) -> None:
        for key in keys:
            count, last = self._failures.pop(key, (0, now))
            self._failures[key] = (1 if now - last > _FORGOTTEN_AFTER else count + 1), now
        while len(self._failures) > _MOST_KEPT:  # the oldest stand first
            del self._failures[next(iter(self._failures))]


def _keys(name: str, address: str) -> dict[_Key, _Limit]:
    name, address = name.strip().casefold()[:200], network_of(address)
    return {(name, address): _PAIR, ("", address): _ADDRESS, (name, ""): _NAME}
