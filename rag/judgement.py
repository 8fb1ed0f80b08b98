"""Candidates, compared and read → how well each answers, and how sure it is that the course answers at all."""

from __future__ import annotations

from collections.abc import Sequence

from rag.candidates import Candidate

# Found on a part of three question sets (eval/LOG.md); of weights half as large or twice as large none
# was better by more than chance. Reading says more about which sentence answers than about whether one does.
_READING_RANKS = 0.06
_READING_ASSURES = 0.02
_FURTHEST = 6.0

# Around a gap nearly all of the answer's words are given; the reader has learnt more from whole questions.
_RESTATING_RANKS = 0.6
_READING_RANKS_RESTATED = 0.02

_READING_CHOOSES = 0.03


def score_of(candidate: Candidate, *, was_read: bool) -> float:
    """What candidates are ranked by: how near one comes, and what reading said, where any of them `was_read`."""
    reading = _bounded(candidate) if was_read else 0.0
    if candidate.restates is None:
        return candidate.near + _READING_RANKS * reading
    return candidate.near + _READING_RANKS_RESTATED * reading + _RESTATING_RANKS * candidate.restates


def choice_score_of(stated: Candidate, asked: Candidate, *, was_read: bool) -> float:
    """What the options of a question are ranked by, for a sentence that names one.

    It is compared with what the option makes of the question (`stated`), and read for the question alone (`asked`).
    """
    return stated.near + (_READING_CHOOSES * _bounded(asked) if was_read else 0.0)


def confidence_of(found: Sequence[Candidate], *, was_read: bool) -> float:
    """From 0 to 1: how near the best of the candidates comes to answering."""
    if was_read:
        best = max(candidate.near + _READING_ASSURES * _bounded(candidate) for candidate in found)
    else:
        best = max(candidate.near for candidate in found)
    return min(max(best, 0.0), 1.0)


def _bounded(candidate: Candidate) -> float:
    """The log-odds, as far as they are trusted; a candidate that was too far off to be read has the worst."""
    return min(max(candidate.log_odds, -_FURTHEST), _FURTHEST)
