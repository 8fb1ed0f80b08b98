"""ZIP archives: the course files in them, as if they lay in a folder of the archive's name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

from corpus.document import Document
from corpus.loaders.members import Contents
from corpus.loaders.reading import Reading
from corpus.loaders.zip_archive import members, opened


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """The Documents of all members, each under ``doc_id/inner/path``; hidden files are passed over."""
    contents = Contents(path, doc_id, reading)
    with opened(path) as archive:
        yield from contents.warned(_documents(archive, contents))


def _documents(archive: ZipFile, contents: Contents) -> Iterator[Document]:
    for name, info in members(archive):
        if not any(part.startswith(".") for part in name.parts):
            with archive.open(info) as stream:
                yield from contents.read(name, stream)
