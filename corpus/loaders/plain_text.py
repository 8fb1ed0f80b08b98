"""Plain text, whose headings are marked by nothing but their look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from corpus.document import Document
from corpus.headings import plain_headings, sections_between
from corpus.loaders.reading import Reading
from corpus.loaders.text_decoding import read_text


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """One Document. Its title is a first line that stands there at least twice, else the file's name."""
    source = read_text(path, reading)
    text = source.text
    title = _repeated_first_line(text) or path.stem.replace("-", " ").replace("_", " ").strip().capitalize()
    sections = sections_between(text, plain_headings(text, title))
    yield Document(doc_id, title, text, sections, warnings=source.warnings)


def _repeated_first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()][:2]
    return lines[0] if len(lines) == 2 and lines[0] == lines[1] else ""
