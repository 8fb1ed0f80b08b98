"""Word's paragraph styles: what makes a paragraph a heading, an item of a list, or code."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.etree import _Element as Element

from corpus.loaders.docx_text import W
from corpus.loaders.xml_numbers import whole_number

_BODY_TEXT = 9
"""The outline level that stands for "no heading"."""

_HEADING_NAME = re.compile(r"heading (\d)$", re.IGNORECASE)
_CODE_NAME = re.compile(r"\b(?:code|preformatted|verbatim|listing)\b", re.IGNORECASE)
_CONTENTS_NAME = re.compile(r"(?:toc|table of figures)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Look:
    """What a style, or a paragraph itself, says; None and "" where it says nothing.

    `level` is of a heading, from 1, or 0 for what is none; `item_level` is of a list, from 0.
    """

    level: int | None = None
    number: str = ""
    item_level: int | None = None
    code: bool = False
    contents: bool = False

    def over(self, below: Look) -> Look:
        """What it says, and where it says nothing, what the look `below` does."""
        return Look(
            level=below.level if self.level is None else self.level,
            number=self.number or below.number,
            item_level=below.item_level if self.item_level is None else self.item_level,
            code=self.code or below.code,
            contents=self.contents or below.contents,
        )


class Styles:
    """The looks of a document's styles, each on top of the one that it is based on."""

    def __init__(self, definitions: Element) -> None:
        self._styles: dict[str, Element] = {
            str(style.get(W + "styleId", "")): style for style in definitions.iterfind(W + "style")
        }
        self._looks: dict[str, Look] = {}
        self._default = next(
            (key for key, style in self._styles.items() if style.get(W + "type") == "paragraph" and _is_default(style)),
            "",
        )

    def look(self, paragraph: Element) -> Look:
        """How a ``w:p`` looks: as its style says, but for what it says itself."""
        properties = paragraph.find(W + "pPr")
        if properties is None:
            return self._of(self._default)
        style = properties.find(W + "pStyle")
        return _own_look(properties).over(self._of(self._default if style is None else str(style.get(W + "val", ""))))

    def sets_first_row_apart(self, table: Element) -> bool:
        """Whether the style of a ``w:tbl`` makes its first row look like headers."""
        style = table.find(f"{W}tblPr/{W}tblStyle")
        definition = None if style is None else self._styles.get(str(style.get(W + "val", "")))
        if definition is None:
            return False
        return any(part.get(W + "type") == "firstRow" for part in definition.iterfind(W + "tblStylePr"))

    def _of(self, style_id: str) -> Look:
        if style_id not in self._styles:
            return Look()
        if style_id not in self._looks:
            self._looks[style_id] = Look()  # ends styles that are based on themselves
            style = self._styles[style_id]
            based_on = style.find(W + "basedOn")
            below = Look() if based_on is None else self._of(str(based_on.get(W + "val", "")))
            self._looks[style_id] = _style_look(style).over(below)
        return self._looks[style_id]


def _is_default(style: Element) -> bool:
    return style.get(W + "default") in {"1", "true"}


def _style_look(style: Element) -> Look:
    properties = style.find(W + "pPr")
    own = Look() if properties is None else _own_look(properties)
    named = style.find(W + "name")
    name = "" if named is None else str(named.get(W + "val", ""))
    heading = _HEADING_NAME.match(name)
    level = 1 if name.lower() == "title" else int(heading[1]) if heading else None
    return own.over(Look(level, code=bool(_CODE_NAME.search(name)), contents=bool(_CONTENTS_NAME.match(name))))


def _own_look(properties: Element) -> Look:
    outline = _number(properties.find(W + "outlineLvl"))
    number = properties.find(f"{W}numPr/{W}numId")
    return Look(
        level=None if outline is None else 0 if outline >= _BODY_TEXT else outline + 1,
        number="" if number is None else str(number.get(W + "val", "")),
        item_level=_number(properties.find(f"{W}numPr/{W}ilvl")),
    )


def _number(element: Element | None) -> int | None:
    return None if element is None else whole_number(element.get(W + "val"), 0, _BODY_TEXT)
