"""Pages that are written within a learning platform: HTML without anything of a site around it."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.assembly import Assembly
from corpus.document import Document, Place
from corpus.errors import FileUnreadable
from corpus.loaders.html_blocks import blocks
from corpus.loaders.html_tree import decoded, parsed
from corpus.loaders.members import Contents
from corpus.loaders.outline import gather
from corpus.loaders.text_decoding import Decoded, cleaned
from corpus.loaders.web_page import page_title


def html_document(
    contents: Contents, name: str, source: str | bytes, title: str, headings: tuple[str, ...]
) -> Iterator[Document]:
    """The page `name` of an export, under its title, at `headings`; nothing where there is no source of it."""
    try:
        page = _decoded(contents, source)
        if not page.text.strip():
            return
        tree = parsed(contents.path, page.text)
    except FileUnreadable as error:
        contents.problems.append(f"{name} {error.reason}.")
        return
    title = title or page_title(tree) or name
    inside = blocks(tree)
    assembly = Assembly()
    if not (inside and inside[0].level and inside[0].text == title):
        assembly.heading(title)
    gather(assembly, inside, Place(headings or (title,)), title)
    warnings = page.warnings if inside else (f"The page “{title}” is empty.",)
    yield assembly.document(f"{contents.doc_id}/{name}", title, warnings=warnings, source=contents.doc_id)


def _decoded(contents: Contents, source: str | bytes) -> Decoded:
    if isinstance(source, str):
        return Decoded(cleaned(source))
    return decoded(contents.path, source, contents.reading)
