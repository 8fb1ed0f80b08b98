"""Pictures as text: what their author says that they show."""

from __future__ import annotations

import re

_NO_DESCRIPTION = re.compile(
    r"(?:(?:picture|image|graphic|figure|img|photo|bild)?[\s_-]*\d*|.*\.\w{3,4})$", re.IGNORECASE
)
"""What programs fill in by themselves: "Picture 3", "IMG_1234.jpg"."""

_NOTICE = re.compile(r"\s*(?:Description automatically generated.*|AI-generated content may be incorrect\.?)$")


def picture_text(alternative: str) -> str:
    """A picture's alternative text, marked as one; empty where it says nothing.

    >>> picture_text("A cell dividing")
    '[Picture: A cell dividing]'
    >>> picture_text("IMG_1234.jpg")
    ''
    """
    description = _NOTICE.sub("", " ".join(alternative.split()))
    return "" if _NO_DESCRIPTION.match(description) else f"[Picture: {description}]"
