"""corpus.jsonl: one Document a line, ``{"doc_id": …, "title": …, "text": …}``.

The text is taken as Markdown where it has headings, and kept to the character: the offsets of
question sets count on it. Other keys of a line are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from corpus.document import Document
from corpus.errors import FileUnreadable
from corpus.headings import markdown_headings, sections_between
from corpus.loaders.reading import Reading
from corpus.loaders.text_decoding import LARGEST, whole

_KEYS = ("doc_id", "title", "text")


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """A Document for every line, under the id that the line gives; the file's own `doc_id` names none."""
    del doc_id, reading
    for number, line in _lines(path):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise FileUnreadable(path, f"line {number} is not UTF-8, as JSON has to be; save it as that") from error
        except json.JSONDecodeError as error:
            raise FileUnreadable(path, f"line {number} is not JSON ({error.msg})") from error
        except RecursionError as error:
            raise FileUnreadable(path, f"line {number} is nested too deeply") from error
        if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in _KEYS):
            raise FileUnreadable(path, f'line {number} needs "doc_id", "title" and "text", each a string')
        yield _document(*(whole(row[key]) for key in _KEYS))


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Line by line, because such a file may be larger than the memory."""
    with path.open("rb") as stream:
        number = 0
        while line := stream.readline(LARGEST + 1):
            number += 1
            if len(line) > LARGEST:
                raise FileUnreadable(path, f"line {number} is longer than {LARGEST // 2**20} MB; split it")
            yield number, line


def _document(doc_id: str, title: str, text: str) -> Document:
    return Document(doc_id, title, text, sections_between(text, markdown_headings(text)))
