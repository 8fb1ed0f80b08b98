"""Multiple choice: the options that a question brings along."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LETTER = re.compile(r"(?:(?<=\s)|^)\(?([A-Ha-h])[).]\s+(?=\S)")
_LINE_LETTER = re.compile(r"\(?([A-Ha-h])[).:]?\s+(?=\S)")
_IS_LETTERED = re.compile(r"\(?[A-Ha-h][).](?:\s|$)")
_ASKS = re.compile(r"[?:]$|_{2,}")
_SAYS_THAT_OPTIONS_FOLLOW = re.compile(
    r"(?:group of answer choices|select one(?: or more)?|choose one):?", re.IGNORECASE
)
"""What Canvas and Moodle put between a question and its options, for those who hear the page."""

_SAID_BY_THE_LEARNER = re.compile(r"\b(?:I|me|my|please|thanks?)\b|['’]m\b", re.IGNORECASE)
_FEWEST_BARE, _MOST = 3, 8
_LONGEST_BARE = 25
"""Words of an option that nothing but its line tells from a sentence of the learner's."""

_ASKS_FOR_THE_ODD_ONE = re.compile(r"\b(?:not|except|all but|false|incorrect|untrue|least)\b", re.IGNORECASE)


def lettered(question: str) -> str:
    r"""The question with the options that stand in lines of their own lettered, as `split_choices` looks for them.

    That is how they arrive when they are copied from a quiz: with bare letters, or with none, three or more lines
    after one that asks.

    >>> lettered("Which gate erases?\ninput\noutput\nforget")
    'Which gate erases?\nA) input\nB) output\nC) forget'
    >>> lettered("which gate erases\na input\nb forget")
    'which gate erases\nA) input\nB) forget'
    """
    lines = [line.strip() for line in question.splitlines() if line.strip()]
    lines = [line for line in lines if not _SAYS_THAT_OPTIONS_FOLLOW.fullmatch(line)]
    for first in reversed(range(max(len(lines) - _MOST, 1), len(lines) - 1)):
        options = _without_letters(lines[first:]) or _bare(lines[first - 1], lines[first:])
        if options:
            marked = [f"{chr(ord('A') + at)}) {option}" for at, option in enumerate(options)]
            return "\n".join([*lines[:first], *marked])
    return question


def _without_letters(lines: Sequence[str]) -> list[str]:
    """What follows the letters that the lines begin with, one after the other from A on; empty where they do not."""
    found = [match for line in lines if (match := _LINE_LETTER.match(line))]
    letters = [match[1].upper() for match in found]
    expected = [chr(ord("A") + at) for at in range(len(lines))]
    return [match.string[match.end() :] for match in found] if letters == expected else []


def _bare(stem: str, lines: Sequence[str]) -> Sequence[str]:
    """The lines, where they can be the options of a question that the line before them asks; else none."""
    can_be = (
        len(lines) >= _FEWEST_BARE
        and _ASKS.search(stem)
        and not any(line.endswith("?") or len(line.split()) > _LONGEST_BARE for line in lines)
        and not any(_IS_LETTERED.match(line) or _SAID_BY_THE_LEARNER.search(line) for line in lines)
    )
    return lines if can_be else ()


def split_choices(question: str) -> tuple[str, tuple[str, ...]]:
    """The question itself, and its options: two or more, lettered from A on; none where there are no such letters.

    None either where the one is wanted that does not fit: a passage proves what fits.

    >>> split_choices("Which gate erases? A) input B) forget")
    ('Which gate erases?', ('input', 'forget'))
    """
    question = lettered(question)
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
    choices = tuple(question[mark.end() : end].strip(" ,;\r\n") for mark, end in zip(marks, ends, strict=True))
    return stem, choices
