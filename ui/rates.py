"""Rates: how often somebody may do something within a while."""

from __future__ import annotations

import time

from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


class Rates:
    """What was done of late, in this process; `what` and by whom is said in any words. For any thread."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def spend(self, limit: RateLimitItem, *what: str) -> float:
        """Count one more: 0 where `limit` allows it; else the seconds to wait, and it is not counted."""
        return 0.0 if self._limiter.hit(limit, *what) else self._wait(limit, *what)

    def look(self, limit: RateLimitItem, *what: str) -> float:
        """What `spend` would say, nothing being counted."""
        return 0.0 if self._limiter.test(limit, *what) else self._wait(limit, *what)

    def left(self, limit: RateLimitItem, *what: str) -> int:
        """How often `spend` would allow it now."""
        return self._limiter.get_window_stats(limit, *what).remaining

    def _wait(self, limit: RateLimitItem, *what: str) -> float:
        return max(self._limiter.get_window_stats(limit, *what).reset_time - time.time(), 1.0)
