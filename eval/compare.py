"""compare: two runs of the same questions, paired question by question.

Pairing takes out what makes a question hard for both, so that far smaller differences show than
between two separate intervals (Miller 2024, "Adding Error Bars to Evals"). Intervals are bootstrapped
over sections as everywhere (`eval.intervals`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from eval.errors import RunMismatch
from eval.headline import HEADLINE, Measure, Unit
from eval.intervals import Estimate, Weights, mean_interval, statistic_interval
from eval.metrics.abstention import youden_j
from eval.questions import Question
from eval.rows import Row
from eval.run import Run, differing_settings

Pair = tuple[Row, Row]
_Statistic = Callable[[Sequence[Row], Weights], float | None]

COMPARED = (
    *(measure for measure in HEADLINE if measure.name != "right_answered"),
    Measure("answers", "content_f1", "Words shared with the known answer", "F1 over content words", Unit.NUMBER),
    Measure("citations", "invalid_markers", "Markers that lead nowhere", "per answer", Unit.NUMBER, True),
    Measure("retrieval", "recall@5", "Right passages found", "of them all, those among the five best"),
    Measure("retrieval", "ndcg@10", "Ranking (nDCG@10)", "1 where the right passages come first", Unit.NUMBER),
)
"""What two runs are compared by; the names are those of summary.json."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure over the questions that both runs have it for; `change` is after minus before."""

    measure: Measure
    before: float
    after: float
    change: Estimate

    @property
    def gain(self) -> float:
        """How much better: the change, its sign turned where lower is better."""
        return -self.change.value if self.measure.lower_is_better else self.change.value

    @property
    def is_significant(self) -> bool:
        """Whether the interval leaves no room for "no change"."""
        return self.change.low > 0 or self.change.high < 0

    @property
    def surest_gain(self) -> float:
        """The gain at the better end of the interval: below zero, it is surely a loss."""
        return -self.change.low if self.measure.lower_is_better else self.change.high


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs, paired. `changed` says what their settings differ in; `unpaired` counts questions of only one run.

    `won` and `lost` are the questions that fared better, or worse, in the second run: right, or
    rightly refused, beats wrongly refused, which beats wrong.
    """

    differences: tuple[Difference, ...]
    won: tuple[Question, ...]
    lost: tuple[Question, ...]
    questions: int
    unpaired: int
    changed: tuple[str, ...]


def compare(before: Run, after: Run) -> Comparison:
    """The second run against the first. Raises `RunMismatch` where they have no question in common."""
    earlier = {row.question.id: row for row in before.rows}
    pairs = [
        (earlier[row.question.id], row)
        for row in after.rows
        if row.question.id in earlier and earlier[row.question.id].question == row.question
    ]
    if not pairs:
        raise RunMismatch(
            f"The runs in {before.folder} and {after.folder} have no question in common; compare runs of one set."
        )
    originals = [pair for pair in pairs if not pair[1].question.is_variant]
    differences = (difference(originals, measure) for measure in COMPARED)
    moved = [(_points(new) - _points(old), new.question) for old, new in pairs]
    return Comparison(
        differences=tuple(one for one in differences if one is not None),
        won=tuple(question for step, question in moved if step > 0),
        lost=tuple(question for step, question in moved if step < 0),
        questions=len(pairs),
        unpaired=len(before.rows) + len(after.rows) - 2 * len(pairs),
        changed=tuple(differing_settings(before.settings, after.settings)),
    )


def difference(pairs: Sequence[Pair], measure: Measure) -> Difference | None:
    """The paired difference in one measure; None where no question has it in both runs."""
    match measure.section, measure.name:
        case "abstention", "youden_j":
            return _statistic_difference(_judged(pairs), measure, _youden_j)
        case "latency", _:
            return _statistic_difference(_timed(pairs), measure, _median_ms)
        case "abstention", "recall":
            return _mean_difference(pairs, measure, "refused")
        case _:
            return _mean_difference(pairs, measure, measure.name)


def _mean_difference(pairs: Sequence[Pair], measure: Measure, score: str) -> Difference | None:
    both = [pair for pair in pairs if all(score in row.scores for row in pair)]
    if not both:
        return None
    old, new = (np.array([pair[side].scores[score] for pair in both]) for side in (0, 1))
    change = mean_interval((new - old).tolist(), _sections(both))
    return Difference(measure, float(old.mean()), float(new.mean()), change)


def _statistic_difference(pairs: Sequence[Pair], measure: Measure, statistic: _Statistic) -> Difference | None:
    old, new = ([pair[side] for pair in pairs] for side in (0, 1))

    def change(weights: Weights) -> float | None:
        before, after = statistic(old, weights), statistic(new, weights)
        return None if before is None or after is None else after - before

    estimate = statistic_interval(change, _sections(pairs)) if pairs else None
    before, after = (statistic(rows, np.ones(len(pairs))) for rows in (old, new)) if pairs else (None, None)
    if estimate is None or before is None or after is None:
        return None
    return Difference(measure, before, after, estimate)


def _youden_j(rows: Sequence[Row], weights: Weights) -> float | None:
    refused = np.array([row.answered is False for row in rows], dtype=float)
    answerable = np.array([row.question.answerable is True for row in rows], dtype=bool)
    if not weights[answerable].sum() or not weights[~answerable].sum():
        return None
    caught = np.average(refused[~answerable], weights=weights[~answerable])
    return youden_j(float(caught), float(np.average(refused[answerable], weights=weights[answerable])))


def _median_ms(rows: Sequence[Row], weights: Weights) -> float | None:
    """The nearest-rank median of the time for an answer."""
    times = np.array([row.timings.total_ms for row in rows])
    order = np.argsort(times, kind="stable")
    up_to = np.cumsum(weights[order])
    return float(times[order][np.searchsorted(up_to, up_to[-1] / 2)])


def _judged(pairs: Sequence[Pair]) -> list[Pair]:
    return [pair for pair in pairs if all(row.scores.keys() & {"refused", "false_refusal"} for row in pair)]


def _timed(pairs: Sequence[Pair]) -> list[Pair]:
    return [pair for pair in pairs if all(row.timings.total_ms > 0 and not row.error for row in pair)]


def _sections(pairs: Sequence[Pair]) -> list[str]:
    return [new.question.section for _, new in pairs]


def _points(row: Row) -> float:
    """Truthfulness, and the same for what the course does not answer; 0 where nothing is judged."""
    if "refused" in row.scores:
        return 2 * row.scores["refused"] - 1
    return row.scores.get("truthfulness", 0.0)
