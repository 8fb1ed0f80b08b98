"""Verdict: what a run says in plain sentences, for an instructor who reads no tables.

Each rule turns one number into a sentence under "good" or "bad"; what lies between is left to the
table. The bounds are what a course can live with, not what is possible.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eval.baselines import EXTRACTIVE_FLOOR
from eval.compare import Difference, difference
from eval.headline import HEADLINE, Measure
from eval.rows import Row
from eval.run import Run
from eval.summary import RunSummary
from eval.taxonomy import FAILURES, Outcome, outcome

FEW_QUESTIONS = 200
"""Below this the intervals are so wide that the reader is told."""

_WEAK_PART = 0.15
_ENOUGH = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """`result` says in a sentence or two what became of the questions; the rest are sentences, each on its own."""

    result: str
    good: tuple[str, ...]
    bad: tuple[str, ...]
    cautions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    """Good from `good_from` on, bad from `bad_from` on; `{}` in a sentence is the value, `{rest}` what is missing."""

    section: str
    name: str
    good_from: float
    good: str
    bad_from: float
    bad: str


_RULES = (
    _Rule(
        "retrieval",
        "success@5",
        0.9,
        "The search finds the right passage: it is among the five best for {} of the questions.",
        0.75,
        "The search misses the right passage for {rest} of the questions; no model can mend that.",
    ),
    _Rule(
        "answers",
        "right_answered",
        0.8,
        "What it answers can be relied on: {} of the answers are right.",
        0.5,
        "Of the answers it gives, {rest} are wrong.",
    ),
    _Rule(
        "abstention",
        "false_refusal",
        0.1,
        "It hardly ever refuses what the course answers ({}).",
        0.25,
        "It refuses {} of the questions that the course does answer.",
    ),
    _Rule(
        "abstention",
        "recall",
        0.8,
        "It refuses {} of the questions that the course does not answer.",
        0.6,
        "To {rest} of the questions that the course does not answer it gives an answer all the same.",
    ),
    _Rule(
        "citations",
        "citation_precision_answered",
        0.8,
        "Its citations lead to the right place ({} of them).",
        0.6,
        "Of its citations {rest} do not lead to the passage that holds the answer.",
    ),
    _Rule(
        "citations",
        "support",
        0.9,
        "What it says stands in the words it cites ({}).",
        0.7,
        "Of what it says {rest} does not stand in the words it cites.",
    ),
    _Rule(
        "latency",
        "total_ms_p50",
        5_000,
        "It is quick: half of the answers take no more than {}.",
        15_000,
        "It is slow: half of the answers take longer than {}.",
    ),
)


def verdict(run: Run, summary: RunSummary) -> Verdict:
    """The verdict on a finished run."""
    rows = [row for row in run.rows if not row.question.is_variant]
    judged = [_judge(rule, summary) for rule in _RULES]
    against_floor = _against_floor(run, rows)
    return Verdict(
        result=_result(rows),
        good=tuple(text for good, text in (*against_floor, *judged) if good and text),
        bad=(
            *_defects(rows, summary),
            *(text for good, text in (*against_floor, *judged) if not good and text),
            *_weak_parts(run, rows, summary),
        ),
        cautions=tuple(_cautions(rows, summary)),
    )


def _result(rows: Sequence[Row]) -> str:
    counts = {one: sum(outcome(row) is one for row in rows) for one in Outcome}
    answerable = [row for row in rows if row.question.answerable and "right" in row.scores]
    right = sum(row.scores["right"] == 1 for row in answerable)
    refused = sum(row.answered is False for row in answerable)
    unknown = [row for row in rows if "refused" in row.scores]
    said: list[str] = []
    if answerable:
        wrong = len(answerable) - right - refused
        said.append(
            f"Of {len(answerable)} questions that the course answers, {right} were answered right, {wrong} wrong, "
            f"and {refused} were refused."
        )
    if unknown:
        caught = counts[Outcome.RIGHT_REFUSAL]
        said.append(f"Of {len(unknown)} questions that it does not answer, {caught} were rightly refused.")
    if found := counts[Outcome.FOUND]:
        said.append(f"The search found the right passage for {found} of {found + counts[Outcome.NOT_RETRIEVED]}.")
    return " ".join(said) or "The question set does not say what would be right, so nothing could be judged."


def _judge(rule: _Rule, summary: RunSummary) -> tuple[bool, str]:
    """Whether it is good, and the sentence; no sentence between good and bad."""
    measure = _measure(rule.section, rule.name)
    estimate = measure.of(summary.overall)
    if estimate is None:
        return True, ""
    value, rest = measure.written(estimate.value), measure.written(1 - estimate.value)
    sign = -1 if measure.lower_is_better else 1
    if sign * estimate.value >= sign * rule.good_from:
        return True, rule.good.format(value, rest=rest)
    if sign * estimate.value <= sign * rule.bad_from:
        return False, rule.bad.format(value, rest=rest)
    return True, ""


def _measure(section: str, name: str) -> Measure:
    shown = (measure for measure in HEADLINE if (measure.section, measure.name) == (section, name))
    return next(shown, Measure(section, name, "", ""))


def _against_floor(run: Run, rows: Sequence[Row]) -> list[tuple[bool, str]]:
    """Is it worth its model? Right answers against those of the best sentence by keywords, paired."""
    floor = {row.question.id: row for row in run.baselines.get(EXTRACTIVE_FLOOR, ())}
    pairs = [(floor[row.question.id], row) for row in rows if row.question.id in floor]
    right = difference(pairs, _measure("answers", "right"))
    if right is None or not right.is_significant:
        return []
    return [(right.gain > 0, _said_of_floor(right))]


def _said_of_floor(right: Difference) -> str:
    better = right.gain > 0
    return (
        f"It answers {'more' if better else 'fewer'} questions right than the best sentence by keywords alone would "
        f"({right.measure.written(right.after)} against {right.measure.written(right.before)})."
    )


def _defects(rows: Sequence[Row], summary: RunSummary) -> Iterator[str]:
    """What must not happen at all."""
    failed = sum(bool(row.error) for row in rows)
    if failed:
        yield f"{failed} questions could not be answered because something broke; see their errors below."
    invented = _measure("citations", "invalid_markers").of(summary.overall)
    if invented and invented.value > 0:
        yield "Some markers in the answers lead nowhere."


def _weak_parts(run: Run, rows: Sequence[Row], summary: RunSummary) -> Iterator[str]:
    """The question type far below the rest, and the section where most goes wrong."""
    right = _measure("answers", "right")
    overall = right.of(summary.overall)
    types = [(name, right.of(part)) for name, part in summary.qtypes.items()]
    known = [(one.value, name, one.n) for name, one in types if one and one.n >= _ENOUGH]
    if overall and len(known) > 1 and (weakest := min(known))[0] <= overall.value - _WEAK_PART:
        yield (
            f"Weakest are questions of the type “{weakest[1]}”: {right.written(weakest[0])} of {weakest[2]} are right."
        )
    failures: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        failures[row.question.section] += outcome(row) in FAILURES
    if len(failures) > 1 and (most := max(failures.values())) >= _ENOUGH:
        section = max(failures, key=lambda name: failures[name])
        yield f"Most goes wrong in “{run.section_title(section)}”: {most} questions."


def _cautions(rows: Sequence[Row], summary: RunSummary) -> Iterator[str]:
    right = _measure("answers", "right")
    estimate = right.of(summary.overall)
    if estimate and estimate.n < FEW_QUESTIONS:
        yield (
            f"{estimate.n} questions are few: with others of the same kind the share of right answers could be "
            f"anywhere from {right.written_interval(estimate)}."
        )
    if estimate:
        yield "Right is judged by words: a right answer in quite other words than the known ones counts as wrong."
    if all(row.question.answerable is not False for row in rows):
        yield "The set asks nothing that the course does not answer, so inventions would not have shown."
