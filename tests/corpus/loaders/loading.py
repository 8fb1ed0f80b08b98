"""Small files made in a test, read as a course would read them, and checked for what holds for every Document."""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from corpus.document import Document
from corpus.loaders import loader_for
from corpus.loaders.reading import Reading


def read(name: str, content: bytes | str, reading: Reading | None = None) -> list[Document]:
    """The Documents in a file called `name`; raises what its loader raises."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        documents = list(loader_for(path)(path, name, reading or Reading()))
    for document in documents:
        check(document)
    return documents


def read_one(name: str, content: bytes | str, reading: Reading | None = None) -> Document:
    """The only Document in a file."""
    (document,) = read(name, content, reading)
    return document


def check(document: Document) -> None:
    """Every section is text at a place that is found again by its offset; all of it can be written to a file."""
    for section in document.sections:
        assert document.text[section.start : section.end].strip()
        assert document.place_at(section.start) == section.place
        assert document.place_at(section.end - 1) == section.place
        assert all(heading.strip() for heading in section.place.headings)
    for text in (document.doc_id, document.title, document.text, *document.warnings):
        text.encode()
    assert "\x00" not in document.text


def passages(document: Document) -> list[tuple[str, str]]:
    """What stands where: each section's place, as a citation shows it, and its text."""
    return [(str(section.place), document.text[section.start : section.end]) for section in document.sections]


def zipped(members: dict[str, bytes | str]) -> bytes:
    """A ZIP archive of `members`."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()
