"""Allowance: how often the visitors of other sites may ask."""

from __future__ import annotations

from typing import Final

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour

from ui.errors import TooMany
from ui.journal import Widget
from ui.rates import Rates

_BEHIND_ONE_ADDRESS: Final = 20
"""Visitors for whom one address may stand: a class sits behind the same one. Another name is had for nothing, another
address is not."""


class Allowance:
    """What was asked of late, in this process. For any thread."""

    def __init__(self) -> None:
        self._rates = Rates()

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
        for item, kind, who in limits:
            self._rates.spend(item, course, kind, who)


_THIS_HOUR = "You have asked as much as one visitor may within an hour; come back later."
_TODAY = "As much has been asked here as may be within a day; come back tomorrow."
