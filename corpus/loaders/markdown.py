"""Markdown: the text as it was written, with its headings as places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from corpus.document import Document
from corpus.headings import markdown_headings, sections_between
from corpus.loaders.reading import Reading
from corpus.loaders.text_decoding import read_text

_FRONT_MATTER = re.compile(r"\A(---|\+\+\+)[ \t]*\n(?:[ \t]*\n|[#\w -][^\n]*\n)*?\1[ \t]*(?:\n|\Z)")
_TITLE = re.compile(r"^title\s*[:=]\s*(['\"]?)(?P<title>.+?)\1\s*$", re.MULTILINE)


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """One Document. What site generators put before the text (layout, tags) is kept but enters no passage.

    Its title is the one given there, else its only heading of level 1, else its file's name.
    """
    source = read_text(path, reading)
    found = _FRONT_MATTER.match(source.text)
    front = found[0] if found else ""
    body = re.sub(r"[^\n]", " ", front) + source.text[len(front) :]
    headings = markdown_headings(body)
    titles = [heading.title for heading in headings if heading.level == 1]
    stated = _TITLE.search(front)
    title = stated["title"] if stated else titles[0] if len(titles) == 1 and titles[0] else path.stem
    yield Document(doc_id, title, source.text, sections_between(body, headings), warnings=source.warnings)
