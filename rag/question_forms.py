"""Forms of questions that are told from their words: what is asked about or compared, whether yes or no answers.

Worded for English; a question in another language, or of another form, is left as it is.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Final

from rag.terms import words

_COURSE = (
    r"(?:the |this |your |our )?(?:course|class|book|text|textbook|material|lectures?|module|chapter|notes|slides)"
)
_SAYS = r"(?:says?|talks?|speaks?|mentions?|mentioned|discuss(?:es|ed)?|covers?|covered|explains?|explained|states?)"
_POINTER = re.compile(
    rf"^(?:please )?(?:(?:where|in (?:which|what) (?:section|chapter|part|lecture|module)s?)\b[^?]*?\b{_SAYS}"
    rf"|where (?:in|does) {_COURSE}(?: is| are| can i find| do i find)?"
    rf"|what (?:does|do|did) {_COURSE}\b[^?]*?\b{_SAYS}"
    rf"|what is said|(?:what do )?(?:the )?key (?:takeaways?|points?)(?: {_SAYS})?)"
    r"(?: about| on| of)? (?:(?:it|this|that|these|those|them)\b\W*\((?P<completed>[^()]+)\)|(?P<subject>[^?]+))",
    re.IGNORECASE,
)
_KIND = re.compile(r"\b(?:the |different |main |various )*(?:types|kinds|sorts|forms|categories) of ", re.IGNORECASE)

_SIDE = r"[^?,;:()]{2,60}?"
_DIFFERENCE = r"(?:what (?:is|are|'s) )?(?:the )?(?:main |key )?(?:differences?|distinction) between"
_COMPARISON = re.compile(
    rf"^{_DIFFERENCE} (?P<a1>{_SIDE}) and (?P<b1>{_SIDE})$"
    rf"|^(?:please )?(?:compare and contrast|compare|contrast) (?P<a2>{_SIDE}) (?:and|with|to) (?P<b2>{_SIDE})$"
    rf"|^how (?:do|does|are|is) (?P<a3>{_SIDE}) (?:differ|different) from (?P<b3>{_SIDE})$"
    rf"|^how (?:do|does|are|is) (?P<a4>{_SIDE}) and (?P<b4>{_SIDE}) (?:differ|different)(?: from each other)?$"
    rf"|^(?P<a5>{_SIDE}) (?:vs\.?|versus|compared (?:to|with)) (?P<b5>{_SIDE})$",
    re.IGNORECASE,
)

_DECIDES = re.compile(
    r"^(?:and |but |so )?(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)"
    r"(?:n't| not)?\b(?! you\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:^|[.!?,;:]\s+)"
    r"(?:(?:in|on|at|for|to|from|by|with|of|and|but|so|(?:can|could|would) you|please|tell me|explain)\s+)*"
    r"(?P<asked>(?:what|which|who|whom|whose|where|when|how)\b[^.!?]*)",
    re.IGNORECASE,
)
_SUBORDINATE: Final = frozenset(
    "that which who whom whose when where while if because although since and or but".split()
)
_NOT: Final = frozenset("not never cannot".split())


def asked_about(question: str, language: str = "en") -> str:
    """What a question is about, where it only points at the course, or asks for kinds of something.

    >>> asked_about("Where does the course talk about infrastructure?")
    'infrastructure'
    >>> asked_about("Where does the course talk about it? (infrastructure)")
    'infrastructure'
    >>> asked_about("types of healthcare data")
    'healthcare data'
    >>> asked_about("What is an LSTM?")
    'What is an LSTM?'
    """
    if not language.startswith("en"):
        return question
    pointed = _POINTER.match(question.strip())
    subject = (pointed["completed"] or pointed["subject"]).strip() if pointed else question
    return _KIND.sub("", subject) or question


def compared(question: str, language: str = "en") -> tuple[str, str] | None:
    """The two things that a question compares.

    >>> compared("What is the difference between CNNs and RNNs?")
    ('CNNs', 'RNNs')
    >>> compared("cnn vs rnn")
    ('cnn', 'rnn')
    """
    match = _COMPARISON.match(question.strip(" .?!")) if language.startswith("en") else None
    if match is None:
        return None
    first, second = (side.strip() for side in match.groups() if side)
    return first, second


def asks_yes_or_no(question: str, language: str = "en") -> bool:
    """Whether a question is one that yes or no answers: it opens with an auxiliary, and not with "can you …".

    >>> asks_yes_or_no("Isn't an LSTM a network?"), asks_yes_or_no("Can you tell me what an LSTM is?")
    (True, False)
    """
    return language.startswith("en") and bool(_DECIDES.match(question.strip()))


def asks_what_is_not(question: str, language: str = "en") -> bool:
    """Whether "not" belongs to what is asked ("What do they not sell?"), and to no clause in it ("… that is not sold").

    A why is not meant: the reason why something is not so can be told without a negation.
    """
    match = _ASKS.search(question)
    if match is None or not language.startswith("en"):
        return False
    main = takewhile(lambda word: word not in _SUBORDINATE, words(match["asked"])[1:])
    return any(word in _NOT or word.endswith("n't") for word in main)
