"""Index: the passages of a course in step with their vectors, in memory and as a folder.

The folder explains itself: ``about.json`` (versions, embedder, chunking, file hashes),
``documents.jsonl``, ``chunks.jsonl`` and ``vectors.faiss``, row i of which is line i of the chunks.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from corpus import Course, CourseEmpty, Document, FileRead, Place, Section
from rag.chunking import Chunking, split
from rag.embedding import Embedder, Vectors
from rag.errors import IndexDamaged, IndexMissing, IndexNotSaved, IndexStale
from rag.types import Chunk

FORMAT = 1
_BATCH = 64
_POINTER = "current"

Progress = Callable[[str, int], None]
"""Called with the name of the file being embedded and the passages done so far in all."""


@dataclass(frozen=True)
class IndexedFile:
    """One file of the course, as it stands in the index. `vectors` is ``float32[len(chunks), d]``."""

    name: str
    sha256: str
    documents: tuple[Document, ...]
    chunks: tuple[Chunk, ...]
    vectors: Vectors
    problem: str = ""


@dataclass(frozen=True)
class Index:
    """The passages of a course and their vectors; never changed, only replaced."""

    course_id: str
    title: str
    language: str
    embedder: str
    chunking: Chunking
    files: tuple[IndexedFile, ...]

    @cached_property
    def version(self) -> str:
        """Twelve hex digits that name this content: same course, embedder and chunking, same version."""
        identity = [FORMAT, self.title, self.language, self.embedder, asdict(self.chunking), self.hashes]
        return hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:12]

    @property
    def hashes(self) -> dict[str, str]:
        """The sha256 of each file's bytes, by its name."""
        return {file.name: file.sha256 for file in self.files}

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        """All passages, in the order of the course; their position is their row in the vectors."""
        return tuple(chunk for file in self.files for chunk in file.chunks)

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """All documents by their id."""
        return {document.doc_id: document for file in self.files for document in file.documents}

    @cached_property
    def _faiss(self) -> faiss.IndexFlatIP:
        vectors = np.concatenate([file.vectors for file in self.files])
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return index

    def search(self, vector: Vectors, k: int) -> list[tuple[int, float]]:
        """The `k` passages nearest to `vector` (``float32[d]``): (row, cosine), best first, exact.

        Equal to ``numpy.argsort(-M @ v)[:k]``; shorter than `k` where the course is.
        """
        scores, rows = self._faiss.search(vector.reshape(1, -1), min(k, len(self.chunks)))
        # FAISS pads what it does not find with the row -1.
        return [(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True) if row >= 0]

    def vector(self, row: int) -> Vectors:
        """The vector of passage `row`, ``float32[d]``."""
        return np.asarray(self._faiss.reconstruct(row), dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write this index into `folder` so that a kill at any moment leaves the old one or this one.

        Everything goes to a new sub-folder first; then one rename of the pointer file makes it the
        current one. Raises `IndexNotSaved`.
        """
        version_folder = folder / f"{self.version}-{uuid.uuid4().hex[:8]}"
        try:
            version_folder.mkdir(parents=True)
            self._write(version_folder)
            _replace_text(folder / _POINTER, version_folder.name)
        except OSError as error:
            shutil.rmtree(version_folder, ignore_errors=True)
            raise IndexNotSaved(
                f"The index cannot be written to {folder} ({error.strerror}); "
                "free some space there or choose another data folder with COURSECITE_DATA."
            ) from error
        _remove_others(folder, keep=version_folder)

    @classmethod
    def load(cls, folder: Path, embedder: str, chunking: Chunking) -> Index:
        """Read the current index in `folder`.

        Raises `IndexMissing`, `IndexDamaged`, or `IndexStale` when it was built by another embedder,
        with another chunking, or by another release's format.
        """
        try:
            version_folder = folder / (folder / _POINTER).read_text(encoding="utf-8").strip()
            about = json.loads((version_folder / "about.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise IndexMissing(f"There is no index in {folder}; run `coursecite index` first.") from None
        except (OSError, ValueError) as error:
            raise IndexDamaged(f"The index in {folder} cannot be read ({error}); run `coursecite index`.") from error
        _refuse_stale(about, embedder, chunking)
        try:
            return cls._read(version_folder, about)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise IndexDamaged(
                f"The index in {version_folder} is damaged ({error}); run `coursecite index`."
            ) from error

    def refuse_other_course(self, course: Course) -> None:
        """Raise `IndexStale` when the course's files or settings are not those that were indexed."""
        if (self.title, self.language) != (course.title, course.language):
            raise IndexStale("the course's settings have changed")
        now = {file.name: file.sha256 for file in course.files}
        if now != self.hashes:
            changed = sorted(name for name in now.keys() | self.hashes.keys() if now.get(name) != self.hashes.get(name))
            raise IndexStale(f"{len(changed)} file(s) have changed, {changed[0]} among them")

    def _about(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "version": self.version,
            "course": {"id": self.course_id, "title": self.title, "language": self.language},
            "embedder": self.embedder,
            "dimension": int(self._faiss.d),
            "chunking": asdict(self.chunking),
            "documents": len(self.documents),
            "chunks": len(self.chunks),
            "files": [
                {
                    "name": file.name,
                    "sha256": file.sha256,
                    "documents": len(file.documents),
                    "chunks": len(file.chunks),
                    "problem": file.problem,
                }
                for file in self.files
            ],
        }

    def _write(self, folder: Path) -> None:
        _write(folder / "documents.jsonl", _lines(_document_row(document) for document in self.documents.values()))
        _write(folder / "chunks.jsonl", _lines(_chunk_row(chunk) for chunk in self.chunks))
        _write(folder / "vectors.faiss", faiss.serialize_index(self._faiss).tobytes())
        _write(folder / "about.json", (json.dumps(self._about(), indent=1, ensure_ascii=False) + "\n").encode())

    @classmethod
    def _read(cls, folder: Path, about: dict[str, Any]) -> Index:
        documents = [_document(row) for row in _rows(folder / "documents.jsonl")]
        by_id = {document.doc_id: document for document in documents}
        chunks = [_chunk(row, by_id) for row in _rows(folder / "chunks.jsonl")]
        stored = faiss.deserialize_index(np.frombuffer((folder / "vectors.faiss").read_bytes(), dtype=np.uint8))
        if stored.ntotal != len(chunks) or len(chunks) != about["chunks"]:
            raise ValueError(f"{stored.ntotal} vectors for {len(chunks)} passages")
        vectors = stored.reconstruct_n(0, stored.ntotal)
        files, document_at, chunk_at = [], 0, 0
        for file in about["files"]:
            document_end, chunk_end = document_at + file["documents"], chunk_at + file["chunks"]
            files.append(
                IndexedFile(
                    name=file["name"],
                    sha256=file["sha256"],
                    documents=tuple(documents[document_at:document_end]),
                    chunks=tuple(chunks[chunk_at:chunk_end]),
                    vectors=vectors[chunk_at:chunk_end],
                    problem=file["problem"],
                )
            )
            document_at, chunk_at = document_end, chunk_end
        course = about["course"]
        return cls(
            course_id=course["id"],
            title=course["title"],
            language=course["language"],
            embedder=about["embedder"],
            chunking=Chunking(**about["chunking"]),
            files=tuple(files),
        )


def build(
    course: Course,
    embedder: Embedder,
    chunking: Chunking,
    *,
    previous: Index | None = None,
    progress: Progress = lambda _name, _done: None,
) -> Index:
    """Index a course. Files whose bytes stand unchanged in `previous` are neither read nor embedded again.

    A file that cannot be read is kept as an `IndexedFile` with its `problem`; raises `CourseEmpty`
    when no file yields a passage.
    """
    reusable = {(file.name, file.sha256): file for file in previous.files} if previous else {}
    unread = tuple(file for file in course.files if (file.name, file.sha256) not in reusable)
    fresh: dict[str, IndexedFile] = {}
    done = 0
    for read in course.read(unread):
        fresh[read.file.name] = _index_file(read, embedder, chunking, done, progress)
        done += len(fresh[read.file.name].chunks)
    files = tuple(fresh.get(file.name) or reusable[file.name, file.sha256] for file in course.files)
    if not any(file.chunks for file in files):
        reasons = "; ".join(f"{file.name} {file.problem or 'holds no text'}" for file in files)
        raise CourseEmpty(f"Nothing in {course.folder} could be read: {reasons}.")
    return Index(course.course_id, course.title, course.language, embedder.name, chunking, files)


def indexed_text(chunk: Chunk) -> str:
    """What is embedded and searched for a passage: its title and headings stand above its text."""
    return "\n".join([chunk.title, *chunk.place.headings, chunk.text])


def _index_file(read: FileRead, embedder: Embedder, chunking: Chunking, done: int, progress: Progress) -> IndexedFile:
    chunks = tuple(chunk for document in read.documents for chunk in split(document, chunking))
    batches = [embedder.embed([])]
    for start in range(0, len(chunks), _BATCH):
        progress(read.file.name, done + start)
        batches.append(embedder.embed([indexed_text(chunk) for chunk in chunks[start : start + _BATCH]]))
    progress(read.file.name, done + len(chunks))
    return IndexedFile(
        name=read.file.name,
        sha256=read.file.sha256,
        documents=read.documents,
        chunks=chunks,
        vectors=np.concatenate(batches),
        problem=read.problem,
    )


def _refuse_stale(about: dict[str, Any], embedder: str, chunking: Chunking) -> None:
    if about.get("format") != FORMAT:
        raise IndexStale("it was written by another release")
    if about.get("embedder") != embedder:
        raise IndexStale(f"it was built by the embedder {about.get('embedder')}, not {embedder}")
    if about.get("chunking") != asdict(chunking):
        raise IndexStale("it was cut into passages of another size")


def _document_row(document: Document) -> dict[str, Any]:
    return {
        "doc_id": document.doc_id,
        "title": document.title,
        "text": document.text,
        "sections": [[section.start, section.end, asdict(section.place)] for section in document.sections],
    }


def _document(row: dict[str, Any]) -> Document:
    sections = tuple(Section(start, end, _place(place)) for start, end, place in row["sections"])
    return Document(row["doc_id"], row["title"], row["text"], sections)


def _chunk_row(chunk: Chunk) -> dict[str, Any]:
    return {"doc_id": chunk.doc_id, "place": asdict(chunk.place), "start": chunk.start, "end": chunk.end}


def _chunk(row: dict[str, Any], documents: Mapping[str, Document]) -> Chunk:
    document = documents[row["doc_id"]]
    start, end = row["start"], row["end"]
    return Chunk(document.doc_id, document.title, _place(row["place"]), start, end, document.text[start:end])


def _place(row: dict[str, Any]) -> Place:
    return Place(**{**row, "headings": tuple(row["headings"])})


def _lines(rows: Iterable[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _replace_text(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}-{uuid.uuid4().hex[:8]}")
    _write(draft, text.encode())
    draft.replace(path)


def _remove_others(folder: Path, keep: Path) -> None:
    """Drop versions and drafts left by earlier runs; a reader of one of them loads again."""
    others: Sequence[Path] = [path for path in folder.iterdir() if path.is_dir() and path != keep]
    for path in others:
        shutil.rmtree(path, ignore_errors=True)
    for draft in folder.glob(f".{_POINTER}-*"):
        with suppress(OSError):
            draft.unlink()
