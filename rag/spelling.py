"""Typos, mended with the words of the course."""

from __future__ import annotations

from collections import Counter

from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHORTEST = 5
_LONG = 9


def correction(word: str, vocabulary: Counter[str]) -> str:
    """The word of the course that `word` is a typo of: the nearest, then the most frequent; empty where there is none.

    `vocabulary` counts the lower-case words of the course. One slip (a letter too many, too few or
    wrong, or two swapped) is a typo where the first letter is right, and so are two slips in a long
    word. Short words have none: there a slip makes another word.

    >>> correction("backpropogation", Counter(["backpropagation"]))
    'backpropagation'
    """
    if len(word) < _SHORTEST or not word.isalpha():
        return ""
    most = 2 if len(word) >= _LONG else 1
    alike = [one for one in vocabulary if one[0] == word[0] and abs(len(one) - len(word)) <= most]
    near = process.extract(word, alike, scorer=OSA.distance, score_cutoff=most, limit=None)
    return min(near, key=lambda found: (found[1], -vocabulary[found[0]]), default=("", 0, 0))[0]
