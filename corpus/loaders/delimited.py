"""CSV and TSV: tables as rows, each cell with the header of its column."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from corpus.assembly import Assembly
from corpus.document import Document, Place
from corpus.errors import FileUnreadable
from corpus.loaders.reading import Reading
from corpus.loaders.tables import table_text
from corpus.loaders.text_decoding import read_text

_SAMPLE = 16_384
_SEPARATOR = re.compile(r"^sep=(.)\n", re.IGNORECASE)
"""What Excel writes into a first line of its own."""

_NUMBER = re.compile(r"^[-+(]?[\d.,\s]+%?\)?$")


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """One Document, a line for each row. The first row is the headers where it can be nothing else."""
    source = read_text(path, reading)
    rows = _rows(path, source.text)
    headers, body = (rows[0], rows[1:]) if _has_headers(rows) else ([], rows)
    assembly = Assembly()
    assembly.add(table_text(body, headers), Place())
    yield assembly.document(doc_id, path.stem, warnings=source.warnings)


def _rows(path: Path, text: str) -> list[list[str]]:
    said = _SEPARATOR.match(text)
    text = text[said.end() :] if said else text
    delimiter = said[1] if said else _delimiter(path, text)
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):  # a quote that is never closed is no quote
        try:
            rows = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter, quoting=quoting))
        except csv.Error:
            continue
        return [row for row in rows if any(cell.strip() for cell in row)]
    raise FileUnreadable(path, "has a cell that is too long for a table; save it as a text file")


def _delimiter(path: Path, text: str) -> str:
    if path.suffix.lower() == ".tsv":
        return "\t"
    try:
        return csv.Sniffer().sniff(text[:_SAMPLE].rpartition("\n")[0] or text[:_SAMPLE], ",;\t|").delimiter
    except csv.Error:
        return ","


def _has_headers(rows: list[list[str]]) -> bool:
    """Whether the first row names the columns: no numbers, no blanks, nothing twice; and there is more below."""
    if len(rows) < 2:
        return False
    names = [cell.strip() for cell in rows[0]]
    distinct = len({name.casefold() for name in names}) == len(names)
    return len(names) > 1 and distinct and all(name and not _NUMBER.match(name) for name in names)
