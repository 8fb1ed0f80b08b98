"""Multiple choice: the options that a question brings along."""

from __future__ import annotations

import re

_LETTER = re.compile(r"(?:(?<=\s)|^)\(?([A-Ha-h])[).]\s+(?=\S)")


def split_choices(question: str) -> tuple[str, tuple[str, ...]]:
    """The question itself, and its options: two or more, lettered from A on; none where there are no such letters.

    >>> split_choices("Which gate erases? A) input B) forget")
    ('Which gate erases?', ('input', 'forget'))
    """
    marks: list[re.Match[str]] = []
    for mark in _LETTER.finditer(question):
        if mark[1].upper() == chr(ord("A") + len(marks)):
            marks.append(mark)
    if len(marks) < 2:
        return question, ()
    ends = [mark.start() for mark in marks[1:]] + [len(question)]
    choices = tuple(question[mark.end() : end].strip(" ,;\n") for mark, end in zip(marks, ends, strict=True))
    return question[: marks[0].start()].strip(), choices
