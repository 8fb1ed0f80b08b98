"""What stands beside every run: an extractive floor, one that always refuses, and an oracle.

A system worth its model answers better than the floor, is more truthful than silence, and is held
back from the oracle, which is given the gold passage, by its retrieval alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corpus import Document
from eval.passages import around
from eval.questions import Question, Span
from eval.sampling import sample
from rag import Answer, Chunk, Citation, Hit, Sentence
from rag.chunking import Chunking, split
from rag.keywords import KeywordIndex
from rag.sentences import sentence_spans
from rag.terms import overlap, terms

EXTRACTIVE_FLOOR = "extractive_floor"
ALWAYS_REFUSE = "always_refuse"
ORACLE_PASSAGE = "oracle_passage"

COVERAGE = 0.5
"""Share of the question's content words that the floor wants in a sentence to answer with it."""


class ExtractiveFloor:
    """Answers with BM25's best sentence of the course, cited as it stands; refuses where it shares too few words.

    What it retrieves are BM25's best passages.
    """

    def __init__(self, documents: Mapping[str, Document], language: str = "en") -> None:
        self._language = language
        self._passages = [chunk for document in documents.values() for chunk in split(document, Chunking())]
        self._sentences = [one for document in documents.values() for one in _sentences(document, language)]
        self._passage_index = KeywordIndex([chunk.text for chunk in self._passages], language)
        self._sentence_index = KeywordIndex([sentence.text for sentence in self._sentences], language)

    def answer(self, question: str) -> Answer:
        """The answer, or the refusal; no confidence and no timings."""
        hits = tuple(Hit(self._passages[row], score) for row, score in self._passage_index.search(question, 10))
        best = [self._sentences[row] for row, _ in self._sentence_index.search(question, 1)]
        wanted = terms(question, self._language)
        if not best or overlap(wanted, terms(best[0].text, self._language)) < COVERAGE:
            return Answer(question, answered=False, sentences=(), retrieved=hits)
        found = best[0]
        citation = Citation(1, found.doc_id, found.title, found.place, found.text, found.start, found.end)
        return Answer(question, True, (Sentence(found.text, "supported", (1,)),), (citation,), hits)


def gold_chunks(question: Question, documents: Mapping[str, Document]) -> list[Chunk]:
    """The paragraphs around the question's gold spans, each once: what the oracle is given."""
    spans = dict.fromkeys(around(span, documents) for span in question.gold_spans)
    return [_chunk(span, documents[span.doc_id]) for span in spans]


def oracle_questions(questions: Sequence[Question], limit: int, seed: int) -> list[Question]:
    """A stratified draw of the answerable original questions with gold spans: the oracle costs a model call each."""
    known = [one for one in questions if not one.is_variant and one.answerable and one.gold_spans]
    return sample(known, limit, seed)


def _sentences(document: Document, language: str) -> list[Chunk]:
    return [
        _chunk(Span(document.doc_id, section.start + start, section.start + end), document)
        for section in document.sections
        for start, end in sentence_spans(document.text[section.start : section.end], language)
    ]


def _chunk(span: Span, document: Document) -> Chunk:
    place = document.place_at(span.start)
    return Chunk(span.doc_id, document.title, place, span.start, span.end, document.text[span.start : span.end])
