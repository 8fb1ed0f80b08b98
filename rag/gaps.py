"""Questions with a gap to fill: "A cell has ____ walls." They say nearly all of the sentence that answers them."""

from __future__ import annotations

import re

from rapidfuzz.distance import LCSseq

from rag.terms import words

_GAP = re.compile(r"_{2,}|\[(?:blank|\.{2,}|…)\]", re.IGNORECASE)
_PARTS = ";"


def has_gap(question: str) -> bool:
    """Whether words are left out to be filled in.

    >>> has_gap("A cell has ____ walls.")
    True
    """
    return bool(_GAP.search(question))


def filled(question: str, choice: str) -> str:
    """The statement that a choice makes of a question: it fills the gaps, or else comes last.

    >>> filled("A cell has ____ walls and ____ nuclei.", "thin; large")
    'A cell has thin walls and large nuclei.'
    >>> filled("Which gate erases?", "the forget gate")
    'Which gate erases the forget gate'
    """
    gaps = len(_GAP.findall(question))
    if not gaps:
        return f"{question.rstrip(' ?:.')} {choice}"
    parts = [part.strip() for part in choice.split(_PARTS)]
    fillings = iter(parts if len(parts) == gaps else [choice] * gaps)
    return _GAP.sub(lambda _gap: next(fillings), question)


def restates(question: str, sentence: str) -> float:
    """The share of the question's words that the sentence has in the same order (longest common subsequence).

    >>> restates("A cell has ____ walls.", "Each cell has two walls and a nucleus.")
    0.75
    """
    asked = words(_GAP.sub(" ", question))
    return LCSseq.similarity(asked, words(sentence)) / len(asked) if asked else 0.0
