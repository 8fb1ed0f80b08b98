"""Charts: numbers as rectangles for the templates to draw, so that no style or script stands in the page itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ui.journal import Day

WIDTH, HEIGHT = 700, 190
_LEFT, _BOTTOM, _TOP = 34, 24, 8
_MOST_DAYS = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle in the units of its picture; `kind` is its class in the style sheet."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class Label:
    """Words, or a number, at a point of the picture."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars with their axis: `lines` are heights that `numbers` name, `days` stand below."""

    bars: tuple[Bar, ...]
    numbers: tuple[Label, ...]
    days: tuple[Label, ...]
    rows: tuple[Day, ...]


def by_day(days: Sequence[Day]) -> Chart | None:
    """What became of the questions of each of the last 60 days, stacked; None where nothing was asked."""
    if not days:
        return None
    shown = _without_gaps(days)[-_MOST_DAYS:]
    most = _rounded(max(day.asked for day in shown))
    step = (WIDTH - _LEFT) / len(shown)
    scale = (HEIGHT - _BOTTOM - _TOP) / most
    bars: list[Bar] = []
    for number, day in enumerate(shown):
        y = float(HEIGHT - _BOTTOM)
        for kind, count in (("answered", day.answered - day.weak), ("weak", day.weak), ("unanswered", day.unanswered)):
            y -= count * scale
            if count > 0:
                x, width = _LEFT + number * step + 0.1 * step, 0.8 * step
                bars.append(Bar(round(x, 1), round(y, 1), round(width, 1), round(count * scale, 1), kind))
    ticks = sorted({0, most // 2, most})
    numbers = tuple(Label(_LEFT - 6, round(HEIGHT - _BOTTOM - tick * scale, 1), str(tick)) for tick in ticks)
    named = range(0, len(shown), max(1, -(-len(shown) // 8)))
    names = tuple(Label(round(_LEFT + (at + 0.5) * step, 1), HEIGHT - 6, f"{shown[at].day:%d.%m.}") for at in named)
    return Chart(tuple(bars), numbers, names, tuple(day for day in shown if day.asked))


def _without_gaps(days: Sequence[Day]) -> list[Day]:
    """The same with a row of zeros for each day on which nothing was asked, so that time runs evenly."""
    known = {day.day: day for day in days}
    first, last = min(known), max(known)
    first = max(first, last - timedelta(days=_MOST_DAYS - 1))
    return [
        known.get(one) or Day(one, 0, 0, 0, 0, 0, 0)
        for one in (date.fromordinal(at) for at in range(first.toordinal(), last.toordinal() + 1))
    ]


def _rounded(most: int) -> int:
    """The top of the axis: even, so that its half is a whole number."""
    return max(2, most + most % 2)
