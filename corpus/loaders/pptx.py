"""PPTX: slides with their speaker notes, opened with python-pptx."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lxml.etree import _Element as Element

from corpus.assembly import Assembly
from corpus.document import Document, Place
from corpus.loaders import office_package
from corpus.loaders.page_numbers import about
from corpus.loaders.pptx_text import paragraphs_text, shape_text
from corpus.loaders.reading import Reading
from corpus.loaders.titles import document_title

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.slide import Slide

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_P14 = "{http://schemas.microsoft.com/office/powerpoint/2010/main}"
_LONGEST_TITLE = 150
"""Characters; what is longer is text that was typed where the title goes."""

_FURNITURE = {"dt", "ftr", "hdr", "sldNum"}
"""Kinds of placeholders that stand on every slide alike: dates, footers, headers, slide numbers."""


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """One Document: each slide at its place, under its title and its section's, then what its notes say.

    Shapes come in the order in which a screen reader takes them. Comments are left out.
    """
    import pptx
    from pptx.exc import PythonPptxError

    del reading
    with office_package.reading(path, "PPTX", errors=(PythonPptxError,)):
        presentation = pptx.Presentation(str(path))
        sections = _sections(presentation)
        slides = list(presentation.slides)
        assembly = Assembly()
        silent = [
            number
            for number, slide in enumerate(slides, start=1)
            if not _add(assembly, slide, number, sections.get(slide.slide_id, "")) and _has_picture(slide)
        ]
        title = document_title(presentation.core_properties.title, path)
    warning = about("Slide", silent, "is a picture", "are pictures") + " without text; give each an alternative text."
    yield assembly.document(doc_id, title, pages=len(slides), warnings=(warning,) if silent else ())


def _add(assembly: Assembly, slide: Slide, number: int, section: str) -> bool:
    """Whether the slide said anything."""
    title = "" if slide.shapes.title is None else paragraphs_text(slide.shapes.title.text_frame._txBody)
    texts = [text for shape in _shapes_below_title(slide) if (text := shape_text(shape, slide.part))]
    heading = " ".join(title.split()) if len(title) <= _LONGEST_TITLE else ""
    if heading and texts:
        assembly.heading(heading)
    else:
        texts.insert(0, title)
    place = Place(headings=tuple(filter(None, (section, heading))), slide=number)
    for text in texts:
        assembly.add(text, place)
    notes = _notes(slide)
    assembly.add(notes, Place(headings=place.headings, slide=number, notes=True))
    return any(texts) or bool(notes)


def _shapes_below_title(slide: Slide) -> Iterator[Element]:
    title = slide.shapes.title
    for shape in slide.shapes.element:
        placeholder = shape.find(f"*/{_P}nvPr/{_P}ph")
        furniture = placeholder is not None and placeholder.get("type") in _FURNITURE
        if not furniture and (title is None or shape is not title.element):
            yield shape


def _has_picture(slide: Slide) -> bool:
    return next(slide.element.iter(_P + "pic"), None) is not None


def _notes(slide: Slide) -> str:
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    return "" if frame is None else paragraphs_text(frame._txBody)


def _sections(presentation: Presentation) -> dict[int, str]:
    """Slide id → the name of the section that its author put it into."""
    return {
        int(slide.get("id", "0")): " ".join(section.get("name", "").split())
        for section in presentation.element.iter(_P14 + "section")
        for slide in section.iter(_P14 + "sldId")
    }
