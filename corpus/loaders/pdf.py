"""PDF: the text layer, page by page, read with PDFium (pypdfium2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.assembly import Assembly
from corpus.document import Document, Place
from corpus.errors import FileUnreadable
from corpus.loaders.outline import Outline
from corpus.loaders.page_numbers import about
from corpus.loaders.pdf_furniture import without_furniture
from corpus.loaders.pdf_headings import LetterHeadings, OutlineHeadings, Part, repeats_heading
from corpus.loaders.pdf_layout import reading_order
from corpus.loaders.pdf_pages import Pages
from corpus.loaders.pdf_paragraphs import Vocabulary, paragraphs
from corpus.loaders.pdf_recognition import Recognition
from corpus.loaders.reading import Reading
from corpus.loaders.titles import document_title

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_MAY_BE_COPIED = 1 << 4  # PDF 32000-1:2008, table 22


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """One Document: each page at its place, under the headings of the outline, or of larger letters.

    Running headers and footers and page numbers are left out, words broken at a line's end are
    joined, columns follow one another. Pages that are pictures are warned of, and where `reading`
    says so their text is recognised.
    """
    with closing(_open(path)) as pdf:
        pages = Pages(pdf)
        sample = pages.sample()
        letters = LetterHeadings(sample)
        headings = OutlineHeadings(pages.bookmarks()) or letters
        recognition = Recognition(pages, reading)
        assembly, outline, vocabulary = Assembly(), Outline(), Vocabulary(sample)
        for number, page in enumerate(without_furniture(pages, len(pages), letters.body_size), start=1):
            vocabulary.learn(page)
            text = paragraphs(reading_order(page.lines), vocabulary)
            _add(assembly, outline, number, list(headings.parts(number, text)))
            assembly.add(recognition.text(number), Place(headings=outline.headings, page=number))
        title = document_title(pdf.get_metadata_value("Title"), path)
        warnings = (*recognition.warnings(), *_warnings(pages))
        yield assembly.document(doc_id, title, pages=len(pages), warnings=warnings)


def _open(path: Path) -> PdfDocument:
    import pypdfium2
    from pypdfium2.raw import FPDF_ERR_PASSWORD

    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code == FPDF_ERR_PASSWORD:
            advice = "is protected by a password; save it without one, or print it to a new PDF"
        else:
            advice = "is no PDF, or is damaged; export or download it again"
        raise FileUnreadable(path, advice) from error


def _add(assembly: Assembly, outline: Outline, page: int, parts: list[Part]) -> None:
    """Add a page; where it is nothing but headings, they are its text."""
    if parts and not parts[0].level and repeats_heading(parts[0].text, outline.headings):
        del parts[0]  # the running header of a chapter of a few pages
    only_headings = all(part.level for part in parts)
    for part in parts:
        if part.level:
            outline.enter(part.level, part.title)
        if part.aside or (part.level and not only_headings):
            assembly.heading(part.text)
        else:
            assembly.add(part.text, Place(headings=outline.headings, page=page))


def _warnings(pages: Pages) -> Iterator[str]:
    from pypdfium2.raw import FPDF_GetDocPermissions

    if pages.empty:
        yield about("Page", pages.empty, "is empty.", "are empty.")
    if pages.garbled:
        yield about("Page", pages.garbled, "has", "have") + " letters without meaning; export the PDF with its fonts."
    if pages.broken:
        yield about("Page", pages.broken, "is damaged and was", "are damaged and were") + " left out."
    if not FPDF_GetDocPermissions(pages.pdf) & _MAY_BE_COPIED:
        yield "Its author does not allow copying from it; make sure that your course may quote it."
