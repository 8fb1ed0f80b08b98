"""Raw text + passages → checked sentences with citations; what the model invents is dropped and counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.evidence import Quote
from rag.injection import sound_sentences
from rag.markers import without_markers
from rag.references import without_references
from rag.sentences import sentence_spans
from rag.support import Verdict, check
from rag.types import Chunk, Citation, Sentence

_MAY_END_SENTENCE = re.compile(r"[.!?][\"'”’)\]]*\s|\n")


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a passage: ``document.text[start:end]``."""

    chunk: Chunk
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words, a true slice of the document."""
        return self.chunk.text[self.start - self.chunk.start : self.end - self.chunk.start]

    @property
    def context(self) -> str:
        """The title and the headings that the words stand under."""
        return ". ".join([self.chunk.title, *self.chunk.place.headings])


@dataclass(frozen=True, slots=True)
class Proof:
    """A sentence, the words that support it best, and how well they do."""

    text: str
    verdict: Verdict
    span: Span | None

    @property
    def rank(self) -> tuple[int, float, int]:
        """Better support first, then more of the words, then the shorter proof."""
        level = ("unsupported", "weak", "supported").index(self.verdict.support)
        return level, self.verdict.score, self.span.start - self.span.end if self.span else 0


class Citations:
    """The numbered citations of one answer, in the order in which its sentences first use them."""

    def __init__(self, passages: Sequence[Chunk], language: str) -> None:
        self._spans = [Span(chunk, *span) for chunk in passages for span in _windows(chunk, language)]
        self._language = language
        self._by_span: dict[tuple[str, int, int], Citation] = {}

    @property
    def used(self) -> tuple[Citation, ...]:
        """All citations so far, by number."""
        return tuple(self._by_span.values())

    def prove(self, text: str) -> Proof:
        """Find the words of the passages that support `text` best, and judge whether they do.

        Markers that the model wrote are taken off: which passage proves a sentence is decided here.
        """
        bare = without_markers(text)
        best = Proof(bare, Verdict("unsupported", 0.0), None)
        for span in self._spans:
            proof = Proof(bare, check(bare, span.text, self._language, span.context), span)
            if proof.rank > best.rank:
                best = proof
        return best

    def cite(self, proof: Proof) -> Sentence:
        """The sentence of the answer that `proof` stands for, its citation numbered; unsupported, it cites nothing."""
        if proof.span is None or proof.verdict.support == "unsupported":
            return Sentence(proof.text, "unsupported")
        return Sentence(proof.text, proof.verdict.support, (self._number(proof.span),))

    def quote(self, quote: Quote, proofs: Sequence[Quote] = ()) -> Sentence:
        """A sentence of the course itself, white space evened out, cited at its own words, and at `proofs`.

        Markers of the course's own ("[12]", to its bibliography) would be taken for ours, and its references to
        literature are not asked for; the citation has both.
        """
        spans = [Span(one.chunk, one.start, one.end) for one in (quote, *proofs)]
        return Sentence(without_references(without_markers(quote.text)), "supported", tuple(map(self._number, spans)))

    def proof(self, text: str, quote: Quote) -> Proof:
        """How well this sentence of the course supports `text`; nothing is cited yet."""
        span = Span(quote.chunk, quote.start, quote.end)
        return Proof(text, check(text, span.text, self._language), span)

    def _number(self, span: Span) -> int:
        key = (span.chunk.doc_id, span.start, span.end)
        if key not in self._by_span:
            chunk, number = span.chunk, len(self._by_span) + 1
            self._by_span[key] = Citation(
                number, chunk.doc_id, chunk.title, chunk.place, span.text, span.start, span.end
            )
        return self._by_span[key].number


def sentences_of(pieces: Iterable[str], language: str) -> Iterator[str]:
    """Whole sentences out of a stream of text, each as soon as it is finished.

    A last sentence that the model did not finish is not a sentence and is left out.
    """
    pending = ""
    for piece in pieces:
        pending += piece
        if _MAY_END_SENTENCE.search(pending):
            spans = sentence_spans(pending, language)
            for start, end in spans[:-1]:
                yield pending[start:end]
            pending = pending[spans[-1][0] :] if spans else ""
    for start, end in sentence_spans(pending, language):
        if pending[start:end].rstrip("\"'”’)] ").endswith((".", "!", "?")):
            yield pending[start:end]


def _windows(chunk: Chunk, language: str) -> Iterator[tuple[int, int]]:
    """Each sentence, and each pair of neighbours: a model often joins two. What speaks to the model proves nothing."""
    sound = set(sound_sentences(chunk, language))
    spans = sentence_spans(chunk.text, language)
    for i, (start, end) in enumerate(spans):
        if (start, end) in sound:
            yield chunk.start + start, chunk.start + end
            if i + 1 < len(spans) and spans[i + 1] in sound:
                yield chunk.start + start, chunk.start + spans[i + 1][1]
