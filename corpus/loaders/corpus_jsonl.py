"""corpus.jsonl: one Document a line, ``{"doc_id": …, "title": …, "text": …}``.

The text is taken as Markdown where it has headings; other keys of a line are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from corpus.document import Document
from corpus.errors import FileUnreadable
from corpus.headings import markdown_headings, sections_between
from corpus.loaders.reading import Reading
from corpus.loaders.text_decoding import read_text

_KEYS = ("doc_id", "title", "text")


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """A Document for every line, under the id that the line gives; the file's own `doc_id` names none."""
    del doc_id, reading
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise FileUnreadable(path, f"line {number} is not JSON ({error.msg})") from error
        if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in _KEYS):
            raise FileUnreadable(path, f'line {number} needs "doc_id", "title" and "text", each a string')
        yield _document(row["doc_id"], row["title"], row["text"])


def _document(doc_id: str, title: str, text: str) -> Document:
    return Document(doc_id, title, text, sections_between(text, markdown_headings(text)))
