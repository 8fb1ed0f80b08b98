"""Citation markers, as models and texts write them: ``[1]``, ``[2, 3]``, ``【4】``, ``[^5]``, ``⁶``; and references."""

from __future__ import annotations

import re

_NUMBERS = r"\s*[1-9]\d{0,2}(?:\s*[,;–-]\s*[1-9]\d{0,2})*\s*"
# Round brackets hold years and enumerations too; as markers only small numbers stand in them, after a space.
_MARKER = re.compile(
    rf"\s*(?:[\[［]\s*(?:\^|\#|source\s|passage\s|doc\s)?{_NUMBERS}[\]］](?:\(#?[^)\s]*\))?:?|【{_NUMBERS}(?:†[^】]*)?】)"
    r"|\s+\([1-9]\d?\)(?=\s*(?:[.,;:!?\[【(]|$))|[¹²³⁴⁵⁶⁷⁸⁹⁰]+(?=\s|[.,;:!?]|$)",
    re.IGNORECASE,
)

_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
_BY_SEVERAL = re.compile(r"&|;|\bet al\b")
_AUTHORS_AND_YEARS = re.compile(r"[^\d]+\s(?:(?:1[89]|20)\d\d[a-z]?|n\.d\.)(?:,\s?(?:1[89]|20)\d\d[a-z]?)*")


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


def without_markers(text: str) -> str:
    """`text` on one line without citation markers: which passage proves a sentence is not for it to say.

    >>> without_markers("Plants store starch [1][7]. In (1996) too【2】.")
    'Plants store starch. In (1996) too.'
    """
    return " ".join(_MARKER.sub("", text).split())
