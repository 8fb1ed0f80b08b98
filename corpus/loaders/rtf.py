"""Rich Text Format: its text, with the headings that its look shows."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from striprtf.striprtf import rtf_to_text

from corpus.document import Document
from corpus.errors import FileUnreadable
from corpus.headings import Heading, plain_headings, sections_between
from corpus.loaders.reading import Reading
from corpus.loaders.tables import table_text
from corpus.loaders.text_decoding import cleaned, read_bytes

_BEGINS = b"{\\rtf"
_OUTLINE = re.compile(r"\\outlinelevel([0-8])(?!\d)")
_MARK = 0xE000
"""Characters of private use from here on stand for the outline level of the line that they are in."""

_MARKED = re.compile(f"[{chr(_MARK)}-{chr(_MARK + 8)}]")
_CODE_PAGE = re.compile(rb"\\ansicpg(\d{2,5})")


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """One Document, titled by its file's name; a line for each row of a table."""
    del reading
    data = read_bytes(path)
    if not data.lstrip().startswith(_BEGINS):
        raise FileUnreadable(path, "is no RTF file, or is damaged; open it in its program and save it as RTF again")
    encoding = _encoding(data)
    source = _OUTLINE.sub(_marked, data.decode(encoding, errors="replace"))
    try:
        text = str(rtf_to_text(source, encoding=encoding, errors="replace"))  # type: ignore[no-untyped-call]
    except (LookupError, ValueError, IndexError, RecursionError) as error:
        raise FileUnreadable(path, "is damaged; open it in its program and save it as DOCX") from error
    text, headings = _outlined(cleaned(_put_together(text)))
    headings = headings or [found for found in plain_headings(text, path.stem) if " | " not in found.title]
    yield Document(doc_id, path.stem, text, sections_between(text, headings))


def _encoding(data: bytes) -> str:
    found = _CODE_PAGE.search(data)
    try:
        return codecs.lookup(f"cp{found[1].decode()}").name if found else "cp1252"
    except LookupError:
        return "cp1252"


def _marked(control: re.Match[str]) -> str:
    return f"{control[0]}\\uc0\\u{_MARK + int(control[1])}\\uc1 "


def _put_together(text: str) -> str:
    """Characters that RTF writes in halves (emoji, rare letters) put together."""
    return text.encode("utf-16", errors="surrogatepass").decode("utf-16", errors="replace")


def _outlined(text: str) -> tuple[str, list[Heading]]:
    """The text without its marks, rows of tables as such, and the headings that the marks made of lines."""
    lines, headings, start = [], [], 0
    for raw in text.split("\n"):
        marks = _MARKED.findall(raw)
        line = _row(_MARKED.sub("", raw)).strip() if marks else _row(raw)
        if marks and line:
            headings.append(Heading(start, start + len(line), ord(marks[-1]) - _MARK + 1, " ".join(line.split())))
        lines.append(line)
        start += len(line) + 1
    return "\n".join(lines), headings


def _row(line: str) -> str:
    """Rows of tables come with a bar behind each cell."""
    return table_text([line.split("|")]) if line.endswith("|") else line
