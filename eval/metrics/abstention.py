"""Abstention measures: are the questions refused that the course does not answer, and only those?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


def youden_j(recall: float, false_refusal: float) -> float:
    """Share refused of the unanswerable minus share refused of the answerable: 1 perfect, 0 chance (Youden 1950)."""
    return recall - false_refusal


def auroc(
    scores: Sequence[float], positive: Sequence[bool], weights: npt.NDArray[np.float64] | None = None
) -> float | None:
    """The chance that a positive scores above a negative, ties counting half (Hanley & McNeil 1982).

    `weights` counts each item as so many. None where either kind is missing.
    """
    values = np.asarray(scores, dtype=np.float64)
    is_positive = np.asarray(positive, dtype=bool)
    counts = np.ones(len(values)) if weights is None else weights
    _, level = np.unique(values, return_inverse=True)
    positives = np.bincount(level, counts * is_positive)
    negatives = np.bincount(level, counts * ~is_positive)
    pairs = positives.sum() * negatives.sum()
    if pairs == 0:
        return None
    below = np.cumsum(negatives) - negatives
    return float((positives * (below + negatives / 2)).sum() / pairs)


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """At this threshold of confidence `coverage` of all questions are answered, and `risk` of those wrongly."""

    threshold: float
    coverage: float
    risk: float


def risk_coverage(confidence: Sequence[float], right: Sequence[bool], asked: int) -> list[RiskCoverage]:
    """The risk-coverage curve (El-Yaniv & Wiener 2010) over the questions that were answered.

    `confidence` and `right` are of the answered questions, `asked` counts all: the curve ends at the
    share that was answered. Questions of equal confidence enter together. An answered question that
    the course does not answer is wrong.
    """
    values = np.asarray(confidence, dtype=np.float64)
    order = np.argsort(-values, kind="stable")
    wrong = np.cumsum(~np.asarray(right, dtype=bool)[order])
    ranked = values[order]
    ends = [i for i in range(len(ranked)) if i + 1 == len(ranked) or ranked[i] != ranked[i + 1]]
    return [RiskCoverage(float(ranked[i]), (i + 1) / asked, float(wrong[i] / (i + 1))) for i in ends]


def area_under_risk_coverage(
    confidence: Sequence[float], right: Sequence[bool], weights: npt.NDArray[np.float64] | None = None
) -> float | None:
    """Mean risk over the coverages that the answered questions reach, 0 best (AURC; Geifman, Uziel & El-Yaniv 2019).

    `weights` counts each question as so many. None where none was answered.
    """
    values = np.asarray(confidence, dtype=np.float64)
    counts = np.ones(len(values)) if weights is None else weights
    _, level = np.unique(-values, return_inverse=True)
    answered = np.bincount(level, counts)
    wrong = np.bincount(level, counts * ~np.asarray(right, dtype=bool))
    total = answered.sum()
    if not total:
        return None
    risk = np.cumsum(wrong) / np.maximum(np.cumsum(answered), np.finfo(float).tiny)
    return float(answered @ risk / total)
