"""Question + Hits → every sentence of the passages found, scored as an answer to the question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from rag.answer_type import expected_type, holds
from rag.gaps import has_gap, restates
from rag.injection import sound_sentences
from rag.query import Query
from rag.retrieval import Retriever
from rag.terms import terms
from rag.types import Chunk, Hit

_COSINE_WEIGHT = 0.6
_WRONG_TYPE = 0.25
_SIGNPOST = 0.15
_ONLY_ASKS = 0.5
_SAYS_WHAT_FOLLOWS = re.compile(
    r"(?:in|throughout|by the end of) (?:this|the next|the following|the previous) "
    r"(?:course|chapter|section|module|unit|lesson|lecture)\b|"
    r"(?:this|the next) (?:course|chapter|section|module|unit|lesson|lecture) "
    r"(?:will|covers|explores|introduces|discusses|describes|examines|presents)\b",
    re.IGNORECASE,
)

# What learners are to be able to do, as courses list it before a section: no sentence, and no answer.
_SETS_AN_AIM = re.compile(
    r"(?:identify|describe|explain|summari[sz]e|compare and contrast|distinguish|differentiate|discuss|outline"
    r"|recogni[sz]e|define|list|understand|analy[sz]e|classify|demonstrate)\b[^.!?:]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence, ``chunk.text[start:end]``, of the passage at `rank` (from 0), as an answer to the question.

    `near`, at most 1, is how near it comes to the question's words and meaning; `log_odds` is what
    reading it said (`rag.reading`), −inf where it was not read. `restates` is how far it says what
    the question says around a gap (`rag.gaps`); None where the question has none.
    """

    chunk: Chunk
    rank: int
    start: int
    end: int
    near: float
    log_odds: float = -inf
    restates: float | None = None

    @property
    def text(self) -> str:
        """The words, a true slice of the passage."""
        return self.chunk.text[self.start : self.end]


def candidates(question: str, hits: Sequence[Hit], retriever: Retriever) -> list[Candidate]:
    """All sentences of the passages, in their order.

    A sentence comes near in meaning (the cosine of its vector) and in words (coverage), and less so
    where it has nothing of the type that is asked for, only asks itself, sets an aim, or says what a section is about.
    """
    language = retriever.index.language
    query = retriever.query(question)
    kind, gapped = expected_type(question, language), has_gap(question)
    asked = retriever.embedder.embed([question])[0]
    found = []
    for rank, chunk in enumerate(hit.chunk for hit in hits):
        spans = sound_sentences(chunk, language)
        sentences = [chunk.text[start:end] for start, end in spans]
        cosines = retriever.sentence_vectors.of(chunk, sentences) @ asked if sentences else ()
        for (start, end), sentence, cosine in zip(spans, sentences, cosines, strict=True):
            in_context = " ".join([chunk.title, *chunk.place.headings, sentence])
            near = _COSINE_WEIGHT * max(float(cosine), 0.0)
            near += (1 - _COSINE_WEIGHT) * coverage(query, in_context, retriever)
            if not holds(kind, sentence, query.wanted, language):
                near -= _WRONG_TYPE
            near -= _says_little(sentence)
            restated = restates(question, sentence) if gapped else None
            found.append(Candidate(chunk, rank, start, end, near, restates=restated))
    return found


def _says_little(sentence: str) -> float:
    """What a sentence loses that only asks, sets an aim, or only says what a section is about."""
    asks = _ONLY_ASKS if sentence.endswith("?") or _SETS_AN_AIM.match(sentence) else 0.0
    return asks + (_SIGNPOST if _SAYS_WHAT_FOLLOWS.match(sentence) else 0.0)


def coverage(query: Query, text: str, retriever: Retriever) -> float:
    """The share of the question's content words that `text` holds, rare words counting for more."""
    found = query.credits(set(terms(text, retriever.index.language)))
    weights = {term: retriever.keywords.idf(query.mended.get(term, term)) for term in found}
    total = sum(weights.values())
    return sum(weights[term] * credit for term, credit in found.items()) / total if total else 0.0
