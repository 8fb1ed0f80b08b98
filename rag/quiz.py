"""Quiz: questions made from a course, each with the sentence that answers it; and answers compared with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rag.assistant import QUOTED, Assistant
from rag.injection import sound_sentences
from rag.mentions import Mention, mentions, subject_of
from rag.sentences import sentence_spans
from rag.terms import STOP_WORDS, numbers, stem, words
from rag.types import Answer, Chunk, Citation, Sentence

_LONGEST_SUBJECT = 6
_SHORTEST_ANSWER = 3
_PASSAGE = 1_500

_IS = {
    "en": re.compile(
        r"^(?P<article>An? |The )?(?P<what>[^,.;:()]{2,60}?(?: \([^()]{1,15}\))?) (?P<verb>is|are) (?P<rest>\w.+)$"
    ),
    "de": re.compile(
        r"^(?P<article>Eine? |Der |Die |Das )?(?P<what>[^,.;:()]{2,60}?) (?P<verb>ist|sind) (?P<rest>\w.+)$"
    ),
}
_NOT_A_SUBJECT = re.compile(
    r"^(?:it|they|this|that|these|those|there|here|he|she|we|you|i|one|some|many|most|such|both|each|if|when|while|"
    r"in|on|at|for|as|by|with|however|also|what|which|es|sie|er|dies\w*|hier|wir|man|was|in|im|auf|wenn)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-]|[.,]\d)")
_GAP = "_____"
_ASKED = {
    "en": ("What is {0}?", "What are {0}?", "Fill the gap: {0}"),
    "de": ("Was ist {0}?", "Was sind {0}?", "Ergänzen Sie: {0}"),
}


@dataclass(frozen=True, slots=True)
class QuizQuestion:
    """A question, the words of the course that answer it, and the sentence (`citation`) in which they stand."""

    question: str
    expected: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Comparison:
    """What of the expected words a learner's answer has, and what it lacks, as the course writes them."""

    found: tuple[str, ...]
    missing: tuple[str, ...]


def quiz(assistant: Assistant, about: str = "", asked: Collection[str] = ()) -> QuizQuestion | None:
    """A question that was not yet `asked`, on the subject of `about`, or on anything in the course.

    Definitions come first ("What is mitosis?"), then numbers ("Fill the gap: A cell has _____ walls.").
    None where the course has nothing left to ask.
    """
    language = assistant.language
    gaps: list[QuizQuestion] = []
    for sentence in _sentences(assistant, about):
        for question in _questions(sentence, language):
            if question.question in asked:
                continue
            if _GAP not in question.question:
                return question
            gaps.append(question)
    return gaps[0] if gaps else None


def compare(question: QuizQuestion, given: str, language: str = "en") -> Comparison:
    """Compare an answer with what the course says, by content words and numbers; order and inflection do not matter."""
    said = {stem(word, language) for word in words(given)} | numbers(given)
    wanted = {_key(word, language): word for word in _content(question.expected)}
    found = tuple(word for key, word in wanted.items() if key in said)
    return Comparison(found, tuple(word for key, word in wanted.items() if key not in said))


def _sentences(assistant: Assistant, about: str) -> Iterator[Mention]:
    """Where questions are made from: what speaks of the subject; else the course, its sections taken in turn."""
    language = assistant.language
    subject = subject_of(about, language)
    if subject:
        passages = [hit.chunk for hit in assistant.search(about)]
        yield from sorted(mentions(subject, passages, language), key=lambda one: -one.own)
        return
    for chunk in _passages(assistant):
        for start, end in sound_sentences(chunk, language):
            yield Mention(chunk, start, end, 0.0)


def _passages(assistant: Assistant) -> Iterator[Chunk]:
    for document in assistant.documents.values():
        for section in document.sections:
            end = min(section.end, section.start + _PASSAGE)
            text = document.text[section.start : end]
            yield Chunk(document.doc_id, document.title, section.place, section.start, end, text)


def _questions(sentence: Mention, language: str) -> Iterator[QuizQuestion]:
    """The questions that one sentence answers; only one that stands for itself is asked about."""
    text = " ".join(sentence.text.split())
    if not text.endswith(".") or len(sentence_spans(text, language)) != 1 or _NOT_A_SUBJECT.match(text):
        return
    one, many, fill = _ASKED.get(language[:2], _ASKED["en"])
    citation = sentence.cite(1)
    defined = _IS.get(language[:2], _IS["en"]).match(text)
    if defined and _can_be_asked(defined):
        form = one if defined["verb"] in ("is", "ist") else many
        yield QuizQuestion(
            form.format((defined["article"] or "").lower() + _as_asked(defined["what"], language)),
            defined["rest"].rstrip("."),
            citation,
        )
    for number in list(_NUMBER.finditer(text))[:1]:
        yield QuizQuestion(fill.format(text[: number.start()] + _GAP + text[number.end() :]), number.group(), citation)


def _can_be_asked(defined: re.Match[str]) -> bool:
    short = len(defined["what"].split()) <= _LONGEST_SUBJECT
    return short and len(_content(defined["rest"])) >= _SHORTEST_ANSWER


def _as_asked(what: str, language: str) -> str:
    """The subject within a question; in English its capital is only kept where it is a name's."""
    first, *rest = what.split(" ")
    is_name = any(map(str.isupper, first[1:])) or any(word[:1].isupper() for word in rest)
    return what if is_name or not language.startswith("en") else what[0].lower() + what[1:]


def _content(text: str) -> list[str]:
    """The words and numbers that an answer must have, as they are written, each once."""
    found = [word.strip(".,;:!?()[]\"'“”‘’") for word in text.split()]
    return list(
        dict.fromkeys(word for word in found if word and word.casefold() not in STOP_WORDS and _says_something(word))
    )


def _says_something(word: str) -> bool:
    return any(map(str.isalnum, word)) and bool(words(word) or numbers(word))


def _key(word: str, language: str) -> str:
    """What a word is compared by; a number, as it is written."""
    found = numbers(word)
    return found.pop() if len(found) == 1 else stem(words(word)[-1], language)


def solution(question: QuizQuestion, given: str, index_version: str) -> Answer:
    """The sentence that answers the question, cited; what is shown to a learner who has answered `given`."""
    text = " ".join(question.citation.quote.split())
    return Answer(
        question=given,
        asked=given,
        answered=True,
        confidence=1.0,
        sentences=(Sentence(text, "supported", (question.citation.number,)),),
        citations=(question.citation,),
        model=QUOTED,
        index_version=index_version,
    )
