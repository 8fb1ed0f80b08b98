"""What kind of thing a question asks for, and whether a sentence holds one: "Who…?" is not answered without anybody.

Expected answer types are a staple of question answering (Li and Roth 2002, "Learning question
classifiers"); here only those that can be told from the words alone. They are worded for English;
in other languages every question is of the type "any".
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

from rag.terms import terms

AnswerType = Literal["number", "time", "person", "any"]

_EXPLAIN = re.compile(
    r"^(?:please )?(?:explain|describe|discuss|compare|contrast|summari[sz]e|list|outline|elaborate|tell me)\b"
    r"|^why\b|^how (?!many|much|often|long|far|old|tall|large|big|high|deep|fast)"
    r"|\b(?:vs|versus|compared (?:to|with)|differences?|differ|types of|kinds of|stages|steps|advantages|disadvantages"
    r"|benefits|effects|challenges|components|characteristics|examples|for example|an example\??$)\b"
    r"|^what are (?!one\b)(?!.*\b(?:called|known as|termed)\b)"
)

_ASKED: tuple[tuple[AnswerType, re.Pattern[str]], ...] = (
    (
        "number",
        re.compile(
            r"\bhow (?:many|much|often|long|far|old|tall|large|big|high|deep|fast)\b"
            r"|\b(?:what|which) (?:percentage|percent|proportion|number|amount|fraction|share|size|dose|price)\b"
            r"|\b(?:number|percentage|proportion|amount|price|dose|cost) of\b|\bin percent\b"
        ),
    ),
    (
        "time",
        re.compile(
            r"^when (?:is|was|were|did|does|do|will|are)\b|\b(?:what|which) (?:year|date|day|month|decade|century)\b"
        ),
    ),
    ("person", re.compile(r"\bwho(?:m|se)?\b(?! (?:is|are) (?:a|an)\b)")),
)
_AMOUNT = re.compile(
    r"\d|%|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?"
    r"|billions?|half|third|quarter|twice|once|percent|several|both|all|every|each|none|single|most|few|many)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b\d{3,4}s?\b|\b\d{1,2}(?:st|nd|rd|th)\b|\b(?:january|february|march|april|june|july|august|september|october"
    r"|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|century|centuries|decades?|years?"
    r"|months?|weeks?|days?|hours?|minutes?|seconds?|age|era|period|spring|summer|autumn|winter|during|after|before"
    r"|since|until|while|once|begins?|ends?|today|now|early|late|when)\b",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"\b(?:people|persons?|men|man|wom[ae]n|child|children|students?|teachers?|professors?|researchers?|scientists?"
    r"|clinicians?|physicians?|doctors?|nurses?|patients?|providers?|experts?|engineers?|workers?|users?|members?"
    r"|authors?|kings?|queens?|government|company|organi[sz]ations?|team|parents?|individuals?|adults?|they|he|she)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b[A-Z][\w’'-]+")


def expected_type(question: str, language: str = "en") -> AnswerType:
    """The type of thing that answers the question.

    >>> expected_type("How many gates does an LSTM have?")
    'number'
    """
    asked = question.casefold().strip()
    if not language.startswith("en"):
        return "any"
    return next((kind for kind, pattern in _ASKED if pattern.search(asked)), "any")


def asks_to_explain(question: str, language: str = "en") -> bool:
    """Whether more than one sentence is wanted: a how, a comparison, a list, a description.

    >>> asks_to_explain("Compare supervised and unsupervised learning.")
    True
    """
    return language.startswith("en") and bool(_EXPLAIN.search(question.casefold().strip()))


def holds(kind: AnswerType, sentence: str, asked: Collection[str], language: str = "en") -> bool:
    """Whether the sentence has something of that type beside what was `asked` about (its stems)."""
    if kind == "number":
        return bool(_AMOUNT.search(sentence))
    if kind == "time":
        return bool(_TIME.search(sentence))
    if kind == "person":
        return bool(_PEOPLE.search(sentence)) or _names_someone(sentence, set(asked), language)
    return True


def _names_someone(sentence: str, asked: set[str], language: str) -> bool:
    """Whether a capitalised word past the first, or two in a row, is none of those asked about."""
    names = list(_NAME.finditer(sentence))
    new = [name for name in names if not set(terms(name.group(), language)) <= asked]
    return any(name.start() > 0 or sentence[name.end() : name.end() + 2].strip().isupper() for name in new)
