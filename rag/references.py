"""References to literature, as texts have them in brackets: ``(Lee & Kim, 2011; Ortiz et al., 1998)``."""

from __future__ import annotations

import re

_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
_BY_SEVERAL = re.compile(r"&|;|\bet al\b")
_YEAR = r"(?:1[89]|20)\d\d[a-z]?"
_AUTHORS_AND_YEARS = re.compile(rf"[^\d]+\s(?:{_YEAR}|n\.d\.)(?:,\s?{_YEAR})*")


def without_references(text: str) -> str:
    """`text` without the references to literature that stand in brackets: they say who found it, not what.

    >>> without_references("Sleep helps memory (Lee & Kim, 2011; Ortiz et al., 1998), as in (Paris, 1789).")
    'Sleep helps memory, as in (Paris, 1789).'
    """
    return _BRACKETS.sub(lambda found: "" if _is_reference(found[1]) else found[0], text)


def _is_reference(words: str) -> bool:
    """Several authors, each with a year: one name and a year ("Paris, 1789") may be what was asked for."""
    works = [work.strip() for work in words.split(";")]
    return bool(_BY_SEVERAL.search(words)) and all(_AUTHORS_AND_YEARS.fullmatch(work) for work in works)
