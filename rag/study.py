"""Study helpers: the definition, the plainest words and the places that a course has for what a question is about.

Each is answered like a question: in the course's own sentences, cited, or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Generator, Sequence

from rag.assistant import QUOTED, Assistant, readable
from rag.markers import without_markers
from rag.mentions import Mention, mentions, subject_of
from rag.reply import Event, Reply, SentenceReady, SourcesFound
from rag.terms import terms
from rag.types import Answer, Chunk, Hit, Sentence

_PLAINEST = 3
_PLACES = 6
_LONG_WORD = 6

_DEFINES = re.compile(
    r"\b(?:is|are) (?:an?|the|one|any|called|defined as|known as|where|when|how|[a-z]+s? (?:that|which|of))\b"
    r"|\b(?:refers? to|means?|denotes?|is|are|stands? for|describes?|consists? of)\b"
    r"|\b(?:ist|sind|bezeichnet|heißt|nennt man|bedeutet|versteht man)\b"
)

Choose = Callable[[frozenset[str], Sequence[Hit], str], Sequence[Mention]]
"""What of the passages found is the answer: (subject, hits, language) → mentions, in the order they are shown."""


def define(assistant: Assistant, question: str) -> Reply:
    """What the course says that the subject of `question` is. Raises `QuestionInvalid`."""
    return _reply(assistant, question, _definition)


def simplify(assistant: Assistant, question: str, said: Collection[str] = ()) -> Reply:
    """What the course says about the subject in its plainest sentences, other than those already `said`.

    Raises `QuestionInvalid`.
    """

    def plainest(subject: frozenset[str], hits: Sequence[Hit], language: str) -> list[Mention]:
        found = [one for one in _mentions(subject, hits, language) if one.text not in said and _is_sentence(one.text)]
        chosen = sorted(found, key=lambda one: difficulty(one.text) - 20 * one.own)[:_PLAINEST]
        return [one for one in found if one in chosen]

    return _reply(assistant, question, plainest)


def locate(assistant: Assistant, question: str) -> Reply:
    """Where in the course its subject stands: a sentence from each section, most to the point first.

    Raises `QuestionInvalid`.
    """
    return _reply(assistant, question, _places)


def difficulty(text: str) -> float:
    """How hard a text is to read: LIX (Björnsson 1968), words a sentence plus the percentage of long words.

    >>> difficulty("A cell is small.") < difficulty("Mitochondria continuously metabolise carbohydrates.")
    True
    """
    words = re.findall(r"\w+", text)
    if not words:
        return 0.0
    sentences = max(len(re.findall(r"[.!?:](?:\s|$)", text)), 1)
    return len(words) / sentences + 100 * sum(len(word) > _LONG_WORD for word in words) / len(words)


def _definition(subject: frozenset[str], hits: Sequence[Hit], language: str) -> list[Mention]:
    """The sentence that says what the subject is, with the subject and hardly more before its verb."""
    found = [(_defines(one, subject, language), one) for one in _mentions(subject, hits, language)]
    best = max(found, key=lambda scored: scored[0], default=(0.0, None))
    return [best[1]] if best[1] and best[0] > 0 else []


def _defines(mention: Mention, subject: frozenset[str], language: str) -> float:
    """How much of what stands before the verb is the subject; 0 where it is not defined there."""
    verb = _DEFINES.search(mention.text)
    if verb is None or mention.text.endswith("?"):
        return 0.0
    before = set(terms(mention.text[: verb.start()], language))
    about = before & subject
    return len(about) / (len(before | subject)) if len(about) * 2 >= len(before) else 0.0


def _places(subject: frozenset[str], hits: Sequence[Hit], language: str) -> list[Mention]:
    best: dict[tuple[str, str], Mention] = {}
    for one in _mentions(subject, hits, language):
        section = one.chunk.doc_id, str(one.chunk.place)
        if section not in best or best[section].own < one.own:
            best[section] = one
    return sorted(best.values(), key=lambda one: -one.own)[:_PLACES]


def _mentions(subject: frozenset[str], hits: Sequence[Hit], language: str) -> list[Mention]:
    return list(mentions(subject, (hit.chunk for hit in hits), language))


def _is_sentence(text: str) -> bool:
    return text.rstrip("\"'”’)] ").endswith((".", "!"))


def _reply(assistant: Assistant, question: str, choose: Choose) -> Reply:
    return Reply(_work(assistant, readable(question), choose))


def _work(assistant: Assistant, question: str, choose: Choose) -> Generator[Event, None, Answer]:
    hits = tuple(assistant.search(question))
    yield SourcesFound(question, hits)
    language = assistant.language
    chosen = choose(subject_of(question, language), hits, language)
    citations = tuple(one.cite(number) for number, one in enumerate(chosen, start=1))
    sentences = []
    for one, citation in zip(chosen, citations, strict=True):
        sentences.append(Sentence(without_markers(one.text), "supported", (citation.number,)))
        yield SentenceReady(sentences[-1], (citation,))
    return Answer(
        question=question,
        asked=question,
        answered=bool(chosen),
        confidence=1.0 if chosen else 0.0,
        sentences=tuple(sentences),
        citations=citations,
        retrieved=hits,
        nearest=() if chosen else _nearest(hits),
        model=QUOTED,
        index_version=assistant.index_version,
    )


def _nearest(hits: Sequence[Hit]) -> tuple[Chunk, ...]:
    sections = {(hit.chunk.doc_id, str(hit.chunk.place)): hit.chunk for hit in reversed(hits[:3])}
    return tuple(reversed(sections.values()))
