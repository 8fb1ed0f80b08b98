"""Document: the text of one source, and where every part of it came from."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person finds a passage: today the path of headings above it."""

    headings: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The place as a citation shows it: ``§ Cells › Mitosis``, or nothing at all."""
        return f"§ {' › '.join(self.headings)}" if self.headings else ""


@dataclass(frozen=True, slots=True)
class Section:
    """``document.text[start:end]`` stands at `place`; character offsets."""

    start: int
    end: int
    place: Place


@dataclass(frozen=True)
class Document:
    """One source of a course as plain text.

    `sections` are in reading order, do not overlap, and each lies within the text. What lies
    between two sections (headings, blank lines) belongs to no passage but is kept in the text,
    so that a reader sees the source as it is.
    """

    doc_id: str
    title: str
    text: str
    sections: tuple[Section, ...] = field(default=())

    def __post_init__(self) -> None:
        end = 0
        for section in self.sections:
            if not end <= section.start <= section.end <= len(self.text):
                raise ValueError(f"{self.doc_id}: section {section} is out of order or outside the text")
            end = section.end

    def place_at(self, offset: int) -> Place:
        """The place of the character at `offset`; an empty one before the first section."""
        at = bisect_right(self._starts, offset) - 1
        return self.sections[at].place if at >= 0 else Place()

    @cached_property
    def _starts(self) -> list[int]:
        return [section.start for section in self.sections]
