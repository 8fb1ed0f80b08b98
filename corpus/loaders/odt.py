"""ODT: OpenDocument texts, as LibreOffice writes them. Page headers and footers and comments are no part of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from zipfile import ZipFile

from lxml import etree
from lxml.etree import _Element as Element

from corpus.assembly import Assembly
from corpus.document import Document, Place
from corpus.errors import FileUnreadable
from corpus.loaders import mathml, office_package
from corpus.loaders.outline import Block, gather
from corpus.loaders.pictures import picture_text
from corpus.loaders.reading import Reading
from corpus.loaders.tables import table_text
from corpus.loaders.titles import document_title
from corpus.loaders.xml_numbers import whole_number
from corpus.loaders.zip_archive import opened

_OASIS = "{urn:oasis:names:tc:opendocument:xmlns:"
_DRAW, _META, _OFFICE = _OASIS + "drawing:1.0}", _OASIS + "meta:1.0}", _OASIS + "office:1.0}"
_STYLE, _SVG, _TABLE, _TEXT = (_OASIS + name + ":1.0}" for name in ("style", "svg-compatible", "table", "text"))
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_HREF = "{http://www.w3.org/1999/xlink}href"

_WRAPPERS = {_TEXT + "section", _TEXT + "bibliography", _TEXT + "index-body", _TEXT + "list-header"}
"""Tables of contents are not among them: they say again what the headings say."""

_UNSEEN = {
    _OFFICE + "annotation",
    _OFFICE + "annotation-end",
    _TEXT + "tracked-changes",
    _TEXT + "note-citation",
    _TEXT + "ruby-text",
    _SVG + "title",
    _SVG + "desc",
    _DRAW + "text-box",
}
_MOST_COLUMNS, _WIDEST_SPACE, _HIGHEST, _DEEPEST = 1024, 80, 32_767, 10
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """One Document, its places paths of headings: an ODT has no pages until it is printed.

    A note follows the paragraph that refers to it.
    """
    del reading
    with office_package.reading(path, "ODT"), opened(path) as archive:
        content, styles, meta = (_part(path, archive, name) for name in ("content.xml", "styles.xml", "meta.xml"))
        body = None if content is None else content.find(f"{_OFFICE}body/{_OFFICE}text")
        if body is None:
            raise FileUnreadable(path, "is not an ODT file; open it in its program and save it as ODT")
        stated = None if meta is None else meta.findtext(f".//{_TITLE}")
        title = document_title(stated or "", path)
        assembly = Assembly()
        gather(assembly, _Body(path, archive, _numbered_levels(content, styles)).blocks(body), Place(), title)
    yield assembly.document(doc_id, title)


def _part(path: Path, archive: ZipFile, name: str) -> Element | None:
    """The root of an XML part, None where there is none."""
    if name not in archive.namelist():
        return None
    try:
        return etree.fromstring(archive.read(name), etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        advice = "is damaged or protected by a password; open it in its program and save it again without one"
        raise FileUnreadable(path, advice) from error


def _numbered_levels(*roots: Element | None) -> set[tuple[str, int]]:
    """The (list style, level) that count with numbers; the others have bullets."""
    return {
        (str(style.get(_STYLE + "name", "")), whole_number(level.get(_TEXT + "level"), 1, _DEEPEST))
        for root in roots
        if root is not None
        for style in root.iter(_TEXT + "list-style")
        for level in style.iterfind(_TEXT + "list-level-style-number")
    }


@dataclass(frozen=True, slots=True)
class _Body:
    """Walks the body of a document. `numbered` holds the (list style, level) that count."""

    path: Path
    archive: ZipFile
    numbered: set[tuple[str, int]]

    def blocks(self, container: Iterable[Element]) -> Iterator[Block]:
        """What stands in `container`, in order; text boxes and notes after the paragraph that holds their anchor."""
        for child in container:
            if child.tag in {_TEXT + "h", _TEXT + "p"}:
                yield from self._paragraph(child)
            elif child.tag == _TEXT + "list":
                yield Block("\n".join(self._items(child, str(child.get(_TEXT + "style-name", "")), 1)))
            elif child.tag == _TABLE + "table":
                yield Block(self._table(child))
            elif child.tag in _WRAPPERS:
                yield from self.blocks(child)

    def _paragraph(self, paragraph: Element) -> Iterator[Block]:
        level = whole_number(paragraph.get(_TEXT + "outline-level"), 1, _DEEPEST) if paragraph.tag == _TEXT + "h" else 0
        yield Block("".join(self._pieces(paragraph)).strip(), level)
        for box in _held(paragraph, _DRAW + "text-box"):
            yield from self.blocks(box)
        for note in _held(paragraph, _TEXT + "note"):
            yield Block(f"{_mark(note)} {' '.join(map(self._flat, note.iterfind(_TEXT + 'note-body')))}")

    def _pieces(self, node: Element) -> Iterator[str]:
        yield node.text or ""
        for child in node:
            if isinstance(child.tag, str):
                yield from self._piece(child)
            yield child.tail or ""

    def _piece(self, node: Element) -> Iterator[str]:
        if node.tag == _TEXT + "s":
            yield " " * whole_number(node.get(_TEXT + "c"), 1, _WIDEST_SPACE)
        elif node.tag == _TEXT + "tab":
            yield "\t"
        elif node.tag == _TEXT + "line-break":
            yield "\n"
        elif node.tag == _TEXT + "note":
            yield _mark(node)
        elif node.tag == _DRAW + "object":
            yield self._formula(str(node.get(_HREF, "")))
        elif node.tag == _DRAW + "frame":
            described = node.findtext(_SVG + "desc") or node.findtext(_SVG + "title") or ""
            yield from (*self._pieces(node), picture_text(described))
        elif node.tag not in _UNSEEN:
            yield from self._pieces(node)

    def _formula(self, reference: str) -> str:
        """An embedded formula as LaTeX; other objects, charts say, show only what their picture does."""
        root = _part(self.path, self.archive, f"{reference.removeprefix('./')}/content.xml")
        return f"${mathml.latex(root)}$" if root is not None and root.tag.endswith("}math") else ""

    def _items(self, items: Element, style: str, level: int) -> Iterator[str]:
        count = 0
        for item in items.iterfind(_TEXT + "list-item"):
            count = whole_number(item.get(_TEXT + "start-value"), count + 1, _HIGHEST)
            label = f"{count}." if (style, level) in self.numbered else "-"
            for child in item:
                if child.tag == _TEXT + "list":
                    yield from self._items(child, str(child.get(_TEXT + "style-name", style)), level + 1)
                elif text := " ".join(block.text for block in self.blocks([child])):
                    yield f"{'  ' * (level - 1)}{label} {text}"
                    label = " " * len(label)

    def _table(self, table: Element) -> str:
        headers = [self._row(row) for row in table.iterfind(f"{_TABLE}table-header-rows/{_TABLE}table-row")]
        rows = [self._row(row) for row in _rows(table)]
        columns = zip_longest(*headers, fillvalue="")
        return table_text(rows, [" ".join(dict.fromkeys(filter(None, column))) for column in columns])

    def _row(self, row: Element) -> list[str]:
        cells: list[str] = []
        for cell in row:
            times = whole_number(cell.get(_TABLE + "number-columns-repeated"), 1, _MOST_COLUMNS - len(cells))
            cells += [self._flat(cell)] * times
        return cells

    def _flat(self, container: Element) -> str:
        return " ".join(block.text for block in self.blocks(container) if block.text)


def _held(paragraph: Element, tag: str) -> Iterator[Element]:
    """The elements with `tag` in a paragraph, but for those that are in a paragraph of something in it."""
    for element in paragraph.iter(tag):
        if next(element.iterancestors(_TEXT + "p", _TEXT + "h"), None) is paragraph:
            yield element


def _mark(note: Element) -> str:
    return (note.findtext(_TEXT + "note-citation") or "").translate(_SUPERSCRIPT)


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == _TABLE + "table-row":
            yield child
        elif child.tag in {_TABLE + "table-rows", _TABLE + "table-row-group"}:
            yield from _rows(child)
