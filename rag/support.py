"""Does this passage support this sentence? Judged by words alone: cheap, and the same every time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.terms import numbers, overlap, terms, words
from rag.types import Support

SUPPORTED = 0.85
"""Share of a sentence's content words that the passage must hold for it to count as supported."""

WEAK = 0.6
"""The same for weak; below it a sentence is unsupported."""

_IN_ORDER = 0.7
_NEGATIONS = frozenset(("no", "not", "never", "neither", "nor", "none", "cannot", "without", "hardly", "barely"))
_NAME = re.compile(r"(?<!^)\b[A-Z][\w-]*|\b\w*[A-Z]\w*[A-Z]\w*|\b\w*\d\w*")


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far a passage supports a sentence. `score` is the share of content words found, 0 to 1."""

    support: Support
    score: float


def check(sentence: str, passage: str, language: str = "en") -> Verdict:
    """Judge one sentence against the words that are to prove it.

    Unsupported, whatever the words shared: a number that the passage does not hold, a name that it
    does not hold, a negation on one side only. At most weak: the passage's words in another order,
    which is how cause and effect, or part and whole, get swapped.

    >>> check("LSTMs use three gates.", "LSTMs use a memory cell and two gates.").support
    'weak'
    >>> check("LSTMs use 3 gates.", "LSTMs use a memory cell and gates.").support
    'unsupported'
    """
    wanted = terms(sentence, language)
    present = terms(passage, language)
    score = overlap(wanted, present)
    if not wanted or not numbers(sentence) <= numbers(passage):
        return Verdict("unsupported", score)
    if not _names(sentence, language) <= set(present) or _negated(sentence) != _negated(passage):
        return Verdict("unsupported", score)
    if score >= SUPPORTED and _in_order(wanted, present) >= _IN_ORDER:
        return Verdict("supported", score)
    return Verdict("weak" if score >= WEAK else "unsupported", score)


def _negated(text: str) -> bool:
    return any(word in _NEGATIONS or word.endswith("n't") for word in words(text))


def _names(sentence: str, language: str) -> set[str]:
    """Stems of what is written like a name: a capital past the first word, several capitals, or digits."""
    return {term for match in _NAME.finditer(sentence) for term in terms(match.group(), language)}


def _in_order(wanted: list[str], present: list[str]) -> float:
    """The longest run of shared terms that stand in the same order on both sides, as a share of all shared."""
    known = set(present)
    shared = [term for term in wanted if term in known]
    if not shared:
        return 0.0
    # Longest common subsequence, one row at a time.
    row = [0] * (len(present) + 1)
    for term in shared:
        diagonal = 0
        for at, other in enumerate(present, start=1):
            diagonal, row[at] = row[at], diagonal + 1 if term == other else max(row[at], row[at - 1])
    return row[-1] / len(shared)
