"""Mentions: the sentences of passages that speak of what a question is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.injection import sound_sentences
from rag.terms import is_framing, overlap, terms
from rag.types import Chunk, Citation

_MOST_OF_IT = 0.6
"""The share of a subject's words that a sentence must have, its headings counted in."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A sentence, ``chunk.text[start:end]``; `own` is the share of the subject's words in it, without headings."""

    chunk: Chunk
    start: int
    end: int
    own: float

    @property
    def text(self) -> str:
        """The words, a true slice of the passage."""
        return self.chunk.text[self.start : self.end]

    def cite(self, number: int) -> Citation:
        """The citation of these words."""
        chunk, first = self.chunk, self.chunk.start
        return Citation(number, chunk.doc_id, chunk.title, chunk.place, self.text, first + self.start, first + self.end)


def subject_of(question: str, language: str = "en") -> frozenset[str]:
    """The stems of what a question is about, without the words that only frame it.

    >>> sorted(subject_of("Please explain the gates of an LSTM."))
    ['gate', 'lstm']
    """
    return frozenset(term for term in terms(question, language) if not is_framing(term, language))


def mentions(subject: frozenset[str], passages: Iterable[Chunk], language: str = "en") -> Iterator[Mention]:
    """The sentences of the passages that speak of `subject`, in their order; of an empty one, none do."""
    for chunk in passages if subject else ():
        above = set(terms(" ".join(chunk.place.headings), language))
        for start, end in sound_sentences(chunk, language):
            said = set(terms(chunk.text[start:end], language))
            own = overlap(subject, said)
            if own and overlap(subject, said | above) >= _MOST_OF_IT:
                yield Mention(chunk, start, end, own)
