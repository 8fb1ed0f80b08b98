"""DOCX: Word documents, opened with python-docx. Page headers and footers and comments are no part of what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from lxml.etree import _Element as Element

from corpus.assembly import Assembly
from corpus.document import Document, Place
from corpus.loaders import office_package
from corpus.loaders.docx_numbering import Numbering
from corpus.loaders.docx_styles import Look, Styles
from corpus.loaders.docx_text import Note, ParagraphReader, W, text_boxes
from corpus.loaders.outline import Outline
from corpus.loaders.reading import Reading
from corpus.loaders.tables import table_text
from corpus.loaders.titles import document_title
from corpus.loaders.xml_numbers import whole_number

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_WRAPPERS = frozenset(W + name for name in "sdt sdtContent customXml ins smartTag".split())

_MOST_COLUMNS = 63
"""That Word allows in a table."""

_PARAGRAPH, _ITEM, _CODE, _CONTENTS, _TABLE = "paragraph", "item", "code", "contents", "table"
_ON_LINES = {_ITEM, _CODE, _CONTENTS}
"""Neighbours of these kinds stand on lines of their own, not in paragraphs."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """One paragraph or table, as text; a heading where `level` is above 0."""

    text: str
    kind: str
    level: int = 0


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """One Document, its places paths of headings: a DOCX has no pages until it is printed.

    Lists and headings are numbered as Word numbers them. A note follows the paragraph that refers
    to it. A table of contents is kept in the text, but is no passage.
    """
    import docx
    from docx.opc.exceptions import OpcError

    del reading
    with office_package.reading(path, "DOCX", errors=(OpcError,)):
        document = docx.Document(str(path))
        title = document_title(document.core_properties.title, path)
        assembly = _assembled(_Body(document).pieces(document.element.body))
    yield assembly.document(doc_id, title)


def _assembled(pieces: Iterable[_Piece]) -> Assembly:
    assembly, outline = Assembly(), Outline()
    for (kind, level), group in groupby(pieces, key=lambda piece: (piece.kind, piece.level)):
        texts = [piece.text for piece in group]
        if level:
            for text in texts:
                assembly.heading(text)
                outline.enter(level, " ".join(text.split()))
        elif kind == _CONTENTS:
            assembly.heading("\n".join(texts))
        else:
            for text in ["\n".join(texts)] if kind in _ON_LINES else texts:
                assembly.add(text, Place(outline.headings))
    return assembly


class _Body:
    """Walks the body of a document, and whatever holds paragraphs within it."""

    def __init__(self, document: WordDocument) -> None:
        from docx.opc.constants import RELATIONSHIP_TYPE

        self._paragraphs = ParagraphReader()
        self._styles = Styles(document.styles.element)
        self._numbering = Numbering(_related(document, RELATIONSHIP_TYPE.NUMBERING))
        self._notes = {
            (kind, str(note.get(W + "id", ""))): note
            for kind, relation in (("footnote", RELATIONSHIP_TYPE.FOOTNOTES), ("endnote", RELATIONSHIP_TYPE.ENDNOTES))
            for note in _children(_related(document, relation))
        }

    def pieces(self, container: Element) -> Iterator[_Piece]:
        """What stands in `container`, in order; text boxes and notes after the paragraph that holds their anchor."""
        for child in container:
            if child.tag == W + "p":
                yield from self._paragraph(child)
            elif child.tag == W + "tbl":
                yield _Piece(self._table(child), _TABLE)
            elif child.tag in _WRAPPERS:
                yield from self.pieces(child)

    def _paragraph(self, paragraph: Element) -> Iterator[_Piece]:
        text, notes = self._paragraphs.read(paragraph)
        look = self._styles.look(paragraph)
        if text:
            yield self._piece(text, look)
        for box in text_boxes(paragraph):
            yield from self.pieces(box)
        for note in notes:
            yield _Piece(self._note(note), _PARAGRAPH)

    def _piece(self, text: str, look: Look) -> _Piece:
        if look.contents:
            return _Piece(text, _CONTENTS)
        label = self._numbering.label(look.number, look.item_level or 0) if look.number not in {"", "0"} else ""
        if look.level:
            return _Piece(f"{label} {text}".strip() if label != "-" else text, _PARAGRAPH, look.level)
        if look.number not in {"", "0"}:
            indent = "  " * (look.item_level or 0)
            return _Piece(f"{indent}{label} {text}" if label else indent + text, _ITEM)
        return _Piece(text, _CODE if look.code else _PARAGRAPH)

    def _note(self, note: Note) -> str:
        element = self._notes.get((note.kind, note.note_id))
        text = "" if element is None else self._flat(element)
        return f"{note.mark} {text}" if text else ""

    def _table(self, table: Element) -> str:
        rows = list(_rows(table))
        texts = [[self._flat(cell) if cell is not None else "" for cell in _cells(row)] for row in rows]
        _fill_merged_down(rows, texts)
        header_rows = sum(1 for row in rows if row.find(f"{W}trPr/{W}tblHeader") is not None)
        if not header_rows and len(rows) > 1 and self._first_row_apart(table):
            header_rows = 1
        return table_text(texts[header_rows:], _joined_down(texts[:header_rows]))

    def _first_row_apart(self, table: Element) -> bool:
        look = table.find(f"{W}tblPr/{W}tblLook")
        asked_for = look is not None and look.get(W + "firstRow") in {"1", "true"}
        return asked_for and self._styles.sets_first_row_apart(table)

    def _flat(self, container: Element) -> str:
        return "\n".join(piece.text for piece in self.pieces(container) if piece.text)


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == W + "tr":
            yield child
        elif child.tag in _WRAPPERS:
            yield from _rows(child)


def _cells(row: Element) -> Iterator[Element | None]:
    """The cells of a row, one for each column of the grid; None where one reaches over from the left."""
    yield from [None] * _columns(row.find(f"{W}trPr/{W}gridBefore"), 0)
    for child in row:
        if child.tag == W + "tc":
            yield child
            yield from [None] * (_columns(child.find(f"{W}tcPr/{W}gridSpan"), 1) - 1)
        elif child.tag in _WRAPPERS:
            yield from _cells(child)


def _columns(element: Element | None, default: int) -> int:
    return whole_number(None if element is None else element.get(W + "val"), default, _MOST_COLUMNS)


def _fill_merged_down(rows: list[Element], texts: list[list[str]]) -> None:
    """Tell a cell that reaches down over several rows in each of them, so that each row can stand alone."""
    for number, row in enumerate(rows[1:], start=1):
        for column, cell in enumerate(_cells(row)):
            merge = None if cell is None else cell.find(f"{W}tcPr/{W}vMerge")
            continues = merge is not None and merge.get(W + "val", "continue") == "continue"
            if continues and column < len(texts[number - 1]):
                texts[number][column] = texts[number - 1][column]


def _joined_down(header_rows: list[list[str]]) -> list[str]:
    """One header for each column, out of however many rows of them."""
    width = max(map(len, header_rows), default=0)
    columns = [[row[column] for row in header_rows if column < len(row)] for column in range(width)]
    return [" ".join(dict.fromkeys(filter(None, column))) for column in columns]


def _related(document: WordDocument, relation: str) -> Element | None:
    """The root of the part that stands in `relation` to the document's main part, if there is one."""
    from docx.oxml.parser import parse_xml

    for relationship in document.part.rels.values():
        if relationship.reltype == relation and not relationship.is_external:
            root: Element = parse_xml(relationship.target_part.blob)
            return root
    return None


def _children(element: Element | None) -> list[Element]:
    return [] if element is None else list(element)
