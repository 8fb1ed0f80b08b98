"""Anaphora: whether a question points back at something that it does not name itself ("its gates", "why is that?").

Rules in place of coreference resolution, for which no small model is packaged. They follow where a pronoun may find
its antecedent: before it, not in the clause whose object it is, and not in the noun that it is part of (Büring,
"Binding Theory", 2005). Content words stand for nouns. English only; nothing points back in other languages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from rag.gaps import has_gap
from rag.terms import STOP_WORDS, is_framing, stem

_TOKEN = re.compile(r"\w+|[^\w\s]")

_PERSONAL: Final = frozenset("it they them he him she".split())
_POSSESSIVE: Final = frozenset("its their theirs his her hers".split())
_DEMONSTRATIVE: Final = frozenset("this that these those".split())
_COMPARING: Final = frozenset("former latter same other".split())

_ENDS: Final = frozenset(".,;:?!()")
_OPENS_A_CLAUSE: Final = _ENDS | frozenset(
    "and or but nor when where while if because though whereas until before after".split()
)
_PREPOSITIONS: Final = frozenset(
    "about after at before by during for from in into like of on over than through to under with without".split()
)
_AUXILIARIES: Final = frozenset(
    "is are was were be been do does did has have had can could will would should may might must".split()
)
_BEFORE_A_VERB: Final = frozenset("i you we they it what who to".split())
_GOES_ON: Final = _PREPOSITIONS | frozenset("who whom whose which that".split())

_THE_COURSE: Final = frozenset(
    "course class module lesson lecture unit book textbook chapter section material text passage".split()
)
_EXPLETIVE: Final = re.compile(
    r"it (?:to|that)\b|it (?:\w+ ){0,3}?who\b|it (?:\w+ ){0,3}?"
    r"(?:take|takes|mean|means|called|(?:im)?possible|important|necessary|hard|difficult|easy|easier|better|best|good|bad|"
    r"useful|helpful|true|false|(?:un)?likely|common|safe|dangerous|ethical|legal|illegal|wrong|right|enough|said|"
    r"known|thought|believed|(?:a|an) (?:\w+ )?(?:problem|issue|mistake|idea|risk|fact|challenge|concern|rule))"
    r" (?:[^.?!;]+ )?(?:that|to|if|when|whether)\b"
)
"""It says what is so of what follows: "is it possible to …", "why is it a problem that …"."""


def points_back(question: str) -> bool:
    """Whether a pronoun or a demonstrative in `question` has nothing in it that it can stand for.

    >>> points_back("What does each neuron do with its input?"), points_back("What does it do with its input?")
    (False, True)
    """
    tokens = _TOKEN.findall(question.casefold())
    return any(_points_back(tokens, at) for at in range(len(tokens)))


def _points_back(tokens: Sequence[str], at: int) -> bool:
    word, before, after = tokens[at], tokens[:at], tokens[at + 1 :]
    if word == "that":
        return _that_points_back(before, after)
    if word in _PERSONAL:
        is_expletive = word == "it" and _EXPLETIVE.match(" ".join(tokens[at:]))
        return not is_expletive and not _named(before[: _clause(before, after)])
    if word in _DEMONSTRATIVE:
        of_the_course = bool(after) and after[0] in _THE_COURSE
        goes_on = word == "those" and bool(after) and after[0] in _GOES_ON
        return not of_the_course and not goes_on and not _named(before)
    if word in _POSSESSIVE:
        return not _named(_without_its_noun(before))
    return word in _COMPARING and before[-1:] == ["the"] and not _named(before)


def _that_points_back(before: Sequence[str], after: Sequence[str]) -> bool:
    """Not where it joins a clause ("a problem that …") or goes on ("that of …")."""
    if after[:1] and (after[0] in _THE_COURSE or after[0] in _GOES_ON):
        return False
    if not before or before[-1] in _PREPOSITIONS:
        return True
    ends = not after or after[0] in _ENDS
    return (ends or before[-1] in _AUXILIARIES) and not _named(before[: _clause(before, after)])


def _clause(before: Sequence[str], after: Sequence[str]) -> int:
    """Where the clause begins that a pronoun between these tokens stands in."""
    has_its_verb_behind = before[-1:] and after[:1] and after[0] in _AUXILIARIES and before[-1] not in STOP_WORDS
    if before[-1:] == ["that"] or has_its_verb_behind:
        return len(before)
    return next((at for at in range(len(before) - 1, -1, -1) if before[at] in _OPENS_A_CLAUSE), 0)


def _without_its_noun(before: Sequence[str]) -> Sequence[str]:
    """Without the noun that a phrase with a preposition belongs to: in "the size of its", "its" is not the size's."""
    return before[:-2] if before[-1:] and before[-1] in _PREPOSITIONS else before


def _named(tokens: Sequence[str]) -> bool:
    return any(
        token not in STOP_WORDS
        and (token.isalnum() or has_gap(token))
        and not is_framing(stem(token))
        and not (at and tokens[at - 1] in _BEFORE_A_VERB)
        for at, token in enumerate(tokens)
    )
