"""Outcome: what became of a question, in one word, and where a failure arose.

RAGChecker's idea (Ru et al. 2024), offline: a failure belongs to the first stage that could have
prevented it. A question whose passage was not among the five best is lost to the search, whatever
was then made of it; only with the passage at hand is a wrong answer, or a refusal, the answering's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum

from eval.rows import Row

NEAR_TOP = 5
"""How far down the ranking a passage counts as found."""


class Outcome(StrEnum):
    """Every row has one."""

    RIGHT = "right"
    RIGHT_REFUSAL = "rightly refused"
    FOUND = "found"
    MISSED_REFUSAL = "missed refusal"
    WRONG = "retrieved but wrong"
    BAD_CITATION = "bad citation"
    NOT_RETRIEVED = "not retrieved"
    WRONG_REFUSAL = "wrong refusal"
    ERROR = "error"
    UNJUDGED = "not judged"


MEANING = {
    Outcome.RIGHT: "Answered right, and citing the passage that holds the answer.",
    Outcome.RIGHT_REFUSAL: "The course does not answer it, and it was refused.",
    Outcome.FOUND: "The passage that holds the answer is among the five best; no answer was asked for.",
    Outcome.MISSED_REFUSAL: "The course does not answer it, but an answer was given.",
    Outcome.WRONG: "The right passage was found, but the answer is wrong.",
    Outcome.BAD_CITATION: "Answered right, but a citation is missing, or none is on the passage that holds the answer.",
    Outcome.NOT_RETRIEVED: "Not answered right: the passage that holds the answer is not among the five best.",
    Outcome.WRONG_REFUSAL: "The right passage was found, but the question was refused.",
    Outcome.ERROR: "The question could not be answered: something broke.",
    Outcome.UNJUDGED: "The question set does not say what would be right.",
}
"""Each outcome in a sentence for an instructor."""

FAILURES = (
    Outcome.MISSED_REFUSAL,
    Outcome.WRONG,
    Outcome.ERROR,
    Outcome.BAD_CITATION,
    Outcome.NOT_RETRIEVED,
    Outcome.WRONG_REFUSAL,
)
"""What went wrong, worst for a learner first: an invention misleads, a refusal only disappoints."""


def outcome(row: Row) -> Outcome:
    """The outcome of a scored row."""
    if row.error:
        return Outcome.ERROR
    if row.question.answerable is False:
        return _REFUSED_OR_NOT[row.answered]
    if row.answered is None:
        return _FOUND_OR_NOT[_found(row)]
    if row.scores.get("right") == 1:
        return Outcome.RIGHT if _well_cited(row) else Outcome.BAD_CITATION
    return _of_not_right(row)


def first_to_look_at(rows: Sequence[Row], count: int = 10) -> list[Row]:
    """The failures that teach most: of each kind in turn, worst kind first, the one it was surest about."""
    kinds: defaultdict[Outcome, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: -(row.confidence or 0)):
        kinds[outcome(row)].append(row)
    turns = [(turn, row) for kind in FAILURES for turn, row in enumerate(kinds[kind])]
    turns.sort(key=lambda one: one[0])
    return [row for _, row in turns[:count]]


_REFUSED_OR_NOT = {True: Outcome.MISSED_REFUSAL, False: Outcome.RIGHT_REFUSAL, None: Outcome.UNJUDGED}
_FOUND_OR_NOT = {True: Outcome.FOUND, False: Outcome.NOT_RETRIEVED, None: Outcome.UNJUDGED}


def _of_not_right(row: Row) -> Outcome:
    judged = row.question.answerable and ("right" in row.scores or not row.answered)
    if not judged:
        return Outcome.UNJUDGED
    if _found(row) is False:
        return Outcome.NOT_RETRIEVED
    return Outcome.WRONG if row.answered else Outcome.WRONG_REFUSAL


def _found(row: Row) -> bool | None:
    """Whether the gold was retrieved; None where nothing says where it is."""
    at = next((name for name in (f"success@{NEAR_TOP}", f"section_success@{NEAR_TOP}") if name in row.scores), None)
    return None if at is None else row.scores[at] > 0


def _well_cited(row: Row) -> bool:
    """Every sentence cites, every marker leads somewhere, and a citation is on the gold where that is known."""
    scores = row.scores
    return (
        scores.get("sentences_cited", 0) == 1
        and not scores.get("invalid_markers")
        and scores.get("citation_precision", 1) > 0
    )
