"""Training material → prompts in the pipeline's own form, and the sentences of the course that answer them, cited.

What is learnt is to quote: every question here is answered by its passages. Whether passages answer at
all is not for the model to say in words, because a refusal that it may write becomes a habit
(`eval/LOG.md`); the reader decides that before the model is asked.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from rag import prompts
from rag.evidence import Quote
from rag.markers import without_markers
from rag.sentences import Span, sentence_spans
from rag.terms import terms
from rag.tuning.examples import SQUAD, TEXTBOOKS, Material, solved_exercises, thinned_gap, trusted_span
from rag.tuning.shapes import asked_for, compared_question, learner_shaped, term_asked_for
from rag.types import Chunk, Message

_EXCERPT_WORDS: Final = (25, 40, 55, 75)
_PASSAGES: Final = (1, 2, 2, 3, 3)
_LONGEST_ANSWER = 60
_SHARES: Final = {"crowd": 0.5, "definition": 0.14, "term": 0.12, "cloze": 0.1, "comparison": 0.08, "exercise": 0.06}


@dataclass(frozen=True, slots=True)
class Quoting:
    """One prompt, and the answer to it: sentences of its passages, each with the number of its passage."""

    messages: tuple[Message, ...]
    answer: str
    kind: str
    doc_id: str


def build_quotings(folder: Path, count: int, seed: int = 7) -> list[Quoting]:
    """`count` prompts with their answers from the material in `folder`, of all kinds in fixed shares, shuffled."""
    rng = random.Random(seed)  # noqa: S311
    made: dict[str, list[Quoting]] = {kind: [] for kind in _SHARES}
    for quoting in _all(folder, rng):
        made[quoting.kind].append(quoting)
    kept = []
    for kind, share in _SHARES.items():
        rng.shuffle(made[kind])
        kept += made[kind][: round(share * count)]
    rng.shuffle(kept)
    return kept


def _all(folder: Path, rng: random.Random) -> Iterator[Quoting]:
    yield from _crowd(Material(folder / SQUAD), rng)
    for name in TEXTBOOKS:
        material = Material(folder / name)
        yield from _glossary(material, rng)
        yield from _exercises(material, rng)


def _crowd(material: Material, rng: random.Random) -> Iterator[Quoting]:
    for row in material.rows("questions.jsonl"):
        if not row["answerable"] or not row.get("self_contained", True):
            continue
        gold = row["gold_spans"][0]
        for chunk in material.holding(gold["doc_id"], gold["start"], gold["end"])[:1]:
            exact = (gold["start"] - chunk.start, gold["end"] - chunk.start)
            if trusted_span(row, exact, sentence_spans(chunk.text)):
                question = learner_shaped(row["question"].strip(), rng)
                yield from _quoting(question, [_sentence_at(chunk, exact)], material, "crowd", rng)


def _glossary(material: Material, rng: random.Random) -> Iterator[Quoting]:
    rows = [row for row in material.rows("definitions.jsonl") if row["kind"] == "definitional"]
    defined = [(row, quote) for row in rows if (quote := _defining(material, row))]
    for row, quote in defined:
        yield from _quoting(asked_for(row["term"], rng), [quote], material, "definition", rng)
        yield from _quoting(term_asked_for(row["meaning"].rstrip(". "), rng), [quote], material, "term", rng)
        if gap := thinned_gap(quote.text, row["surface"], rng):
            yield from _quoting(gap, [quote], material, "cloze", rng)
    for (row, quote), (other_row, other) in pairwise(defined):
        if row["doc_id"] == other_row["doc_id"] and row["term"] != other_row["term"] and quote.text != other.text:
            question = compared_question(row["term"], other_row["term"], rng)
            yield from _quoting(question, [quote, other], material, "comparison", rng)


def _defining(material: Material, row: dict[str, Any]) -> Quote | None:
    """The sentence that defines a term, where it names it and does not lean on what stands before."""
    chunks = material.holding(row["doc_id"], row["start"], row["end"])
    if not chunks or row.get("opens_with_pronoun"):
        return None
    return _sentence_at(chunks[0], (row["start"] - chunks[0].start, row["end"] - chunks[0].start))


def _exercises(material: Material, rng: random.Random) -> Iterator[Quoting]:
    for question, chunk, (start, end) in solved_exercises(material):
        quote = Quote(chunk, chunk.start + start, chunk.start + end, 1.0)
        yield from _quoting(question, [quote], material, "exercise", rng)


def _sentence_at(chunk: Chunk, exact: Span) -> Quote:
    inside = [span for span in sentence_spans(chunk.text) if span[0] < exact[1] and exact[0] < span[1]]
    return Quote(chunk, chunk.start + inside[0][0], chunk.start + inside[-1][1], 1.0)


def _quoting(
    question: str, gold: Sequence[Quote], material: Material, kind: str, rng: random.Random
) -> Iterator[Quoting]:
    """The prompt with the gold sentences' excerpts among those of passages found near; in any order."""
    if len(" ".join(quote.text for quote in gold).split()) > _LONGEST_ANSWER:
        return
    words = rng.choice(_EXCERPT_WORDS)
    excerpts = list(dict.fromkeys(quote.excerpt(words, "en") for quote in gold))
    others = (likest(chunk, question) for chunk in material.search(question, 8) if not _holds(chunk, gold))
    apart = (other.excerpt(words, "en") for other in others if other)
    excerpts += list(apart)[: max(rng.choice(_PASSAGES) - len(excerpts), 0)]
    rng.shuffle(excerpts)
    sentences = [f"{without_markers(quote.text)} [{_number(quote, excerpts)}]" for quote in gold]
    messages = tuple(prompts.answer_messages(question, excerpts))
    yield Quoting(messages, " ".join(sentences), kind, gold[0].chunk.doc_id)


def likest(chunk: Chunk, question: str) -> Quote | None:
    """The sentence of a passage that shares most terms with the question; None where it has no sentence."""
    wanted = set(terms(question))
    quotes = [Quote(chunk, chunk.start + start, chunk.start + end, 0.0) for start, end in sentence_spans(chunk.text)]
    return max(quotes, key=lambda quote: len(wanted & set(terms(quote.text))), default=None)


def _holds(chunk: Chunk, gold: Sequence[Quote]) -> bool:
    """Whether a passage says what a gold sentence says, be it somewhere else: both would be right."""
    return any(quote.text in chunk.text for quote in gold)


def _number(quote: Quote, excerpts: Sequence[str]) -> int:
    return 1 + next(i for i, excerpt in enumerate(excerpts) if quote.text in excerpt)
