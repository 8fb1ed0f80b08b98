"""Training material → Examples: a question, a passage, and where in it the answer stands, if it does.

Three kinds of material: crowd questions over articles, answerable and not; the glossary terms of
textbooks with the sentence that defines each; and sentences of textbooks with a term blanked out.
For each question there is also a passage that keyword search finds near it and that does not answer.
Everything is drawn by one seeded generator, so that the same material gives the same examples.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from corpus import Document, read_course
from rag.chunking import Chunking, split
from rag.index import indexed_text
from rag.keywords import KeywordIndex
from rag.reading import heading_of
from rag.sentences import Span, sentence_spans
from rag.terms import terms
from rag.tuning.shapes import asked_for, learner_shaped, term_asked_for
from rag.types import Chunk

SQUAD: Final = "squad2-train-silver"
TEXTBOOKS: Final = ("openstax-nursing", "openstax-anthropology", "openstax-economics")

_WINDOWS = (250, 350, 450, 600, 800)
"""Lengths of what is read at a time, in characters. Short ones teach more questions in the same time."""

_AGREED = 0.35
_CLOZES = 600
_CLOZES_ELSEWHERE = 0.4
_GAP = "________"
_CUT_TO_CLAUSES = 0.7
_WORDS_LEFT_OUT = 0.15
_FEWEST_WORDS = 6
_SHORTEST, _LONGEST = 60, 260
_SOLVES = 0.3


@dataclass(frozen=True, slots=True)
class Example:
    """One question beside one passage. `answer` are the spans of ``passage`` that answer it, if it does."""

    question: str
    heading: str
    passage: str
    answer: tuple[Span, ...]
    kind: str
    doc_id: str


class Material:
    """The passages of one set of training material, as the pipeline cuts and searches them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.chunks = [chunk for document in _documents(folder) for chunk in split(document, Chunking())]
        self._keywords = KeywordIndex([indexed_text(chunk) for chunk in self.chunks], "en")
        self._by_document: dict[str, list[Chunk]] = defaultdict(list)
        for chunk in self.chunks:
            self._by_document[chunk.doc_id].append(chunk)

    def search(self, question: str, k: int) -> list[Chunk]:
        """The `k` passages that share most with the question."""
        return [self.chunks[row] for row, _ in self._keywords.search(question, k)]

    def holding(self, doc_id: str, start: int, end: int) -> list[Chunk]:
        """The passages that hold ``text[start:end]`` of a document whole."""
        return [chunk for chunk in self._by_document[doc_id] if chunk.start <= start and end <= chunk.end]

    def of(self, doc_id: str) -> list[Chunk]:
        """The passages of a document."""
        return self._by_document[doc_id]

    def nearest(self, doc_id: str, start: int, end: int) -> Chunk:
        """The passage that shares most characters with ``text[start:end]`` of a document."""
        chunks = [chunk for chunk in self._by_document[doc_id] if chunk.start < end and start < chunk.end]
        return max(chunks, key=lambda chunk: min(chunk.end, end) - max(chunk.start, start))

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        """The rows of one of its files."""
        with (self.folder / name).open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def build_examples(folder: Path, seed: int = 7) -> list[Example]:
    """All examples from the training material in `folder`, shuffled; the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311
    examples = list(_crowd_examples(Material(folder / SQUAD), rng))
    for name in TEXTBOOKS:
        material = Material(folder / name)
        examples += _definition_examples(material, rng)
        examples += _cloze_examples(material, rng)
        examples += _exercise_examples(material, rng)
    rng.shuffle(examples)
    return examples


def _documents(folder: Path) -> Iterator[Document]:
    with closing(read_course(folder).read()) as reads:
        for read in reads:
            yield from read.documents


def _crowd_examples(material: Material, rng: random.Random) -> Iterator[Example]:
    near = {row["passage_id"]: row for row in material.rows("passages.jsonl")}
    for row in material.rows("questions.jsonl"):
        if not row.get("self_contained", True) and rng.random() < 0.5:
            continue
        if row["answerable"]:
            yield from _answerable(material, row, rng)
        else:
            yield _near_miss(material, row, near[row["near_passage_ids"][0]], rng)


def _answerable(material: Material, row: dict[str, Any], rng: random.Random) -> Iterator[Example]:
    """A question with its passage, and, asked again, with one that does not hold the answer's words."""
    question, gold = row["question"].strip(), row["gold_spans"][0]
    chunks = material.holding(gold["doc_id"], gold["start"], gold["end"])
    if not chunks:
        return
    chunk = rng.choice(chunks)
    spans = sentence_spans(chunk.text)
    exact = (gold["start"] - chunk.start, gold["end"] - chunk.start)
    trusted = trusted_span(row, exact, spans)
    if trusted is None:
        return
    yield _example(learner_shaped(question, rng), chunk, spans, [trusted], "crowd", rng)
    words = chunk.text[exact[0] : exact[1]].casefold()
    others = [
        other
        for other in material.search(question, 6)
        if words not in other.text.casefold() and not _overlap(other, chunk)
    ]
    yield from _without_answer(lambda: learner_shaped(question, rng), others[:3], "crowd", rng)


