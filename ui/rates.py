"""Rates: how often somebody may do something in a minute."""

from __future__ import annotations

import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


class Rates:
    """What was done in the last minute, in this process, by whom. For any thread."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def spend(self, what: str, who: str, per_minute: int) -> float:
        """Count one more: 0 where it is one of the `per_minute`; else the seconds to wait, and it is not counted."""
        item = RateLimitItemPerMinute(per_minute)
        return 0.0 if self._limiter.hit(item, what, who) else self._wait(item, what, who)

    def look(self, what: str, who: str, per_minute: int) -> float:
        """What `spend` would say, nothing being counted."""
        item = RateLimitItemPerMinute(per_minute)
        return 0.0 if self._limiter.test(item, what, who) else self._wait(item, what, who)

    def _wait(self, item: RateLimitItem, what: str, who: str) -> float:
        return max(self._limiter.get_window_stats(item, what, who).reset_time - time.time(), 1.0)
