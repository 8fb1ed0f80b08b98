import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from eval.metrics.abstention import RiskCoverage, area_under_risk_coverage, auroc, risk_coverage, youden_j

scored = st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 3)), min_size=2, max_size=30)


@given(scored)
def test_auroc_equals_that_of_scikit_learn(items):
    scores = [float(score) for score, _, _ in items]
    positive = [is_positive for _, is_positive, _ in items]
    weights = np.array([float(weight) for _, _, weight in items])
    ours = auroc(scores, positive, weights)
    drawn = {is_positive for is_positive, weight in zip(positive, weights, strict=True) if weight}

    if len(drawn) == 2:
        assert ours == pytest.approx(roc_auc_score(positive, scores, sample_weight=weights))
    else:
        assert ours is None


def test_youden_j_is_what_refusing_gains_over_chance():
    assert youden_j(recall=0.9, false_refusal=0.2) == pytest.approx(0.7)
    assert youden_j(recall=1.0, false_refusal=1.0) == 0.0


def test_risk_is_read_off_from_the_most_confident_down():
    curve = risk_coverage([0.9, 0.5, 0.7, 0.5], [True, False, True, True], asked=8)

    assert curve == [
        RiskCoverage(0.9, 1 / 8, 0.0),
        RiskCoverage(0.7, 2 / 8, 0.0),
        RiskCoverage(0.5, 4 / 8, 1 / 4),  # equal confidence enters together
    ]


def test_the_area_is_the_mean_risk_over_the_coverages_reached():
    confidence, right = [0.9, 0.5, 0.7, 0.5], [True, False, True, True]

    assert area_under_risk_coverage(confidence, right) == pytest.approx((0 + 0 + 2 * 1 / 4) / 4)


@given(scored)
def test_a_weight_counts_a_question_so_often(items):
    confidence = [float(score) for score, _, _ in items]
    right = [is_right for _, is_right, _ in items]
    weights = np.array([weight for _, _, weight in items])

    drawn = area_under_risk_coverage(np.repeat(confidence, weights), np.repeat(right, weights))

    assert area_under_risk_coverage(confidence, right, weights.astype(float)) == pytest.approx(drawn)


def test_where_nothing_was_answered_there_is_no_curve():
    assert risk_coverage([], [], asked=3) == []
    assert area_under_risk_coverage([], []) is None
