"""Plots of a run as SVG that takes its colours and its font from the page around it."""

from __future__ import annotations

import io
import re
import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eval.baselines import EXTRACTIVE_FLOOR
from eval.intervals import Estimate
from eval.rows import Row
from eval.run import Run
from eval.scoring import KS
from eval.summary import RunSummary, risk_coverage_of
from eval.taxonomy import FAILURES, Outcome, outcome

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.typing import RcKeyType

_MOST_PARTS = 15

# Colours that matplotlib never uses itself, each a stand-in for a variable of the page's style sheet.
_INK, _MUTED, _GRID, _RUN, _GOOD, _WARN, _BAD = (f"#0{n}0{n}0{n}" for n in range(1, 8))
_VARIABLES = {
    _INK: "var(--ink)",
    _MUTED: "var(--muted)",
    _GRID: "var(--line)",
    _RUN: "var(--accent)",
    _GOOD: "var(--good)",
    _WARN: "var(--warn)",
    _BAD: "var(--bad)",
}
_STYLE: dict[RcKeyType, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,  # a dollar in a section's title is a dollar
    "font.size": 10,
    "text.color": _INK,
    "axes.edgecolor": _GRID,
    "axes.labelcolor": _MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": _GRID,
    "grid.linewidth": 0.6,
    "xtick.color": _GRID,
    "xtick.labelcolor": _MUTED,
    "ytick.color": _GRID,
    "ytick.labelcolor": _INK,
    "legend.frameon": False,
}


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture, what it shows, and its numbers as a table for those who cannot see it."""

    name: str
    title: str
    caption: str
    svg: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def plots_of(run: Run, summary: RunSummary) -> list[Plot]:
    """Every plot for which the run has numbers."""
    rows = [row for row in run.rows if not row.question.is_variant]
    made = (
        right_by_type(summary),
        failures_by_section(rows, run.section_title),
        growth_with_k(summary),
        risk_and_coverage(rows),
        time_for_an_answer(rows, summary),
    )
    return [plot for plot in made if plot is not None]


def right_by_type(summary: RunSummary) -> Plot | None:
    """The share of right answers for each type of question, with intervals."""
    parts = [(name, part.answers["right"]) for name, part in summary.qtypes.items() if "right" in part.answers]
    if len(parts) < 2:
        return None
    parts.sort(key=lambda part: part[1].value)

    def draw(axes: Axes) -> None:
        places = range(len(parts))
        values = [100 * one.value for _, one in parts]
        axes.barh(places, values, color=_RUN, height=0.6)
        axes.errorbar(values, places, xerr=_whiskers([one for _, one in parts]), fmt="none", ecolor=_INK, capsize=3)
        axes.set_yticks(places, [f"{_plain(name)} ({one.n})" for name, one in parts])
        axes.set_xlim(0, 100)
        axes.set_xlabel("% right")
        axes.grid(axis="y", visible=False)

    return Plot(
        "types",
        "Right answers by type of question",
        "The number of questions is in brackets; the whiskers are 95 % intervals.",
        _drawn("types", 0.9 + 0.34 * len(parts), draw),
        ("Type", "Questions", "Right", "95 % interval"),
        tuple((name, str(one.n), *_percent(one)) for name, one in reversed(parts)),
    )


def failures_by_section(rows: Sequence[Row], section_title: Callable[[str], str]) -> Plot | None:
    """What became of the questions of each section; where there are many, those where most went wrong."""
    judged = [(row.question.section, outcome(row)) for row in rows if row.question.answerable]
    failed = Counter(section for section, one in judged if one in FAILURES)
    asked = Counter(section for section, _ in judged)
    if len(asked) < 2:
        return None
    shown = sorted(asked, key=lambda section: (-failed[section], -asked[section]))[:_MOST_PARTS][::-1]
    kinds: dict[str, tuple[str, set[Outcome]]] = {
        "right": (_GOOD, {Outcome.RIGHT, Outcome.FOUND}),
        "refused or not found": (_WARN, {Outcome.WRONG_REFUSAL, Outcome.NOT_RETRIEVED}),
        "wrong or badly cited": (_BAD, {Outcome.WRONG, Outcome.BAD_CITATION, Outcome.ERROR}),
    }
    counts = {
        kind: [sum(at == section and one in of for at, one in judged) for section in shown]
        for kind, (_, of) in kinds.items()
    }

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import MaxNLocator

        left = [0] * len(shown)
        for kind, (colour, _) in kinds.items():
            axes.barh(range(len(shown)), counts[kind], left=left, color=colour, height=0.62, label=kind)
            left = [before + more for before, more in zip(left, counts[kind], strict=True)]
        axes.set_yticks(range(len(shown)), [_shortened(section_title(section)) for section in shown])
        axes.set_xlabel("questions")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="y", visible=False)
        axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=3, fontsize=9)

    part = f", the {len(shown)} of {len(asked)} where most goes wrong" if len(asked) > len(shown) else ""
    return Plot(
        "sections",
        "What became of the questions, by section",
        f"Questions that the course answers{part}.",
        _drawn("sections", 1.2 + 0.3 * len(shown), draw),
        ("Section", *kinds),
        tuple(
            (section_title(shown[i]), *(str(counts[kind][i]) for kind in kinds)) for i in reversed(range(len(shown)))
        ),
    )


def growth_with_k(summary: RunSummary) -> Plot | None:
    """How often the gold is among the first k passages, for this run and the keyword search of the floor."""
    floor = summary.baselines.get(EXTRACTIVE_FLOOR)
    lines = {
        "right passage": (_RUN, "-", _growth(summary.overall.retrieval, "success")),
        "right section": (_RUN, ":", _growth(summary.overall.retrieval, "section_success")),
        "right passage, by keywords alone": (
            _MUTED,
            "--",
            _growth(floor.retrieval, "success") if floor else [],
        ),
    }
    lines = {name: line for name, line in lines.items() if line[2]}
    if not lines:
        return None

    def draw(axes: Axes) -> None:
        for name, (colour, style, estimates) in lines.items():
            values = [100 * one.value for one in estimates]
            axes.plot(KS, values, style, color=colour, marker="o", markersize=4, label=name)
        first = next(iter(lines.values()))[2]
        axes.fill_between(
            KS, [100 * one.low for one in first], [100 * one.high for one in first], color=_RUN, alpha=0.12
        )
        axes.set_xticks(KS)
        axes.set_ylim(0, 102)
        axes.set_xlabel("passages looked at")
        axes.set_ylabel("% of questions")
        axes.legend(loc="lower right", fontsize=9)

    return Plot(
        "growth",
        "Is the right passage found?",
        "The share of questions whose right passage is among the first 1, 3, 5 and 10; shaded is the 95 % interval.",
        _drawn("growth", 3.0, draw),
        ("", *(f"first {k}" for k in KS)),
        tuple((name, *(_percent(one)[0] for one in line[2])) for name, line in lines.items()),
    )


def risk_and_coverage(rows: Sequence[Row]) -> Plot | None:
    """How many answers are wrong if only the surest are given."""
    curve = risk_coverage_of(rows)
    if len(curve) < 2:
        return None

    def draw(axes: Axes) -> None:
        axes.plot([100 * one.coverage for one in curve], [100 * one.risk for one in curve], color=_RUN)
        axes.plot([100 * curve[-1].coverage], [100 * curve[-1].risk], "o", color=_RUN)
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 102)
        axes.set_xlabel("% of all questions answered, the surest first")
        axes.set_ylabel("% of these wrong")

    tenths = [curve[round(i * (len(curve) - 1) / 9)] for i in range(10)] if len(curve) > 10 else curve
    return Plot(
        "risk",
        "Does it know when it is right?",
        "The curve rises from left to right where confidence tells right from wrong. The dot is how it answers today: "
        "left of it are stricter refusals.",
        _drawn("risk", 3.0, draw),
        ("Confidence from", "Answered", "Of these wrong"),
        tuple((f"{one.threshold:.2f}", f"{100 * one.coverage:.0f} %", f"{100 * one.risk:.0f} %") for one in tenths),
    )


def time_for_an_answer(rows: Sequence[Row], summary: RunSummary) -> Plot | None:
    """How the times are spread, with the median and the ninth tenth of the summary."""
    seconds = sorted(row.timings.total_ms / 1000 for row in rows if row.timings.total_ms > 0 and not row.error)
    if len(seconds) < 2:
        return None
    median, slow = (summary.overall.latency[f"total_ms_p{percent}"].value / 1000 for percent in (50, 90))

    def draw(axes: Axes) -> None:
        axes.hist(seconds, bins=min(30, len(seconds)), color=_RUN)
        for at, name in ((median, "half"), (slow, "nine in ten")):
            axes.axvline(at, color=_INK, linewidth=1, linestyle="--")
            axes.annotate(
                name,
                (at, 0.97),
                (3, 0),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                va="top",
                fontsize=9,
            )
        axes.set_xlim(0)
        axes.set_xlabel("seconds")
        axes.set_ylabel("questions")

    return Plot(
        "time",
        "How long does an answer take?",
        f"Half take at most {median:.1f} s, nine in ten at most {slow:.1f} s, the longest {seconds[-1]:.1f} s.",
        _drawn("time", 2.6, draw),
        ("Share of the questions", "Answered within"),
        (("half", f"{median:.1f} s"), ("nine in ten", f"{slow:.1f} s"), ("all", f"{seconds[-1]:.1f} s")),
    )


def _drawn(name: str, height: float, draw: Callable[[Axes], None]) -> str:
    """What `draw` makes on axes of 7 by `height` inches, as an SVG element."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    file = io.StringIO()
    with mpl.rc_context({**_STYLE, "svg.hashsalt": name}), warnings.catch_warnings():
        # A script that the font lacks is measured as boxes here, and drawn by the reader's browser.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(figsize=(7, height), layout="constrained")
        draw(figure.add_subplot())
        figure.savefig(file, format="svg", transparent=True, metadata=dict.fromkeys(_METADATA))
    return _for_page(file.getvalue(), name)


