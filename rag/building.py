"""build: a course read, cut, embedded and put together as an Index, file by file; what has not changed is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import faiss

from corpus import Copies, Course, CourseEmpty, CourseFile, FileRead, Limits, reading_warnings
from rag.chunking import Chunking, split
from rag.embedding import Embedder
from rag.index import Index, IndexedFile, indexed_text
from rag.types import Chunk

_BATCH = 64
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Indexing:
    """How far indexing has come: the file it is at, passages embedded, and how many bytes of changed files are done."""

    name: str
    passages: int
    done: int
    total: int


ShowIndexing = Callable[[Indexing], None]


def build(
    course: Course,
    embedder: Embedder,
    chunking: Chunking,
    *,
    previous: Sequence[Index] = (),
    progress: ShowIndexing = lambda _at: None,
    checkpoint: Callable[[Index], None] = lambda _so_far: None,
    limits: Limits | None = None,
) -> Index:
    """Index a course. Files whose bytes stand unchanged in one of `previous` are neither read nor embedded again.

    While one file is embedded, the next ones are read. A file that cannot be read is kept as an
    `IndexedFile` with its `problem`, and tried again by the next build. `checkpoint` is given what
    there is after each file, and may save it as it is. Raises `CourseEmpty` when no file yields a passage.
    """
    kept = _unchanged(course, previous)
    changed = [file for file in course.files if file.name not in kept]
    taken = {document.doc_id: name for name, (_, file) in kept.items() for document in file.documents}
    embedding = _Embedding(embedder, sum(file.size for file in changed), progress)
    copies, index = Copies(), _empty(course, embedder, chunking, embedding.vectors)
    with closing(course.read(changed, taken=taken, limits=limits)) as reads:
        for file in course.files:
            if file.name in kept:
                earlier, indexed = kept[file.name]
                embedding.vectors.add(earlier.vectors_of(indexed))
            else:
                indexed = _indexed(next(reads), chunking)
                embedding.add(file, indexed.chunks)
            copy = copies.warning(file.name, file.sha256, indexed.documents)
            index = replace(index, files=(*index.files, replace(indexed, copy=copy)))
            checkpoint(index)
    _refuse_empty(course, index.files)
    return index


def _empty(course: Course, embedder: Embedder, chunking: Chunking, vectors: faiss.Index) -> Index:
    return Index(course.course_id, course.title, course.reading, embedder.name, chunking, (), vectors)


class _Embedding:
    """Passages on their way into one FAISS index, so that no vector is held twice."""

    def __init__(self, embedder: Embedder, total: int, progress: ShowIndexing) -> None:
        self.vectors = faiss.IndexFlatIP(embedder.embed([]).shape[1])
        self._embedder = embedder
        self._progress = progress
        self._at = Indexing("", 0, 0, total)

    def add(self, file: CourseFile, chunks: Sequence[Chunk]) -> None:
        """Embed the passages of one file, telling after each batch how far that is."""
        before = replace(self._at, name=file.name)
        for start in range(0, len(chunks), _BATCH):
            batch = chunks[start : start + _BATCH]
            self.vectors.add(self._embedder.embed([indexed_text(chunk) for chunk in batch]))
            end = start + len(batch)
            done = before.done + file.size * end // len(chunks)
            self._progress(replace(before, passages=before.passages + end, done=done))
        self._at = replace(before, passages=before.passages + len(chunks), done=before.done + file.size)
        self._progress(self._at)


def _unchanged(course: Course, previous: Sequence[Index]) -> dict[str, tuple[Index, IndexedFile]]:
    """The files that would be read as they were, by name, and the index that has them.

    What could not be read then may be read now.
    """
    hashes = {file.name: file.sha256 for file in course.files}
    return {
        file.name: (index, file)
        for index in previous
        if index.reading == course.reading
        for file in index.files
        if not file.problem and hashes.get(file.name) == file.sha256
    }


def _indexed(read: FileRead, chunking: Chunking) -> IndexedFile:
    if read.problem:
        return IndexedFile(read.file.name, read.file.sha256, problem=read.problem)
    return IndexedFile(
        name=read.file.name,
        sha256=read.file.sha256,
        documents=read.documents,
        chunks=tuple(chunk for document in read.documents for chunk in split(document, chunking)),
        warnings=reading_warnings(read.file, read.documents),
    )


def _refuse_empty(course: Course, files: Sequence[IndexedFile]) -> None:
    if any(file.chunks for file in files):
        return
    reasons = "; ".join(f"{file.name} {file.problem or 'holds no text'}" for file in files[:_NAMED])
    more = f"; and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
    raise CourseEmpty(f"Nothing in {course.folder} could be read: {reasons}{more}.")
