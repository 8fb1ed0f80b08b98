"""Headline: the few measures that say whether the answers are any good, in the words in which they are shown.

The terminal, report.html and README.md all show these rows; everything else stands in summary.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from eval.baselines import ALWAYS_REFUSE, EXTRACTIVE_FLOOR, ORACLE_PASSAGE
from eval.intervals import Estimate
from eval.summary import RunSummary, Summary

BASELINES = {
    EXTRACTIVE_FLOOR: "best sentence by keywords",
    ALWAYS_REFUSE: "refuse everything",
    ORACLE_PASSAGE: "given the right passage",
}
"""What stands beside every run, in the words of a heading."""


class Unit(StrEnum):
    """How a value is written."""

    SHARE = "share"
    DIFFERENCE = "difference"
    MILLISECONDS = "milliseconds"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of a `Summary`: its section and name there, and what a person reads."""

    section: str
    name: str
    label: str
    meaning: str
    unit: Unit = Unit.SHARE
    lower_is_better: bool = False

    def of(self, summary: Summary) -> Estimate | None:
        """Its value in a summary; None where it does not apply."""
        estimates: Mapping[str, Estimate] = getattr(summary, self.section)
        return estimates.get(self.name)

    def written(self, value: float) -> str:
        """A value as it is shown: ``72 %``, ``+.41``, ``1.3 s``."""
        match self.unit:
            case Unit.SHARE:
                return f"{100 * value:.0f} %"
            case Unit.DIFFERENCE:
                return f"{value:+.2f}".replace("0.", ".").replace("-", "−")
            case Unit.MILLISECONDS:
                return f"{value / 1000:.1f} s"
            case Unit.NUMBER:
                return f"{value:.2f}"

    def written_interval(self, estimate: Estimate) -> str:
        """The interval as it is shown: ``61 to 80 %``, ``+.28 to +.54``."""
        return _to(self.written(estimate.low), self.written(estimate.high))

    def written_change(self, value: float) -> str:
        """A difference of two values as it is shown: ``+3.1 points``, ``−.12``, ``+0.2 s``."""
        match self.unit:
            case Unit.SHARE:
                return f"{100 * value:+.1f} points".replace("-", "−")
            case Unit.MILLISECONDS:
                return f"{value / 1000:+.2f} s".replace("-", "−")
            case _:
                return f"{value:+.2f}".replace("-", "−")

    def written_change_interval(self, estimate: Estimate) -> str:
        """The interval of a difference: ``−1.2 to +7.3 points``."""
        return _to(self.written_change(estimate.low), self.written_change(estimate.high))


HEADLINE = (
    Measure("answers", "right", "Right answers", "of the questions that the course answers"),
    Measure(
        "answers",
        "truthfulness",
        "Truthfulness",
        "+1 for a right answer, 0 for a refusal, −1 for a wrong one; questions that the course answers",
        Unit.DIFFERENCE,
    ),
    Measure("answers", "right_answered", "Right where it answered", "of those of them that were not refused"),
    Measure(
        "abstention",
        "false_refusal",
        "Wrongly refused",
        "of the questions that the course answers",
        lower_is_better=True,
    ),
    Measure("abstention", "recall", "Rightly refused", "of the questions that the course does not answer"),
    Measure(
        "abstention",
        "youden_j",
        "Judgement (Youden's J)",
        "rightly refused minus wrongly refused: 1 perfect, 0 chance",
        Unit.DIFFERENCE,
    ),
    Measure(
        "citations",
        "citation_precision",
        "Citations in the right place",
        "of the citations, those on the passage that holds the answer; a refusal counts as none",
    ),
    Measure("citations", "citation_recall", "Right places cited", "of the passages that hold the answer, those cited"),
    Measure("citations", "support", "Supported by what it cites", "of an answer's words, those in the words it cites"),
    Measure("retrieval", "success@5", "Passage found", "the passage that holds the answer is among the five best"),
    Measure("latency", "total_ms_p50", "Time for an answer", "half of them take no longer", Unit.MILLISECONDS, True),
)

SEARCH_HEADLINE = (
    *(measure for measure in HEADLINE if measure.section == "retrieval"),
    Measure("retrieval", "section_success@5", "Section found", "a passage of the right section is among the five best"),
    Measure("retrieval", "mrr@10", "Reciprocal rank", "one over the rank of the passage, on average", Unit.NUMBER),
    Measure(
        "abstention",
        "auroc_top_score",
        "Best score tells what is answered",
        "the chance that it is higher for a question that the course answers than for one that it does not",
        Unit.NUMBER,
    ),
)
"""The same for a run of the search alone."""


def _to(low: str, high: str) -> str:
    """Two values of one unit, the unit written once."""
    return f"{low.split(' ', maxsplit=1)[0]} to {high}"


@dataclass(frozen=True, slots=True)
class HeadlineRow:
    """A measure, its value in the run, and in each baseline that has it, by the names of `BASELINES`."""

    measure: Measure
    run: Estimate
    baselines: Mapping[str, Estimate]


def headline(summary: RunSummary) -> list[HeadlineRow]:
    """The rows of the headline table; a measure that does not apply to the run has none."""
    rows: list[HeadlineRow] = []
    search_alone = not summary.overall.counts["answered"] and not summary.overall.counts["refused"]
    for measure in SEARCH_HEADLINE if search_alone else HEADLINE:
        estimate = measure.of(summary.overall)
        if estimate is None:
            continue
        beside = {name: measure.of(summary.baselines[name]) for name in BASELINES if name in summary.baselines}
        rows.append(HeadlineRow(measure, estimate, {name: of for name, of in beside.items() if of is not None}))
    return rows
