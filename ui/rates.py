"""Rates: how often somebody may do something in a minute."""

from __future__ import annotations

import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from ui.errors import TooMany


class Rates:
    """What was done in the last minute, in this process, by whom. For any thread."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def spend(self, what: str, who: str, per_minute: int, sentence: str) -> None:
        """Count one more. Raises `TooMany`, with the seconds to wait, where that would be more than `per_minute`."""
        item = RateLimitItemPerMinute(per_minute)
        if not self._limiter.hit(item, what, who):
            again = self._limiter.get_window_stats(item, what, who).reset_time
            raise TooMany(sentence, max(again - time.time(), 1.0))

    def spent(self, what: str, who: str, per_minute: int, sentence: str) -> None:
        """Raise `TooMany` where no more may be spent now; nothing is counted."""
        item = RateLimitItemPerMinute(per_minute)
        if not self._limiter.test(item, what, who):
            again = self._limiter.get_window_stats(item, what, who).reset_time
            raise TooMany(sentence, max(again - time.time(), 1.0))