def trusted_span(row: dict[str, Any], exact: Span, spans: Sequence[Span]) -> Span | None:
    """The answer's own words where the systems agree on them, the sentence around them where they do somewhat."""
    if row["span_quality"] == "high":
        return exact
    inside = [span for span in spans if span[0] < exact[1] and exact[0] < span[1]]
    return (inside[0][0], inside[-1][1]) if inside and row["agreement"] >= _AGREED else None


def _near_miss(material: Material, row: dict[str, Any], near: dict[str, Any], rng: random.Random) -> Example:
    """A question that its paragraph seems to answer and does not, with the sentence that it is most like."""
    question = row["question"].strip()
    chunk = material.nearest(near["doc_id"], near["start"], near["end"])
    spans = sentence_spans(chunk.text)
    first, last = max(near["start"], chunk.start) - chunk.start, min(near["end"], chunk.end) - chunk.start
    candidates = [i for i, (start, end) in enumerate(spans) if start < last and first < end]
    wanted = set(terms(question))
    likest = max(candidates, key=lambda i: len(wanted & set(terms(chunk.text[spans[i][0] : spans[i][1]]))))
    start, end = _window(spans, {likest}, rng)
    shaped = learner_shaped(question, rng)
    return Example(shaped, heading_of(chunk), chunk.text[start:end], (), "crowd near miss", chunk.doc_id)


def _definition_examples(material: Material, rng: random.Random) -> Iterator[Example]:
    for row in material.rows("definitions.jsonl"):
        chunks = material.holding(row["doc_id"], row["start"], row["end"])
        if not chunks:
            continue
        chunk = rng.choice(chunks)
        yield from _defined(material, row, chunk, rng)


def _defined(material: Material, row: dict[str, Any], chunk: Chunk, rng: random.Random) -> Iterator[Example]:
    """A term asked for its meaning, answered by the sentence; a meaning for its term, answered by the term there."""
    spans = sentence_spans(chunk.text)
    sentence = (row["start"] - chunk.start, row["end"] - chunk.start)
    at = chunk.text.find(row["surface"], *sentence)
    named = (at, at + len(row["surface"])) if at >= 0 else sentence
    meaning_asked = asked_for(row["term"], rng)
    term_asked = term_asked_for(row["meaning"].rstrip(". "), rng)
    if row["kind"] == "definitional":
        yield _example(meaning_asked, chunk, spans, [sentence], "definition", rng)
        wanted = set(terms(row["term"]))
        others = [other for other in material.search(meaning_asked, 8) if not wanted <= set(terms(other.text))]
        yield from _half_the_time(meaning_asked, others, "definition", rng)
    yield _example(term_asked, chunk, spans, [named], "term", rng)
    others = [
        other
        for other in material.search(term_asked, 8)
        if not any(name.casefold() in other.text.casefold() for name in (row["surface"], row["term"]))
    ]
    yield from _half_the_time(term_asked, others, "term", rng)


def _cloze_examples(material: Material, rng: random.Random) -> Iterator[Example]:
    """Sentences with a glossary term blanked out, and thinned, so that they are not just found again word by word."""
    surfaces = {row["surface"].casefold() for row in material.rows("definitions.jsonl")}
    term = re.compile(rf"\b({'|'.join(sorted(map(re.escape, surfaces), key=_longest_first))})\b", re.IGNORECASE)
    chunks = list(material.chunks)
    rng.shuffle(chunks)
    made = 0
    for chunk in chunks:
        if made >= _CLOZES:
            return
        spans = sentence_spans(chunk.text)
        holding = [(span, match) for span in spans if (match := term.search(chunk.text, *span)) and _is_usual(span)]
        if not holding:
            continue
        span, match = rng.choice(holding)
        sentence = chunk.text[span[0] : span[1]]
        question = thinned_gap(sentence, match.group(), rng)
        if question:
            yield _example(question, chunk, spans, [match.span()], "cloze", rng)
            made += 1
            if rng.random() < _CLOZES_ELSEWHERE:
                yield from _without_term(material, question, chunk, match.group(), rng)


def _without_term(material: Material, question: str, chunk: Chunk, term: str, rng: random.Random) -> Iterator[Example]:
    others = [
        other
        for other in material.search(question, 6)
        if not _overlap(other, chunk) and term.casefold() not in other.text.casefold()
    ]
    yield from _without_answer(lambda: question, others[:3], "cloze", rng)


