"""Document: the text of one source, and where every part of it came from."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person finds a passage: a page, a slide, a moment or a cell, and the headings above it.

    `headings` run from the outermost to the nearest: in an LMS export the module and the item, in a
    workbook the sheet. Pages, slides and cells count from 1, as their programs show them; `seconds`
    is when what was said begins.
    """

    headings: tuple[str, ...] = ()
    page: int | None = None
    slide: int | None = None
    notes: bool = False
    """Whether it is what the speaker notes of `slide` say, not the slide."""

    cell: int | None = None
    seconds: float | None = None

    def __str__(self) -> str:
        """The place as a citation shows it: ``page 7, § Cells``, ``slide 12, notes``, ``14:32``, or nothing."""
        parts = []
        if self.page is not None:
            parts.append(f"page {self.page}")
        if self.slide is not None:
            parts.append(f"slide {self.slide}")
        if self.notes:
            parts.append("notes")
        if self.cell is not None:
            parts.append(f"cell {self.cell}")
        if self.seconds is not None:
            parts.append(_clock(self.seconds))
        if self.headings:
            parts.append(f"§ {' › '.join(self.headings)}")
        return ", ".join(parts)

    @property
    def fragment(self) -> str:
        """What a link to the file ends with to open there: ``page=7``, ``t=872``; empty where nothing does."""
        if self.page is not None:
            return f"page={self.page}"
        return f"t={int(self.seconds)}" if self.seconds is not None else ""


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@dataclass(frozen=True, slots=True)
class Section:
    """``document.text[start:end]`` stands at `place`; character offsets."""

    start: int
    end: int
    place: Place


@dataclass(frozen=True, slots=True)
class Pin:
    """The question that a document was written to answer, by somebody who teaches the course.

    Where words of the course prove the answer, they are `quote`, and stood in the document `doc_id`.
    """

    question: str
    doc_id: str = ""
    quote: str = ""


@dataclass(frozen=True)
class Document:
    """One source of a course as plain text.

    `sections` are in reading order, do not overlap, and each lies within the text. What lies
    between two sections (headings, blank lines) belongs to no passage but is kept in the text,
    so that a reader sees the source as it is.

    `pages` counts the pages or slides of the source, 0 where it has none. `warnings` are what its
    instructor should know of how it could be read, each one sentence: "Page 3 is a picture without
    text." `source` is the file within the course that a person opens to see it, where that is not
    `doc_id`. `pin` is the question that it is the answer to, where it is one.
    """

    doc_id: str
    title: str
    text: str
    sections: tuple[Section, ...] = field(default=())
    pages: int = 0
    warnings: tuple[str, ...] = ()
    source: str = ""
    pin: Pin | None = None

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
