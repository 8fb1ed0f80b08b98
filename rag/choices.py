"""Multiple choice: the options that a question brings along."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LETTER = re.compile(r"(?:(?<=\s)|^)\(?([A-Ha-h])[).]\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Choice:
    """One option: its letter as it was typed, and its words."""

    letter: str
    text: str

    def __str__(self) -> str:
        """The option as a learner reads it: ``B) the forget gate``."""
        return f"{self.letter}) {self.text}"


def split_choices(question: str) -> tuple[str, tuple[Choice, ...]]:
    """The question itself, and its options: two or more, lettered from A on; none where there are no such letters.

    >>> stem, choices = split_choices("Which gate erases? A) input B) forget")
    >>> stem, [choice.text for choice in choices]
    ('Which gate erases?', ['input', 'forget'])
    """
    marks: list[re.Match[str]] = []
    for mark in _LETTER.finditer(question):
        if mark[1].upper() == chr(ord("A") + len(marks)):
            marks.append(mark)
    if len(marks) < 2:
        return question, ()
    ends = [mark.start() for mark in marks[1:]] + [len(question)]
    choices = tuple(
        Choice(mark[1], question[mark.end() : end].strip(" ,;\n")) for mark, end in zip(marks, ends, strict=True)
    )
    return question[: marks[0].start()].strip(), choices
