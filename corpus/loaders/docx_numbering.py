"""Numbers and bullets of Word's lists and headings: they stand in no text, but are counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from corpus.loaders.xml_numbers import whole_number

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BULLET = "-"
_DEEPEST, _HIGHEST = 8, 32_767  # ECMA-376, part 1, 17.9
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_ONES = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    style: str
    pattern: str


@dataclass
class _List:
    """One definition of a list, and how far it has been counted."""

    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts along while paragraphs are read in order.

    `definitions` is the root of numbering.xml, None where a document has no lists. Levels count from 0.
    """

    def __init__(self, definitions: Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._list_of: dict[str, str] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        for element in () if definitions is None else definitions:
            if element.tag == _W + "abstractNum":
                self._lists[_value(element, "abstractNumId")] = _List(dict(_levels(element)))
            elif element.tag == _W + "num":
                self._add_instance(element)

    def _add_instance(self, element: Element) -> None:
        number = _value(element, "numId")
        self._list_of[number] = _child_value(element, "abstractNumId")
        self._restarts[number] = {
            whole_number(_value(override, "ilvl"), 0, _DEEPEST): whole_number(start, 1, _HIGHEST)
            for override in element.iterfind(_W + "lvlOverride")
            if (start := _child_value(override, "startOverride"))
        }

    def label(self, number: str, level: int) -> str:
        """What stands before the next item of list `number` at `level`: ``-``, ``2.``, ``1.3``; may be empty."""
        definition = self._lists.get(self._list_of.get(number, ""))
        if definition is None or level not in definition.levels:
            return _BULLET if definition is None else ""
        restart = self._restarts[number].pop(level, None)
        before = definition.counts.get(level, definition.levels[level].start - 1)
        definition.counts[level] = restart if restart is not None else before + 1
        definition.counts = {known: count for known, count in definition.counts.items() if known <= level}
        return self._shown(definition, level)

    def _shown(self, definition: _List, level: int) -> str:
        if definition.levels[level].style == "bullet":
            return _BULLET

        def count(match: re.Match[str]) -> str:
            of = int(match[1]) - 1
            told = definition.levels.get(of, definition.levels[level])
            return _numeral(definition.counts.get(of, told.start), told.style)

        return re.sub(r"%(\d)", count, definition.levels[level].pattern).strip()


def _levels(definition: Element) -> Iterator[tuple[int, _Level]]:
    for level in definition.iterfind(_W + "lvl"):
        start = whole_number(_child_value(level, "start"), 1, _HIGHEST)
        style = _child_value(level, "numFmt") or "decimal"
        yield (
            whole_number(_value(level, "ilvl"), 0, _DEEPEST),
            _Level(start, style, _child_value(level, "lvlText")),
        )


def _numeral(count: int, style: str) -> str:
    if style in {"lowerLetter", "upperLetter"} and count > 0:
        letters = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letters if style == "lowerLetter" else letters.upper()
    if style in {"lowerRoman", "upperRoman"} and count > 0:
        return _roman(count) if style == "lowerRoman" else _roman(count).upper()
    if style == "none":
        return ""
    return f"{count:02}" if style == "decimalZero" else str(count)


def _roman(count: int) -> str:
    digits = []
    for value, digit in _ROMAN + _ROMAN_ONES:
        times, count = divmod(count, value)
        digits.append(digit * times)
    return "".join(digits)


def _value(element: Element, name: str) -> str:
    return str(element.get(_W + name, ""))


def _child_value(element: Element, name: str) -> str:
    child = element.find(_W + name)
    return "" if child is None else _value(child, "val")
