"""Markdown: the text as it was written, with its headings as places."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from corpus.document import Document
from corpus.headings import markdown_headings, sections_between
from corpus.loaders.reading import Reading
from corpus.loaders.text_decoding import read_text


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """One Document, titled by its only level-1 heading where it has just one, else by its file's name."""
    source = read_text(path, reading)
    text = source.text
    headings = markdown_headings(text)
    titles = [heading.title for heading in headings if heading.level == 1]
    title = titles[0] if len(titles) == 1 else path.stem
    yield Document(doc_id, title, text, sections_between(text, headings), warnings=source.warnings)
