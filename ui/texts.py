"""Every sentence and word that the page itself says; courses and models say the rest."""

from __future__ import annotations

from typing import Final

from rag import Support

PROMISE: Final = "Every sentence shows the passage of the course that proves it."
ASK: Final = "Ask"
STOP: Final = "Stop"
QUESTION: Final = "Your question"
QUESTION_PLACEHOLDER: Final = "Ask a question about the course"
CONVERSATION: Final = "Conversation"
ANSWER: Final = "Answer"
WELCOME: Final = "Ask in your own words, or begin with one of these."

READY: Final = "Ready"
SEARCHING: Final = "Searching…"
WRITING: Final = "Writing…"
STOPPED: Final = "Stopped"
REFUSED: Final = "Done, the course does not say"

UNDERSTOOD: Final = "Understood as:"
CITED: Final = "Sources"
FOUND: Final = "Passages found"
NOT_CITED: Final = "Also found, not cited"
NEAREST: Final = "The sections that come closest:"
STOPPED_NOTE: Final = "Stopped before the answer was finished."
BROKE: Final = "Something went wrong here; ask again, and tell whoever runs this page if it stays."

SOURCE: Final = "Source"
CLOSE: Final = "Close"

SUPPORT_NOTES: Final[dict[Support, str]] = {
    "supported": "",
    "weak": "weakly supported",
    "unsupported": "not supported by the course",
}


def done(sources: int) -> str:
    """The status of a finished answer: ``Done, 3 sources``."""
    return f"Done, {sources} source" if sources == 1 else f"Done, {sources} sources"


def about_section(heading: str) -> str:
    """The question that a click on a suggested section asks."""
    return f"What does the course say about {heading}?"
