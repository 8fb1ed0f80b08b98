"""Estimate: a measured value, and the interval in which it would fall if other questions had been asked.

The interval is a percentile bootstrap (Efron 1979) over whole clusters (Cameron, Gelbach & Miller
2008): questions on one section of a course succeed and fail together, so sections are drawn, each
with all its questions. With fewer than two sections the questions themselves are drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

RESAMPLES = 1000
_SEED = 0

Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value over `n` questions and its 95 % interval, from `low` to `high`."""

    value: float
    low: float
    high: float
    n: int


def mean_interval(values: Sequence[float], clusters: Sequence[str]) -> Estimate:
    """The mean of one value per question, the questions clustered by `clusters`; at least one.

    Two runs are compared by giving the paired differences.
    """
    codes = _codes(clusters)
    draws = _draws(int(codes.max()) + 1)
    sums = np.bincount(codes, weights=values)
    sizes = np.bincount(codes)
    means = (draws @ sums) / (draws @ sizes)
    return _estimate(float(np.mean(values)), means, len(values))


def statistic_interval(statistic: Callable[[Weights], float | None], clusters: Sequence[str]) -> Estimate | None:
    """Any statistic of questions that count as often as the weights, one per question, say.

    Draws on which the statistic is undefined (None) are left out; None where it is undefined as such.
    """
    value = statistic(np.ones(len(clusters)))
    if value is None:
        return None
    codes = _codes(clusters)
    drawn = (statistic(draw[codes]) for draw in _draws(int(codes.max()) + 1))
    return _estimate(value, np.array([one for one in drawn if one is not None]), len(clusters))


def _codes(clusters: Sequence[str]) -> npt.NDArray[np.intp]:
    names, codes = np.unique(np.asarray(clusters), return_inverse=True)
    return codes if len(names) > 1 else np.arange(len(clusters))


@lru_cache(maxsize=64)
def _draws(clusters: int) -> Weights:
    """``float64[RESAMPLES, clusters]``: how often each cluster is drawn; the same in every run."""
    rng = np.random.default_rng(_SEED)
    return rng.multinomial(clusters, np.full(clusters, 1 / clusters), size=RESAMPLES).astype(np.float64)


def _estimate(value: float, drawn: npt.NDArray[np.float64], n: int) -> Estimate:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(value, float(low), float(high), n)
