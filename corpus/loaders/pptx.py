"""PPTX: slides with their speaker notes, opened with python-pptx."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from lxml.etree import LxmlError
from lxml.etree import _Element as Element

from corpus.assembly import Assembly
from corpus.document import Document, Place
from corpus.errors import FileUnreadable
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
    del reading
    office_package.check(path, "PPTX")
    presentation = _open(path)
    sections = _sections(presentation)
    assembly = Assembly()
    slides = list(presentation.slides)
    pictures = []
    for number, slide in enumerate(slides, start=1):
        said = _add(assembly, slide, number, sections.get(slide.slide_id, ""))
        if not said and next(slide.element.iter(_P + "pic"), None) is not None:
            pictures.append(number)
    warnings = (
        (about("Slide", pictures, "is a picture", "are pictures") + " without text; give each an alternative text.",)
        if pictures
        else ()
    )
    title = document_title(presentation.core_properties.title, path)
    yield assembly.document(doc_id, title, pages=len(slides), warnings=warnings)


def _open(path: Path) -> Presentation:
    import pptx
    from pptx.exc import PythonPptxError

    try:
        return pptx.Presentation(str(path))
    except (PythonPptxError, LxmlError, BadZipFile, KeyError, ValueError) as error:
        raise FileUnreadable(path, "is no PPTX file, or is damaged; open it in PowerPoint and save it again") from error


def _add(assembly: Assembly, slide: Slide, number: int, section: str) -> bool:
    """Whether the slide said anything."""
    title = "" if slide.shapes.title is None else " ".join(slide.shapes.title.text_frame.text.split())
    texts = [text for shape in _shapes_below_title(slide) if (text := shape_text(shape, slide.part))]
    if title and (len(title) > _LONGEST_TITLE or not texts):
        texts.insert(0, paragraphs_text(slide.shapes.title.text_frame._txBody))
        title = title if len(title) <= _LONGEST_TITLE else ""
    else:
        assembly.heading(title)
    place = Place(headings=tuple(filter(None, (section, title))), slide=number)
    for text in texts:
        assembly.add(text, place)
    notes = _notes(slide)
    assembly.add(notes, Place(headings=place.headings, slide=number, notes=True))
    return bool(texts or notes)


def _shapes_below_title(slide: Slide) -> Iterator[Element]:
    title = slide.shapes.title
    for shape in slide.shapes.element:
        placeholder = shape.find(f"*/{_P}nvPr/{_P}ph")
        furniture = placeholder is not None and placeholder.get("type") in _FURNITURE
        if not furniture and (title is None or shape is not title.element):
            yield shape


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
