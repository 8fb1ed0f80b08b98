"""Jupyter notebooks: prose, code and what it printed, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode
from nbformat.converter import convert
from nbformat.reader import NotJSONError, reads
from nbformat.validator import ValidationError

from corpus.assembly import Assembly
from corpus.document import Document, Place
from corpus.errors import FileUnreadable
from corpus.headings import markdown_headings
from corpus.loaders.outline import Block, Outline, gather
from corpus.loaders.reading import Reading
from corpus.loaders.text_decoding import cleaned, read_text

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_EMBEDDED_PICTURE = re.compile(r"!\[([^\]]*)\]\((?:data|attachment):[^)]*\)")
_OVERWRITTEN = re.compile(r"[^\n]*\r(?!\n)")
_OLDEST = 3
"""The format of 2012, before which there was hardly a notebook."""

_LONGEST_OUTPUT = 2000
"""Characters; what goes on longer is a log."""


@dataclass(frozen=True, slots=True)
class _Cell:
    kind: str
    source: str
    printed: str


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """One Document, titled by its only heading of level 1 where it has just one, else by its file's name.

    What a cell printed is kept as a whole, but only its beginning enters passages.
    """
    source = read_text(path, reading)
    cells = _cells(path, source.text)
    blocks = [_blocks(cell) for cell in cells]
    titles = [block.text for cell in blocks for block in cell if block.level == 1]
    assembly = Assembly()
    outline = Outline()
    for number, (cell, inside) in enumerate(zip(cells, blocks, strict=True), start=1):
        gather(assembly, inside, Place(cell=number), outline=outline)
        searched, log = _first_lines(cell.printed)
        assembly.add(searched, Place(outline.headings, cell=number))
        assembly.heading(log)
    title = titles[0] if len(titles) == 1 else path.stem
    yield assembly.document(doc_id, title, warnings=source.warnings)


def _cells(path: Path, text: str) -> list[_Cell]:
    """The cells of a notebook of any version since 2012. Raises `FileUnreadable` for what is none."""
    try:
        notebook = reads(text)  # type: ignore[no-untyped-call]
        if notebook.nbformat >= _OLDEST:
            notebook = convert(notebook, 4)  # type: ignore[no-untyped-call]
        return [_cell(cell) for cell in notebook.cells]
    except (NotJSONError, ValidationError, ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
        raise FileUnreadable(path, "is no Jupyter notebook, or is damaged; save it again in Jupyter") from error


def _cell(cell: NotebookNode) -> _Cell:
    outputs = cell.get("outputs", []) if cell.cell_type == "code" else []
    printed = "\n".join(filter(None, (_printed(output) for output in outputs)))
    return _Cell(str(cell.cell_type), cleaned(_joined(cell.source)), printed)


def _printed(output: NotebookNode) -> str:
    """What an output says in words; not the pictures, nor the text that stands for one, nor a traceback."""
    data = output.get("data", {})
    if any(str(kind).startswith(("image/", "video/", "audio/")) for kind in data):
        return ""
    text = _joined(output.get("text", "") or data.get("text/plain", ""))
    return cleaned(_OVERWRITTEN.sub("", _ANSI.sub("", text))).strip()


def _first_lines(printed: str) -> tuple[str, str]:
    end = printed.rfind("\n", 0, _LONGEST_OUTPUT) if len(printed) > _LONGEST_OUTPUT else len(printed)
    end = end if end > 0 else _LONGEST_OUTPUT
    return printed[:end], printed[end:]


def _joined(text: object) -> str:
    return "".join(str(line) for line in text) if isinstance(text, list) else str(text)


def _blocks(cell: _Cell) -> list[Block]:
    if cell.kind != "markdown":
        return [Block(cell.source)]
    text = _EMBEDDED_PICTURE.sub(r"\1", cell.source)
    blocks, start = [], 0
    for heading in markdown_headings(text):
        blocks += [Block(text[start : heading.start]), Block(heading.title, heading.level)]
        start = heading.end
    return [*blocks, Block(text[start:])]
