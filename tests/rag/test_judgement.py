from math import inf

import pytest

from corpus import Place
from rag.candidates import Candidate
from rag.judgement import choice_score_of, confidence_of, score_of
from rag.types import Chunk

CHUNK = Chunk("cells", "Biology", Place(), 0, 4, "Yes.")


def candidate(near: float, log_odds: float = -inf, restates: float | None = None) -> Candidate:
    return Candidate(CHUNK, 0, 0, 4, near, log_odds, restates)


def test_without_a_reader_nearness_alone_decides():
    assert score_of(candidate(0.4), was_read=False) == 0.4
    assert confidence_of([candidate(0.4), candidate(0.7)], was_read=False) == 0.7


def test_what_was_read_to_answer_comes_before_what_is_a_little_nearer():
    nearer, answers = candidate(0.6, -4.0), candidate(0.5, 4.0)

    assert score_of(answers, was_read=True) > score_of(nearer, was_read=True)
    assert confidence_of([nearer, answers], was_read=True) == pytest.approx(0.58)


def test_what_was_not_read_counts_as_what_was_read_in_vain():
    assert score_of(candidate(0.5), was_read=True) == score_of(candidate(0.5, -50.0), was_read=True)


@pytest.mark.parametrize(("near", "log_odds", "confidence"), [(1.0, 50.0, 1.0), (-0.4, -inf, 0.0)])
def test_confidence_is_between_none_and_all(near, log_odds, confidence):
    assert confidence_of([candidate(near, log_odds)], was_read=True) == confidence


@pytest.mark.parametrize("was_read", [True, False])
def test_around_a_gap_the_sentence_that_says_the_same_comes_first(was_read):
    read_to_answer, restating = candidate(0.6, 4.0, 0.3), candidate(0.6, -4.0, 0.8)

    assert score_of(restating, was_read=was_read) > score_of(read_to_answer, was_read=was_read)


def test_of_two_options_that_fit_as_well_the_one_in_the_sentence_read_to_answer_is_chosen():
    stated, nearer = candidate(0.6), candidate(0.7)
    read, in_vain = candidate(0.2, 4.0), candidate(0.5, -4.0)

    assert choice_score_of(stated, read, was_read=True) > choice_score_of(nearer, in_vain, was_read=True)
    assert choice_score_of(stated, read, was_read=False) < choice_score_of(nearer, in_vain, was_read=False)
