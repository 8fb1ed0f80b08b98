"""Acronyms of a course, as its own text explains them: ``Electronic Health Records (EHR)``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from rag.terms import stem, terms

_IN_BRACKETS = re.compile(r"\(([A-Z][A-Za-z0-9&/-]{1,9})\)")
_WORD = re.compile(r"[\w'’-]+")


def find_acronyms(texts: Iterable[str], language: str = "en") -> dict[str, frozenset[str]]:
    """The stem of each acronym that the texts explain, with the stems of what it stands for.

    Schwartz and Hearst 2003, "A simple algorithm for identifying abbreviation definitions": going
    backwards, each letter of the acronym must occur in the words before it, its first letter at the
    beginning of a word. The first explanation of an acronym is the one that counts.

    >>> find_acronyms(["Electronic Health Records (EHRs) hold notes."])
    {'ehr': frozenset({'electron', 'health', 'record'})}
    """
    found: dict[str, frozenset[str]] = {}
    for text in texts:
        for match in _IN_BRACKETS.finditer(text):
            short = match[1]
            if sum(letter.isupper() for letter in short) < 2:
                continue
            long = terms(_long_form(short.removesuffix("s"), text[: match.start()]), language)
            if len(long) > 1:
                found.setdefault(stem(short.casefold(), language), frozenset(long))
    return found


def spelled_out(present: Collection[str], acronyms: Mapping[str, frozenset[str]]) -> set[str]:
    """`present`, each acronym in it joined by the stems it stands for, and the other way round."""
    known = set(present)
    for short, long in acronyms.items():
        if short in present:
            known |= long
        elif long <= known:
            known.add(short)
    return known


def _long_form(short: str, before: str) -> str:
    """The words at the end of `before` that `short` abbreviates; empty where there are none."""
    words = list(_WORD.finditer(before))[-min(len(short) + 5, 2 * len(short)) :]
    if not words:
        return ""
    window = before[words[0].start() :]
    at = len(window)
    for position in range(len(short) - 1, -1, -1):
        letter = short[position].casefold()
        if not letter.isalnum():
            continue
        at -= 1
        while at >= 0 and not (window[at].casefold() == letter and (position > 0 or _begins_word(window, at))):
            at -= 1
        if at < 0:
            return ""
    return window[at:]


def _begins_word(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()
