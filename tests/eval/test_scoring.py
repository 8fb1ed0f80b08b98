import pytest

from eval.questions import Question, Span
from eval.rows import Cited, Retrieved, Row
from eval.scoring import score
from rag import Sentence

GOLD = Span("d", 100, 200)
KNOWN = Question("a", "Which gland?", ("adrenal",), True, ("d",), (GOLD,), qtype="factoid")
UNKNOWN = Question("b", "Who won?", answerable=False, unanswerable_kind="far")
RETRIEVED = (Retrieved(Span("e", 0, 300), 2.0), Retrieved(Span("d", 50, 350), 1.0))


def answered(question, text="The adrenal gland.", span=GOLD):
    return Row(
        question,
        answered=True,
        text=text,
        sentences=(Sentence(text, "supported", (1,)),),
        citations=(Cited(1, span, "D", "", text),),
        retrieved=RETRIEVED,
        record={"retrieved": []},
    )


def refused(question):
    return Row(question, answered=False, retrieved=RETRIEVED, record={"retrieved": []})


def failed(question, retrieved=()):
    return Row(question, retrieved=retrieved, error="ModelFailed: It broke off.")


def test_a_right_and_proven_answer():
    scores = score(answered(KNOWN)).scores

    assert scores["recall@1"] == 0.0
    assert scores["recall@3"] == scores["success@3"] == scores["section_success@3"] == 1.0
    assert scores["mrr@10"] == 0.5
    assert scores["right"] == scores["contains"] == scores["right_answered"] == scores["truthfulness"] == 1.0
    assert scores["exact_match"] == 0.0
    assert scores["false_refusal"] == 0.0
    assert scores["citation_precision"] == scores["citation_recall"] == scores["citation_precision_answered"] == 1.0
    assert scores["support"] == scores["claimed_supported"] == scores["sentences_cited"] == 1.0
    assert scores["cited_characters"] == 100.0
    assert scores["invalid_markers"] == 0.0
    assert "refused" not in scores


def test_another_section_that_answers_too_counts_as_the_section():
    also_in_e = Question("a", "Which gland?", ("adrenal",), True, ("d",), (GOLD,), extra={"alt_doc_ids": ["e"]})

    assert score(answered(KNOWN)).scores["section_success@1"] == 0.0
    assert score(answered(also_in_e)).scores["section_success@1"] == 1.0


def test_a_wrong_answer_is_worse_than_none():
    wrong, silent = score(answered(KNOWN, "The pituitary gland.")).scores, score(refused(KNOWN)).scores

    assert (wrong["right"], wrong["truthfulness"]) == (0.0, -1.0)
    assert (silent["right"], silent["truthfulness"], silent["false_refusal"]) == (0.0, 0.0, 1.0)


def test_refusing_raises_no_citation_measure():
    scores = score(refused(KNOWN)).scores

    assert scores["citation_precision"] == scores["citation_recall"] == 0.0
    assert not {"citation_precision_answered", "support", "sentences_cited"} & scores.keys()


def test_an_unanswerable_question_is_scored_for_its_refusal_only():
    assert score(refused(UNKNOWN)).scores == {"refused": 1.0}
    assert score(answered(UNKNOWN)).scores.keys() == {
        "refused",
        "sentences_cited",
        "support",
        "claimed_supported",
        "cited_characters",
        "invalid_markers",
    }


def test_an_error_counts_as_wrong_and_keeps_what_was_retrieved():
    before_search, after_search = score(failed(KNOWN)).scores, score(failed(KNOWN, RETRIEVED)).scores

    assert (before_search["recall@5"], after_search["recall@5"]) == (0.0, 1.0)
    for scores in (before_search, after_search):
        assert (scores["right"], scores["truthfulness"], scores["false_refusal"]) == (0.0, -1.0, 0.0)
        assert scores["citation_precision"] == 0.0
    assert score(failed(UNKNOWN)).scores == {"refused": 0.0}


def test_a_question_without_gold_is_not_judged():
    bare = Question("c", "Why?")

    assert score(refused(bare)).scores == {}
    assert "right" not in score(answered(bare)).scores


def test_where_nothing_was_searched_for_there_is_no_retrieval_score():
    assert not [name for name in score(Row(KNOWN, answered=False)).scores if "@" in name]


def test_a_search_alone_has_retrieval_scores_alone():
    row = Row(KNOWN, retrieved=RETRIEVED, record={"retrieved": []})

    assert all("@" in name for name in score(row, retrieval_only=True).scores)
    assert score(row, retrieval_only=True).scores["recall@5"] == 1.0


@pytest.mark.parametrize(
    ("qtype", "answer", "text", "right"),
    [
        ("tf", "false", "No, that is false.", 1.0),
        ("", "True", "Yes.", 1.0),
        ("mc", "adrenal", "The adrenal gland.", 1.0),
        ("mc", "adrenal", "The adrenal or the thyroid gland.", 0.0),
        ("long", "Glands that secrete into the blood.", "They secrete into the blood.", 1.0),
        ("", " ".join(f"word{i}" for i in range(13)), " ".join(f"word{i}" for i in range(5)), 1.0),
    ],
)
def test_what_is_right_depends_on_the_question(qtype, answer, text, right):
    question = Question("a", "Which?", (answer,), True, qtype=qtype, extra={"choices": ["adrenal", "thyroid"]})

    assert score(answered(question, text)).scores["right"] == right


def test_long_answers_have_no_squad_scores():
    question = Question("a", "Why?", ("Because.",), True, qtype="long")

    assert not {"exact_match", "f1"} & score(answered(question)).scores.keys()
    assert "content_f1" in score(answered(question)).scores


def test_scoring_again_leaves_nothing_of_the_scores_before():
    assert "stale" not in score(answered(KNOWN).scored({"stale": 1.0})).scores
