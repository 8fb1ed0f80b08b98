"""One file of a course, and what came of reading it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.document import Document
from corpus.errors import FileUnreadable
from corpus.loaders import JSONL_FILES, loader_for
from corpus.loaders.reading import Reading


@dataclass(frozen=True, slots=True)
class CourseFile:
    """One file of a course. `name` is its path within the folder; `sha256` is of its bytes, `size` their number."""

    path: Path
    name: str
    sha256: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class FileRead:
    """What came of reading one file: its documents, or the problem that kept it from being read."""

    file: CourseFile
    documents: tuple[Document, ...] = ()
    problem: str = ""


def unreadable_name(name: str) -> str:
    """Why a file of that name is not read as course material, as a clause that can follow it; empty where it is."""
    path = Path(name)
    if path.suffix.lower() == ".jsonl" and name not in JSONL_FILES:
        return f"is not read; of .jsonl files only {' and '.join(sorted(JSONL_FILES))} are"
    try:
        loader_for(path)
    except FileUnreadable as error:
        return error.reason
    return ""


def read_file(file: CourseFile, reading: Reading) -> Iterator[Document]:
    """The documents in one file, read in this process, without any limit. Raises `FileUnreadable`."""
    loader = loader_for(file.path)
    try:
        yield from loader(file.path, file.name, reading)
    except OSError as error:
        raise FileUnreadable(file.path, f"cannot be opened ({error.strerror})") from error
