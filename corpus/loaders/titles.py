"""The title of a document: what its author called it, where that says more than its file's name."""

from __future__ import annotations

import re
from pathlib import Path

_PROGRAMS_OWN = re.compile(
    r"(?:\W*(?:anonymous|untitled|unbenannt|sans titre|no title)?\W*|(?:powerpoint|word)[ -](?:presentation|document)"
    r"|document\d*|presentation\d*|slide \d+|microsoft \w+ - .*"
    r"|.*\.(?:docx?|pptx?|xlsx?|odt|pdf|tex|dvi|indd|jpe?g|png))$",
    re.IGNORECASE,
)
"""What programs fill in by themselves."""


def document_title(stated: str, path: Path) -> str:
    """The title that a document's properties state, or else the name of its file.

    >>> document_title("Microsoft Word - week3-final.docx", Path("week3.pdf"))
    'week3'
    """
    title = " ".join(stated.split())
    return path.stem if _PROGRAMS_OWN.match(title) else title
