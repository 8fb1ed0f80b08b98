from collections import Counter

import pytest

from rag.spelling import correction

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
