"""Citation markers, as models and texts write them: ``[1]``, ``[2, 3]``, ``【4】``, ``[^5]``, ``⁶``."""

from __future__ import annotations

import re

_NUMBERS = r"\s*[1-9]\d{0,2}(?:\s*[,;–-]\s*[1-9]\d{0,2})*\s*"
# Round brackets hold years and enumerations too; as markers only small numbers stand in them, after a space.
_MARKER = re.compile(
    rf"\s*(?:[\[［]\s*(?:\^|\#|source\s|passage\s|doc\s)?{_NUMBERS}[\]］](?:\(#?[^)\s]*\))?:?|【{_NUMBERS}(?:†[^】]*)?】)"
    r"|\s+\([1-9]\d?\)(?=\s*(?:[.,;:!?\[【(]|$))|[¹²³⁴⁵⁶⁷⁸⁹⁰]+(?=\s|[.,;:!?]|$)",
    re.IGNORECASE,
)


def without_markers(text: str) -> str:
    """`text` on one line without citation markers: which passage proves a sentence is not for it to say.

    >>> without_markers("Plants store starch [1][7]. In (1996) too【2】.")
    'Plants store starch. In (1996) too.'
    """
    return " ".join(_MARKER.sub("", text).split())
