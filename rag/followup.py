"""Follow-ups: a question that leans on the turns before it is completed with their subject."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.terms import STOP_WORDS, is_framing, stem, terms
from rag.types import Message

_LEANS = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|that|these|those|he|him|his|she|her|the (?:former|latter|same|other))\b"
    r"|^(?:and|but|or|so|also|then|what about|how about|why|how|more|go on|continue)\b[\s?.!]*(?:\S+\s*){0,4}$",
    re.IGNORECASE,
)


def complete(question: str, history: Sequence[Message], known: Callable[[str], bool], language: str = "en") -> str:
    """`question`, with the subject of the last question in `history` added where it needs one.

    It needs one where it points back ("its", "those", "and …?") or has no subject of its own.
    `known` says whether the course has a stem: only what it has can be a subject.

    >>> complete("and its gates?", [Message("user", "What is an LSTM?")], lambda stem: True)
    'and its gates? (LSTM)'
    """
    if not history or not _needs_subject(question, known, language):
        return question
    said = [message.content for message in history if message.role == "user"]
    for asked in reversed(said):
        own = set(terms(question, language))
        subject = [word for word in _subject(asked, known, language) if stem(word.casefold(), language) not in own]
        if subject:
            return f"{question} ({' '.join(subject)})"
    return question


def _needs_subject(question: str, known: Callable[[str], bool], language: str) -> bool:
    own = [term for term in terms(question, language) if not is_framing(term, language) and known(term)]
    return not own or bool(_LEANS.search(question.strip()))


def _subject(question: str, known: Callable[[str], bool], language: str) -> list[str]:
    """The content words of a question that the course has, as they were written."""
    return [
        word
        for word in re.findall(r"[\w'’-]+", question)
        if word.casefold() not in STOP_WORDS
        and not is_framing(stem(word.casefold(), language), language)
        and any(known(term) for term in terms(word, language))
    ]