_METADATA = ("Creator", "Date", "Format", "Type")


def _for_page(svg: str, name: str) -> str:
    """The SVG element alone, as wide as the page lets it, with ids of its own and the page's colours."""
    element = svg[svg.index("<svg") :]
    head, body = element.split(">", 1)
    head = re.sub(r' (?:width|height)="[^"]*"', "", head).replace("<svg", '<svg aria-hidden="true"')
    element = re.sub(r'(?<= id=")|(?<=href="#)|(?<=url\(#)', f"{name}-", f"{head}>{body}")
    for colour, variable in _VARIABLES.items():
        element = element.replace(colour, variable)
    return element


def _growth(retrieval: Mapping[str, Estimate], name: str) -> list[Estimate]:
    """The estimates for every k; none where it was not measured."""
    return [retrieval[f"{name}@{k}"] for k in KS if f"{name}@{k}" in retrieval]


def _whiskers(estimates: Sequence[Estimate]) -> list[list[float]]:
    below = [100 * (one.value - one.low) for one in estimates]
    return [below, [100 * (one.high - one.value) for one in estimates]]


def _percent(estimate: Estimate) -> tuple[str, str]:
    return f"{100 * estimate.value:.0f} %", f"{100 * estimate.low:.0f} to {100 * estimate.high:.0f} %"


def _shortened(text: str, most: int = 44) -> str:
    text = _plain(text)
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _plain(text: str) -> str:
    """Without characters that XML cannot hold."""
    return "".join(character for character in text if character.isprintable())
