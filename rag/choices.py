"""Multiple choice: the options that a question brings along."""

from __future__ import annotations

import re

_LETTER = re.compile(r"(?:(?<=\s)|^)\(?([A-Ha-h])[).]\s+(?=\S)")


_ASKS_FOR_THE_ODD_ONE = re.compile(r"\b(?:not|except|all but|false|incorrect|untrue|least)\b", re.IGNORECASE)


def split_choices(question: str) -> tuple[str, tuple[str, ...]]:
    """The question itself, and its options: two or more, lettered from A on; none where there are no such letters.

    None either where the one is wanted that does not fit: a passage proves what fits.

    >>> split_choices("Which gate erases? A) input B) forget")
    ('Which gate erases?', ('input', 'forget'))
    """
    marks: list[re.Match[str]] = []
    for mark in _LETTER.finditer(question):
        if mark[1].upper() == chr(ord("A") + len(marks)):
            marks.append(mark)
    if len(marks) < 2:
        return question, ()
    stem = question[: marks[0].start()].strip()
    if _ASKS_FOR_THE_ODD_ONE.search(stem):
        return stem, ()
    ends = [mark.start() for mark in marks[1:]] + [len(question)]
    choices = tuple(question[mark.end() : end].strip(" ,;\n") for mark, end in zip(marks, ends, strict=True))
    return stem, choices
