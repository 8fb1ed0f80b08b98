"""Pinned answers: what an instructor wrote as the answer to one question, found when somebody asks that question.

A pinned answer is a passage like any other, and competes as one. Only where the question asked is
surely the one that it was written for does it come first, and is the answer as it stands: two
questions that differ in a word ("mitosis", "meiosis"; "part 1", "part 2") may have vectors that
hardly differ, so their words are compared too.
"""

from __future__ import annotations

from corpus import Pin
from rag.embedding import Embedder, Vectors
from rag.index import Index
from rag.query import Query
from rag.terms import is_framing, numbers, terms, words
from rag.types import Chunk

_NEAR = 0.8
_SHARED = 0.5
_INTERROGATIVES = {word: word for word in ("what", "when", "where", "who", "why", "how")} | {
    "which": "what",
    "whom": "who",
    "whose": "who",
}
_TURNING = frozenset(
    """
    no not never without none cannot except nor neither more less most least fewer before after above below over
    under first last only into from same different other
    """.split()
)
"""Small words that turn a question into another one."""


class PinnedAnswers:
    """The pinned answers of one index, with the vectors of their questions."""

    def __init__(self, index: Index, embedder: Embedder) -> None:
        self._language = index.language
        self._chunks = index.chunks
        self._documents = [document for document in index.documents.values() if document.pin]
        self._pins = {document.doc_id: document.pin for document in self._documents if document.pin}
        self._vectors = embedder.embed([pin.question for pin in self._pins.values()])

    def find(self, query: Query, vector: Vectors) -> list[Chunk]:
        """The passages of the answer that is pinned to this question, whose vector is ``float32[d]``; else none.

        After them comes the passage that proves it, where there is one.
        """
        if not self._pins:
            return []
        cosines = self._vectors @ vector
        for at in (-cosines).argsort(kind="stable"):
            doc_id, pin = list(self._pins.items())[at]
            if asks_the_same(query, pin.question, float(cosines[at]), self._language):
                own = [chunk for chunk in self._chunks if chunk.doc_id == doc_id]
                return own + self._proving(pin)
        return []

    def _proving(self, pin: Pin) -> list[Chunk]:
        return [
            chunk for chunk in self._chunks if pin.quote and chunk.doc_id == pin.doc_id and pin.quote in chunk.text
        ][:1]


def asks_the_same(asked: Query, pinned: str, cosine: float, language: str = "en") -> bool:
    """Whether two questions, whose vectors have that cosine, are one question in other words.

    >>> asks_the_same(Query("exam date", ("exam", "date")), "What is the date of the exam?", 0.89)
    True
    >>> asks_the_same(Query("What is meiosis?", ("meiosi",)), "What is mitosis?", 0.89)
    False
    """
    if _evened(asked.text) == _evened(pinned):
        return True
    first, second = {asked.mended.get(term, term) for term in asked.wanted}, _subject(pinned, language)
    alike = (
        cosine >= _NEAR
        and numbers(asked.text) == numbers(pinned)
        and _turning(asked.text) == _turning(pinned)
        and len({_interrogative(asked.text), _interrogative(pinned), ""}) <= 2
        and len(first & second) >= _SHARED * len(first | second)
    )
    return alike and (first <= second or second <= first)  # no word stands for another


def _evened(question: str) -> str:
    return " ".join(question.casefold().split()).rstrip(" ?!.")


def _subject(question: str, language: str) -> set[str]:
    stems = set(terms(question, language))
    return {stem for stem in stems if not is_framing(stem, language)} or stems


def _turning(question: str) -> set[str]:
    return {"not" if word.endswith("n't") else word for word in words(question)} & _TURNING


def _interrogative(question: str) -> str:
    """What opens the question, ``when`` or ``how``; empty where nothing does, as in a bare noun phrase."""
    named = (word.removesuffix("'s") for word in words(question))
    return next((_INTERROGATIVES[word] for word in named if word in _INTERROGATIVES), "")
