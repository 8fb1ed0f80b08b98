from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from eval.questions import Question
from eval.sampling import sample

QUESTIONS = [
    Question(
        f"q{i}", "Who?", answerable=i % 3 > 0, unanswerable_kind="" if i % 3 else "far", qtype=("mc", "long")[i % 2]
    )
    for i in range(60)
]


@given(st.integers(0, 70), st.integers(0, 5))
def test_a_sample_has_its_size_its_order_and_no_question_twice(limit, seed):
    drawn = sample(QUESTIONS, limit, seed)

    positions = [QUESTIONS.index(question) for question in drawn]
    assert len(drawn) == min(limit, 60)
    assert positions == sorted(set(positions))


def test_each_stratum_is_there_in_proportion():
    drawn = sample(QUESTIONS, 12)

    assert Counter((one.answerable, one.qtype) for one in drawn) == {
        (True, "mc"): 4,
        (True, "long"): 4,
        (False, "mc"): 2,
        (False, "long"): 2,
    }


def test_the_seed_decides():
    assert sample(QUESTIONS, 10, seed=1) == sample(QUESTIONS, 10, seed=1)
    assert sample(QUESTIONS, 10, seed=1) != sample(QUESTIONS, 10, seed=2)
