import pytest

from eval.metrics import citations
from eval.questions import Span
from rag import Sentence

GOLD = [Span("d", 100, 200), Span("e", 0, 50)]


def test_sentences_cited_is_the_share_that_cites():
    assert citations.sentences_cited([Sentence("A.", "supported", (1,)), Sentence("B.", "weak")]) == 0.5
    assert citations.sentences_cited([]) == 0.0


def test_precision_is_the_share_of_citations_on_gold():
    on_gold, beside, at_edge = Span("d", 120, 150), Span("d", 300, 340), Span("d", 0, 110)

    assert citations.citation_precision([on_gold, beside], GOLD) == 0.5
    assert citations.citation_precision([at_edge], GOLD) == 0.0


def test_an_answer_that_cites_nothing_scores_nothing():
    assert citations.citation_precision([], GOLD) == 0.0
    assert citations.citation_recall([], GOLD) == 0.0


def test_recall_is_the_share_of_gold_passages_cited():
    assert citations.citation_recall([Span("d", 120, 150), Span("d", 130, 160)], GOLD) == 0.5
    assert citations.citation_recall([Span("d", 90, 210), Span("e", 0, 25)], GOLD) == 1.0


@pytest.mark.parametrize(
    ("text", "support"),
    [
        ("LSTMs use three gates.", 1.0),
        ("LSTMs use gates and magic.", 2 / 3),
        ("LSTMs use 3 gates.", 0.0),  # a number that the quote does not hold
    ],
)
def test_support_is_the_share_of_the_words_that_stand_in_the_quotes(text, support):
    assert citations.support([Sentence(text, "supported", (1,))], {1: "An LSTM has three gates."}) == pytest.approx(
        support
    )


def test_what_cites_nothing_or_a_missing_citation_has_no_support():
    quotes = {1: "An LSTM has three gates."}

    assert citations.support([Sentence("LSTMs use three gates.", "supported")], quotes) == 0.0
    assert citations.support([Sentence("LSTMs use three gates.", "supported", (7,))], quotes) == 0.0


def test_markers_that_point_nowhere_are_counted():
    sentences = [Sentence("Three gates [2].", "supported", (1, 9)), Sentence("As said 【3, 4】.", "supported", (1,))]

    assert citations.invalid_markers(sentences, {1: "Three gates."}) == 3


def test_brackets_of_the_course_itself_are_no_markers():
    assert citations.invalid_markers([Sentence("See arr[0].", "supported", (1,))], {1: "See arr[0]."}) == 0


def test_cited_characters_count_once():
    assert citations.cited_characters([Span("d", 0, 10), Span("d", 5, 20), Span("e", 0, 5)]) == 25
