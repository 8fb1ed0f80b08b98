"""Question + Hits → the sentences that answer it, best first, and how likely it is that they do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.injection import sound_sentences, sound_text
from rag.query import Query
from rag.retrieval import Retriever
from rag.sentences import sentence_spans
from rag.terms import terms
from rag.types import Chunk, Citation, Hit

_OPENS_ON_WHAT_CAME_BEFORE = re.compile(
    r"(?:it|its|they|their|them|these|those|this|that|he|she|his|her|such|both|however|therefore|thus|"
    r"for example|for instance|in addition|moreover|furthermore|instead|as a result)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a passage, scored for a question: ``document.text[start:end]``, score 0 to 1.

    Where the sentence opens on what came before ("They consist of…"), that is part of it.
    """

    chunk: Chunk
    start: int
    end: int
    score: float

    @property
    def text(self) -> str:
        """The words, a true slice of the document."""
        return self.chunk.text[self.start - self.chunk.start : self.end - self.chunk.start]

    def overlaps(self, citation: Citation) -> bool:
        """Whether the citation shows any of these words."""
        return self.chunk.doc_id == citation.doc_id and self.start < citation.end and citation.start < self.end

    def excerpt(self, words: int, language: str) -> str:
        """At least `words` words of the passage around this sentence, in whole sentences."""
        text = self.chunk.text
        spans = sentence_spans(text, language)
        quoted = range(self.start - self.chunk.start, self.end - self.chunk.start)
        inside = [i for i, (start, end) in enumerate(spans) if start < quoted.stop and quoted.start < end]
        first, last = inside[0], inside[-1]
        while len(text[spans[first][0] : spans[last][1]].split()) < words and (first > 0 or last + 1 < len(spans)):
            if last + 1 < len(spans):
                last += 1
            else:
                first -= 1
        return text[spans[first][0] : spans[last][1]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the course has to say to a question. `confidence`, 0 to 1, is that it answers it."""

    quotes: tuple[Quote, ...]
    confidence: float

    def excerpts(self, count: int, words: int, language: str) -> list[str]:
        """From each of the `count` best passages, `words` words around its best sentence.

        Short prompts are read better by small models, and faster by all.
        """
        best = {quote.chunk: quote for quote in reversed(self.quotes)}
        ranked = sorted(best.values(), key=lambda quote: -quote.score)
        return [quote.excerpt(words, language) for quote in ranked[:count]]


def gather(question: str, hits: Sequence[Hit], retriever: Retriever) -> Evidence:
    """Score every sentence of the passages found; equal words count once, at the best passage."""
    language = retriever.index.language
    query = retriever.query(question)
    candidates = [(hit.chunk, start, end) for hit in hits for start, end in sound_sentences(hit.chunk, language)]
    if not candidates:
        return Evidence((), 0.0)
    sentences = [chunk.text[start:end] for chunk, start, end in candidates]
    vectors = retriever.embedder.embed([question, *sentences])
    cosines = vectors[1:] @ vectors[0]
    quotes: dict[str, Quote] = {}
    for (chunk, start, end), sentence, cosine in zip(candidates, sentences, cosines, strict=True):
        score = 0.5 * max(float(cosine), 0.0) + 0.5 * _coverage(query, _with_headings(chunk, sentence), retriever)
        key = " ".join(sentence.casefold().split())
        if key not in quotes or quotes[key].score < score:
            quotes[key] = _quote(chunk, start, end, score, language)
    best = tuple(sorted(quotes.values(), key=lambda quote: -quote.score))
    return Evidence(best, _confidence(query, hits, max(float(cosine) for cosine in cosines), retriever))


def _with_headings(chunk: Chunk, text: str) -> str:
    return " ".join([chunk.title, *chunk.place.headings, text])


def _quote(chunk: Chunk, start: int, end: int, score: float, language: str) -> Quote:
    if _OPENS_ON_WHAT_CAME_BEFORE.match(chunk.text, start):
        before = [span for span in sentence_spans(chunk.text[:start], language) if span[1] <= start]
        if before:
            start = before[-1][0]
    return Quote(chunk, chunk.start + start, chunk.start + end, score)


def _coverage(query: Query, text: str, retriever: Retriever) -> float:
    """The share of the question's content words that `text` holds, rare words counting for more."""
    found = query.credits(set(terms(text, retriever.index.language)))
    weights = {term: retriever.keywords.idf(query.mended.get(term, term)) for term in found}
    total = sum(weights.values())
    return sum(weights[term] * credit for term, credit in found.items()) / total if total else 0.0


def _confidence(query: Query, hits: Sequence[Hit], cosine: float, retriever: Retriever) -> float:
    coverage = max(
        _coverage(query, _with_headings(hit.chunk, sound_text(hit.chunk, retriever.index.language)), retriever)
        for hit in hits[:3]
    )
    return 0.5 * coverage + 0.5 * min(max(cosine, 0.0) / 0.7, 1.0)
