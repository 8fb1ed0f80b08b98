"""Courses of any size for measurements, the same every time: a textbook as PDF, lectures as slides, plain text."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

_SYLLABLES = "ba ce di fo gu ha le mi no pu ra se ti vo zu cell gen mem neur plas".split()
_LINES = 46
"""Of a page."""

_PAGES_OF_A_CHAPTER = 20
_PAGES_OF_A_FILE = 500
_SLIDES_OF_A_FILE = 60
_PASSAGES_OF_A_FILE = 500


def write_textbook(folder: Path, pages: int) -> None:
    """A PDF for every 500 pages: chapters with bookmarks, running headers, page numbers, about 400 words a page."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    for number, first in enumerate(range(0, pages, _PAGES_OF_A_FILE), start=1):
        text = _sentences(number)
        canvas = Canvas(str(folder / f"volume-{number}.pdf"), pagesize=A4)
        for page in range(first, min(first + _PAGES_OF_A_FILE, pages)):
            chapter, rest = divmod(page, _PAGES_OF_A_CHAPTER)
            canvas.setFont("Times-Roman", 9)
            canvas.drawString(72, 800, f"Chapter {chapter + 1}")
            canvas.drawCentredString(297, 40, str(page + 1))
            if not rest:
                canvas.bookmarkPage(f"chapter-{chapter}")
                canvas.addOutlineEntry(f"Chapter {chapter + 1}", f"chapter-{chapter}")
            canvas.setFont("Times-Roman", 11)
            lines = canvas.beginText(72, 770)
            for _ in range(_LINES):
                lines.textLine(_line(text, 85))
            canvas.drawText(lines)
            canvas.showPage()
        canvas.save()


def write_slides(folder: Path, slides: int) -> None:
    """A PPTX for every 60 slides: a title, five points and speaker notes on each."""
    from pptx import Presentation

    for number, first in enumerate(range(0, slides, _SLIDES_OF_A_FILE), start=1):
        text = _sentences(1000 + number)
        presentation = Presentation()
        for slide_number in range(first, min(first + _SLIDES_OF_A_FILE, slides)):
            slide = presentation.slides.add_slide(presentation.slide_layouts[1])
            title, body = slide.shapes.title, slide.placeholders[1]
            if title is not None:
                title.text = f"Topic {slide_number + 1}"
            body.text_frame.text = "\n".join(next(text) for _ in range(5))
            notes = slide.notes_slide.notes_text_frame
            if notes is not None:
                notes.text = " ".join(next(text) for _ in range(6))
        presentation.save(str(folder / f"lecture-{number}.pptx"))


def write_text(folder: Path, passages: int) -> None:
    """A Markdown file for every 500 passages of about 1,300 characters, each under a heading of its own."""
    for number, first in enumerate(range(0, passages, _PASSAGES_OF_A_FILE), start=1):
        text = _sentences(2000 + number)
        with (folder / f"part-{number}.md").open("w", encoding="utf-8") as stream:
            for passage in range(first, min(first + _PASSAGES_OF_A_FILE, passages)):
                stream.write(f"# Section {passage + 1}\n\n{_line(text, 1300)}\n\n")


def _sentences(seed: int) -> Iterator[str]:
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(5000)]
    while True:
        yield " ".join(chance.choices(words, k=chance.randint(8, 20))).capitalize() + "."


def _line(sentences: Iterator[str], length: int) -> str:
    """Sentences up to `length` characters, the last of them cut."""
    line = ""
    while len(line) < length:
        line += next(sentences) + " "
    return line[:length].strip()
