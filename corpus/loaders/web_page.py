"""HTML: the main content of a web page, with its headings as places."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml.html import HtmlElement

from corpus.assembly import Assembly
from corpus.document import Document, Place
from corpus.loaders.html_blocks import blocks
from corpus.loaders.html_furniture import content
from corpus.loaders.html_tree import decoded, parsed
from corpus.loaders.outline import gather
from corpus.loaders.reading import Reading
from corpus.loaders.text_decoding import read_bytes


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """One Document, titled as the page is.

    What stands around the content (menus, banners, footers) enters no passage; it is kept at the end
    of the text, so that nothing of the page is lost to its reader.
    """
    source = decoded(path, read_bytes(path), reading)
    tree = parsed(path, source.text)
    title = page_title(tree) or path.stem
    assembly = Assembly()
    gather_page(assembly, tree, Place(), title)
    yield assembly.document(doc_id, title, warnings=source.warnings)


def gather_page(assembly: Assembly, tree: HtmlElement, place: Place, title: str) -> None:
    """Add the content of a page at `place`, under its own headings; then the rest, under none."""
    body = tree.find("body")
    found = content(tree if body is None else body)
    gather(assembly, blocks(found.main), place, title)
    assembly.heading("\n".join(found.rest))


def page_title(tree: HtmlElement) -> str:
    """What the page calls itself, without what its site adds to that; empty where it has no title.

    "Duck" where the title is "Duck - Wikipedia" and the only heading of level 1 is "Duck".
    """
    title = " ".join((tree.findtext(".//title") or "").split())
    headings = {" ".join(heading.text_content().split()) for heading in tree.iter("h1")}
    if len(headings) == 1 and (heading := headings.pop()) in title:
        return heading or title
    return title
