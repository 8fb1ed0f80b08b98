from math import isclose

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R, Success, nDCG

from eval.metrics import ranking
from eval.questions import Span

ranks_of_gold = st.lists(st.one_of(st.none(), st.integers(1, 15)), min_size=1, max_size=5).filter(
    lambda ranks: len({rank for rank in ranks if rank}) == sum(rank is not None for rank in ranks)
)


@given(ranks_of_gold)
def test_measures_equal_those_of_ir_measures(ranks):
    at_rank = {rank: f"gold{i}" for i, rank in enumerate(ranks) if rank}
    run = {"q": {at_rank.get(rank, f"other{rank}"): float(100 - rank) for rank in range(1, 16)}}
    qrels = {"q": {f"gold{i}": 1 for i in range(len(ranks))}}
    measures = [R @ 1, R @ 5, R @ 10, Success @ 1, Success @ 5, RR @ 10, nDCG @ 10]

    theirs = ir_measures.calc_aggregate(measures, qrels, run)

    ours = {
        R @ 1: ranking.recall(ranks, 1),
        R @ 5: ranking.recall(ranks, 5),
        R @ 10: ranking.recall(ranks, 10),
        Success @ 1: ranking.success(ranks, 1),
        Success @ 5: ranking.success(ranks, 5),
        RR @ 10: ranking.reciprocal_rank(ranks, 10),
        nDCG @ 10: ranking.ndcg(ranks, 10),
    }
    assert all(isclose(theirs[measure], value, abs_tol=1e-9) for measure, value in ours.items())


@pytest.mark.parametrize(
    ("found", "gold", "held"),
    [
        ((0, 1000), (500, 516), True),  # a short answer within a passage
        ((0, 508), (500, 516), True),  # half of it
        ((0, 507), (500, 516), False),  # less than half
        ((100, 200), (0, 4000), True),  # a passage within a long gold paragraph
        ((0, 1000), (900, 1700), False),  # a shared edge
        ((0, 1000), (500, 1500), True),  # half of either
        ((0, 10), (10, 20), False),  # neighbours
    ],
)
def test_a_hit_holds_a_gold_span_from_half_of_the_shorter_on(found, gold, held):
    assert ranking.holds(Span("d", *found), Span("d", *gold)) is held
    assert ranking.holds(Span("d", *found), Span("other", *gold)) is False


def test_spans_of_annotators_who_marked_the_same_words_are_one_gold_passage():
    spans = [Span("d", 12, 20), Span("d", 10, 20), Span("d", 40, 50), Span("e", 10, 20)]

    assert ranking.merged(spans) == [Span("d", 10, 20), Span("d", 40, 50), Span("e", 10, 20)]


def test_neighbouring_spans_stay_two():
    assert ranking.merged([Span("d", 0, 5), Span("d", 5, 9)]) == [Span("d", 0, 5), Span("d", 5, 9)]


def test_only_the_first_hit_on_a_gold_passage_counts():
    retrieved = [Span("x", 0, 9), Span("d", 0, 100), Span("d", 50, 150)]

    assert ranking.first_ranks(retrieved, [Span("d", 60, 90), Span("e", 0, 5)]) == [2, None]


def test_one_hit_that_holds_all_gold_passages_is_perfect_and_no_more():
    ranks = ranking.first_ranks([Span("d", 0, 1000)], [Span("d", 10, 20), Span("d", 30, 40)])

    assert ranks == [1, 1]
    assert ranking.ndcg(ranks, 10) == 1.0
    assert ranking.recall(ranks, 1) == 1.0


@given(st.integers(1, 400), st.integers(1, 400))
def test_recall_does_not_depend_on_how_a_text_is_cut(size, start):
    gold = Span("d", start, start + 200)
    cut = [Span("d", at, at + size) for at in range(0, 800, size)]

    assert ranking.recall(ranking.first_ranks(cut, [gold]), len(cut)) == 1.0


def test_sections_are_ranked_by_their_first_hit():
    retrieved = [Span("b", 0, 9), Span("a", 0, 9), Span("b", 9, 18)]

    assert ranking.section_ranks(retrieved, ["a", "b", "c"]) == [2, 1, None]