def thinned_gap(sentence: str, term: str, rng: random.Random) -> str:
    """The sentence with `term` blanked out, and thinned; empty where it has no such term, or too little is left."""
    before, found, after = sentence.partition(term)
    return _thinned(before + _GAP + after, rng) if found else ""


def _thinned(sentence: str, rng: random.Random) -> str:
    """The sentence with clauses off its ends and one word in seven left out; empty where too little is left."""
    parts = re.split(r"(?<=[,;:])\s", sentence)
    at = next(i for i, part in enumerate(parts) if _GAP in part)
    if len(parts) > 1 and rng.random() < _CUT_TO_CLAUSES:
        first, last = rng.randint(0, at), rng.randint(at, len(parts) - 1)
        sentence = " ".join(parts[first : last + 1])
    words = [word for word in sentence.split() if _GAP in word or rng.random() > _WORDS_LEFT_OUT]
    if len(words) < _FEWEST_WORDS:
        return ""
    text = " ".join(words).rstrip(",;:. ") + "."
    return text[0].upper() + text[1:]


def _exercise_examples(material: Material, rng: random.Random) -> Iterator[Example]:
    for question, chunk, span in solved_exercises(material):
        yield _example(question, chunk, sentence_spans(chunk.text), [span], "exercise", rng)


def solved_exercises(material: Material) -> Iterator[tuple[str, Chunk, Span]]:
    """Exercises with a published solution, answered by the sentence of their section that says most of it."""
    path = material.folder / "exercises.jsonl"
    for row in material.rows(path.name) if path.exists() else ():
        if not row["answer"]:
            continue
        solution = terms(row["answer"])
        spans = [(chunk, span) for chunk in material.of(row["doc_id"]) for span in sentence_spans(chunk.text)]
        scored = [(_f1(terms(chunk.text[span[0] : span[1]]), solution), chunk, span) for chunk, span in spans]
        share, chunk, span = max(scored, key=lambda found: found[0])
        if share >= _SOLVES:
            yield row["question"], chunk, span


def _f1(said: Sequence[str], gold: Sequence[str]) -> float:
    shared = sum((Counter(said) & Counter(gold)).values())
    return 2 * shared / (len(said) + len(gold)) if shared else 0.0


def _half_the_time(question: str, others: Sequence[Chunk], kind: str, rng: random.Random) -> Iterator[Example]:
    if others and rng.random() < 0.5:
        yield from _without_answer(lambda: question, others[:4], kind, rng)


def _without_answer(
    question: Callable[[], str], others: Sequence[Chunk], kind: str, rng: random.Random
) -> Iterator[Example]:
    if others:
        chunk = rng.choice(others)
        yield _example(question(), chunk, sentence_spans(chunk.text), [], f"{kind} elsewhere", rng)


def _example(
    question: str, chunk: Chunk, spans: Sequence[Span], gold: Sequence[Span], kind: str, rng: random.Random
) -> Example:
    """A window of the passage around the answer, which may stand anywhere in it."""
    kept = {i for i, (start, end) in enumerate(spans) for first, last in gold if start < last and first < end}
    start, end = _window(spans, kept, rng)
    answer = tuple((max(first, start) - start, min(last, end) - start) for first, last in gold)
    return Example(question, heading_of(chunk), chunk.text[start:end], answer, kind, chunk.doc_id)


def _window(spans: Sequence[Span], kept: Collection[int], rng: random.Random) -> Span:
    """Neighbouring sentences that hold those `kept`, or any one, as many as fit into a length that is drawn."""
    longest = rng.choice(_WINDOWS)
    first, last = (min(kept), max(kept)) if kept else (rng.randrange(len(spans)),) * 2
    while True:
        grown = []
        if first > 0 and spans[last][1] - spans[first - 1][0] <= longest:
            grown.append((first - 1, last))
        if last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= longest:
            grown.append((first, last + 1))
        if not grown:
            return spans[first][0], spans[last][1]
        first, last = rng.choice(grown)


def _overlap(one: Chunk, other: Chunk) -> bool:
    return one.doc_id == other.doc_id and one.start < other.end and other.start < one.end


def _is_usual(span: Span) -> bool:
    return _SHORTEST < span[1] - span[0] < _LONGEST


def _longest_first(text: str) -> int:
    return -len(text)


def held_out(folder: Path) -> frozenset[str]:
    """The crowd's articles that nothing is learnt from, every seventh, so that what was learnt can be measured."""
    articles = sorted({document.doc_id for document in _documents(folder / SQUAD)})
    return frozenset(articles[::7])
