from collections import Counter

import pytest

from rag.spelling import correction, english_words, mended

COURSE = Counter(["backpropagation", "learning", "networks", "network", "layer", "prison", "gauge"] + ["networks"] * 3)


@pytest.mark.parametrize(
    ("typo", "meant"),
    [
        ("learnign", "learning"),
        ("lerning", "learning"),
        ("netwirks", "networks"),
        ("backpropogatoin", "backpropagation"),
        ("guage", "gauge"),
        ("networksx", "networks"),
    ],
)
def test_a_slip_is_mended(typo, meant):
    assert correction(typo, COURSE) == meant


@pytest.mark.parametrize("word", ["lyer", "payer", "zebra", "backpropa", "l4yer", "", "learn-ing"])
def test_another_word_stays(word):
    assert correction(word, COURSE) == ""


def is_word(word: str) -> bool:
    return word in COURSE or word in english_words()


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("What does EHR stnad for?", "What does EHR stand for?"),
        ("netwirks explaained", "networks explained"),
        ("What is Backpropogation?", "What is Backpropagation?"),
        ("LAEYR", "LAYER"),
        ("Who was Leewenhoek?", "Who was Leeuwenhoek?"),
        ("NLP. Netwirks?", "NLP. Networks?"),
        ("guages, 3.5 of x_1", "gauges, 3.5 of x_1"),
    ],
)
def test_a_question_is_read_as_it_was_meant(question, read):
    assert mended(question, COURSE + Counter(["gauges", "leeuwenhoek"]), is_word) == read


@pytest.mark.parametrize(
    "question", ["Is a prism a horse?", "Who is Hilton?", "xqzvwk", "", "Blok 4b", "Is Prisom a network?"]
)
def test_what_is_a_word_or_is_like_none_stays(question):
    """A prism is no prison, even where the course has only the latter; and a name no word."""
    assert mended(question, COURSE, is_word) == question
