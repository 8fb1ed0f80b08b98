from dataclasses import astuple

import numpy as np
import pytest
from scipy.stats import bootstrap

from eval.intervals import mean_interval, statistic_interval


def test_the_interval_agrees_with_scipys_where_every_question_is_its_own_cluster():
    values = np.random.default_rng(1).random(80)
    theirs = bootstrap((values,), np.mean, n_resamples=9999, method="percentile", rng=np.random.default_rng(2))

    ours = mean_interval(values.tolist(), [str(i) for i in range(80)])

    assert ours.value == pytest.approx(values.mean())
    assert ours.low == pytest.approx(theirs.confidence_interval.low, abs=0.01)
    assert ours.high == pytest.approx(theirs.confidence_interval.high, abs=0.01)
    assert ours.n == 80


def test_questions_that_fail_together_widen_the_interval():
    values = [1.0] * 50 + [0.0] * 50
    together = mean_interval(values, [str(i // 10) for i in range(100)])
    apart = mean_interval(values, [str(i) for i in range(100)])

    assert together.high - together.low > 2 * (apart.high - apart.low)


def test_one_section_alone_is_drawn_by_question():
    estimate = mean_interval([1.0, 0.0, 1.0, 0.0], ["a"] * 4)

    assert estimate.low < 0.5 < estimate.high


def test_the_same_data_give_the_same_interval():
    assert mean_interval([0.1, 0.9, 0.4], ["a", "b", "c"]) == mean_interval([0.1, 0.9, 0.4], ["a", "b", "c"])


def test_a_statistic_has_the_interval_of_the_mean_where_it_is_the_mean():
    values = np.array([1.0, 0.0, 1.0, 1.0, 0.0, 0.5])
    sections = ["a", "a", "b", "b", "c", "d"]

    estimate = statistic_interval(lambda weights: float(np.average(values, weights=weights)), sections)

    assert astuple(estimate) == pytest.approx(astuple(mean_interval(values.tolist(), sections)))


def test_an_undefined_statistic_has_no_estimate():
    assert statistic_interval(lambda _weights: None, ["a", "b"]) is None
