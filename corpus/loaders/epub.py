"""EPUB: the chapters of a book in the order of its spine, with their headings, or its contents', as places."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from corpus.assembly import Assembly
from corpus.document import Document, Place
from corpus.errors import FileUnreadable
from corpus.loaders.html_blocks import blocks
from corpus.loaders.html_tree import decoded, parsed_xhtml
from corpus.loaders.outline import Outline, gather
from corpus.loaders.reading import Reading
from corpus.loaders.xml_tree import text_of, xml_root
from corpus.loaders.zip_archive import opened

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
_FONT_OBFUSCATION = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the contents; level 1 is the outermost."""

    level: int
    title: str


@dataclass(frozen=True, slots=True)
class _Book:
    """What the package document of an EPUB says; `pages` and the keys of `contents` are names of members."""

    title: str
    pages: tuple[str, ...]
    contents: dict[str, _Entry]


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """One Document, titled as the book is. Pages that only list the contents are left out."""
    assembly = Assembly()
    outline = Outline()
    warnings: list[str] = []
    with opened(path) as archive:
        _refuse_protected(path, archive)
        book = _book(path, archive)
        for name in book.pages:
            if name not in archive.namelist():
                warnings.append(f"The page {name} is listed in the book but is not in it.")
                continue
            source = decoded(path, archive.read(name), reading)
            warnings.extend(source.warnings)
            chapter = blocks(parsed_xhtml(path, source.text))
            entry = book.contents.get(name)
            if entry and not any(block.level for block in chapter):
                outline.enter(entry.level, entry.title)
            gather(assembly, chapter, Place(), book.title, outline)
    yield assembly.document(doc_id, book.title or path.stem, warnings=tuple(warnings))


def _refuse_protected(path: Path, archive: ZipFile) -> None:
    if _ENCRYPTION not in archive.namelist():
        return
    methods = xml_root(path, _ENCRYPTION, archive.read(_ENCRYPTION)).findall(".//{*}EncryptionMethod")
    if any(method.get("Algorithm") not in _FONT_OBFUSCATION for method in methods):
        raise FileUnreadable(path, "is protected against copying; ask its publisher for a copy without protection")


def _book(path: Path, archive: ZipFile) -> _Book:
    container = _part(path, archive, _CONTAINER)
    rootfile = container.find(".//{*}rootfile")
    if rootfile is None:
        raise FileUnreadable(path, "is no EPUB, or is damaged; export or download it again")
    name = unquote(rootfile.get("full-path", ""))
    package = _part(path, archive, name)
    items = {item.get("id", ""): item for item in package.findall("{*}manifest/{*}item")}
    order = [items.get(ref.get("idref", "")) for ref in package.findall("{*}spine/{*}itemref")]
    pages = [
        item
        for item in order
        if item is not None and item.get("media-type") in _PAGES and "nav" not in _properties(item)
    ]
    return _Book(
        title=text_of(package, ".//{http://purl.org/dc/elements/1.1/}title"),
        pages=tuple(dict.fromkeys(_target(name, item.get("href", "")) for item in pages)),
        contents=_contents(path, archive, name, list(items.values())),
    )


def _part(path: Path, archive: ZipFile, name: str) -> Element:
    if name not in archive.namelist():
        raise FileUnreadable(path, "is no EPUB, or is damaged; export or download it again")
    return xml_root(path, name, archive.read(name))


def _properties(item: Element) -> list[str]:
    return item.get("properties", "").split()


def _target(base: str, href: str) -> str:
    """The member that a link in the member `base` leads to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(href.partition("#")[0])))


def _contents(path: Path, archive: ZipFile, package: str, items: list[Element]) -> dict[str, _Entry]:
    """Which line of the contents each page begins with: EPUB 3's navigation document, or else EPUB 2's NCX."""
    contents: dict[str, _Entry] = {}
    for item in sorted(items, key=lambda item: "nav" not in _properties(item)):
        name = _target(package, item.get("href", ""))
        if name not in archive.namelist():
            continue
        if "nav" in _properties(item):
            entries = _navigation(path, archive, name)
        elif item.get("media-type") == "application/x-dtbncx+xml":
            entries = _ncx(xml_root(path, name, archive.read(name)), 1)
        else:
            continue
        for href, entry in entries:
            contents.setdefault(_target(name, href), entry)
    return contents


def _navigation(path: Path, archive: ZipFile, name: str) -> Iterator[tuple[str, _Entry]]:
    tree = parsed_xhtml(path, archive.read(name).decode("utf-8", errors="replace"))
    for nav in tree.iter("nav"):
        if "toc" in nav.get("{http://www.idpf.org/2007/ops}type", nav.get("epub:type", "")):
            for link in nav.iter("a"):
                level = sum(1 for _ in link.iterancestors("ol", "ul"))
                yield link.get("href", ""), _Entry(max(level, 1), " ".join(link.text_content().split()))


def _ncx(element: Element, level: int) -> Iterator[tuple[str, _Entry]]:
    for point in element.findall("{*}navMap/{*}navPoint") + element.findall("{*}navPoint"):
        content = point.find("{*}content")
        if content is not None:
            yield content.get("src", ""), _Entry(level, text_of(point, "{*}navLabel"))
        yield from _ncx(point, level + 1)
