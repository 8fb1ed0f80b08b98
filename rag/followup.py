"""Follow-ups: a question that leans on the turns before it is completed with their subject."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.anaphora import points_back
from rag.choices import split_choices
from rag.terms import STOP_WORDS, is_framing, stem, terms
from rag.types import Message

_GOES_ON = re.compile(
    r"^(?:(?:and|but|or|so|also|then|what about|how about)\b\W*(?:\S+\s*){0,4}"
    r"|how (?:many|much|long|often)\b\W*(?:\S+\s*){0,2})$",
    re.IGNORECASE,
)


def complete(question: str, history: Sequence[Message], known: Callable[[str], bool], language: str = "en") -> str:
    """`question`, with the subject of the last question in `history` added where it needs one.

    It needs one where it points back at what it does not name ("its gates"), is cut short ("and …?", "how many …?")
    or has no subject of its own. An exercise with options stands alone.
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
    if not own:
        return True
    if split_choices(question)[1]:
        return False
    return points_back(question) or bool(_GOES_ON.match(question.strip()))


def _subject(question: str, known: Callable[[str], bool], language: str) -> list[str]:
    """The content words of a question that the course has, as they were written; without the options of a choice."""
    return [
        word
        for word in re.findall(r"[\w'’-]+", split_choices(question)[0])
        if word.casefold() not in STOP_WORDS
        and not is_framing(stem(word.casefold(), language), language)
        and any(known(term) for term in terms(word, language))
    ]
