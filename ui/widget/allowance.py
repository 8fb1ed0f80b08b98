"""Allowance: how often the visitors of other sites may ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour

from ui.errors import TooMany
from ui.journal import Widget
from ui.rates import Rates

_BEHIND_ONE_ADDRESS: Final = 20
"""Visitors for whom one address may stand: a class sits behind the same one. Another name is had for nothing, another
address is not."""


class Allowance:
    """What was asked of late, in this process, and of the day also what was asked before it. For any thread.

    `asked_before` says when visitors asked about a course within a day, as the journal has it; it is called once
    for each course.
    """

    def __init__(self, asked_before: Callable[[str], Sequence[datetime]]) -> None:
        self._rates = Rates()
        self._asked_before = asked_before
        self._before: dict[str, Sequence[datetime]] = {}
        self._changing = Lock()

    def spend(self, widget: Widget, visitor: str, address: str) -> None:
        """Count one question. Raises `TooMany` where it is one too many; then it does not count."""
        limits: tuple[tuple[RateLimitItem, str, str], ...] = (
            (RateLimitItemPerHour(widget.per_visitor), "visitor", visitor),
            (RateLimitItemPerHour(widget.per_visitor * _BEHIND_ONE_ADDRESS), "address", address),
            (RateLimitItemPerDay(widget.per_day), "course", ""),
        )
        course = widget.course_id
        for item, kind, who in limits:
            if wait := self._rates.look(item, course, kind, who):
                raise TooMany(_TODAY if kind == "course" else _THIS_HOUR, wait)
        self._refuse_beside_earlier(widget, self._rates.left(RateLimitItemPerDay(widget.per_day), course, "course", ""))
        for item, kind, who in limits:
            self._rates.spend(item, course, kind, who)

    def _refuse_beside_earlier(self, widget: Widget, left: int) -> None:
        """Raise where what was asked before this process began takes all that is `left` of the day."""
        now = datetime.now(UTC)
        with self._changing:
            if widget.course_id not in self._before:
                self._before[widget.course_id] = self._asked_before(widget.course_id)
            still = sorted(asked for asked in self._before[widget.course_id] if now - asked < _DAY)
            self._before[widget.course_id] = still
        if len(still) >= left:
            leaves = still[len(still) - left] + _DAY  # with that one, there is room for one more
            raise TooMany(_TODAY, max((leaves - now).total_seconds(), 1.0))


_DAY: Final = timedelta(days=1)
_THIS_HOUR = "You have asked as much as one visitor may within an hour; come back later."
_TODAY = "As much has been asked here as may be within a day; come back tomorrow."
