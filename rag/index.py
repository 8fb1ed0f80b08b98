"""Index: the passages of a course in step with their vectors, in memory and as a folder.

The folder explains itself: ``about.json`` (versions, embedder, chunking, what reading each file found),
``documents.jsonl``, ``chunks.jsonl`` and ``vectors.faiss``, row i of which is line i of the chunks.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from corpus import Course, Document, FileReport, Reading, Report
from corpus.document_json import document_of, document_row, place_of, place_row
from rag.chunking import Chunking
from rag.embedding import Vectors
from rag.errors import IndexDamaged, IndexMissing, IndexNotSaved, IndexStale
from rag.types import Chunk

FORMAT = 2
"""Of the folder, and of what is read out of files: a release that changes either counts it up."""

POINTER = "current"
"""The file that names the sub-folder with the current index."""


@dataclass(frozen=True)
class IndexedFile:
    """One file of the course, as it stands in the index, with what reading it found.

    `problem` is why it was not read, if it was not; `warnings` are sentences; `copy` is one, where
    the file repeats another.
    """

    name: str
    sha256: str
    documents: tuple[Document, ...] = ()
    chunks: tuple[Chunk, ...] = ()
    problem: str = ""
    warnings: tuple[str, ...] = ()
    copy: str = ""

    @property
    def report(self) -> FileReport:
        """What an instructor should know of it."""
        return FileReport(
            name=self.name,
            documents=len(self.documents),
            pages=sum(document.pages for document in self.documents),
            characters=sum(len(document.text) for document in self.documents),
            passages=len(self.chunks),
            warnings=(*self.warnings, self.copy) if self.copy else self.warnings,
            skipped=self.problem,
        )


@dataclass(frozen=True)
class Index:
    """The passages of a course and their vectors; never changed, only replaced.

    `vectors` holds a row for each passage, in the order of the files.
    """

    course_id: str
    title: str
    reading: Reading
    embedder: str
    chunking: Chunking
    files: tuple[IndexedFile, ...]
    vectors: faiss.Index

    @property
    def language(self) -> str:
        """The language of the course, as its settings give it."""
        return self.reading.language

    @cached_property
    def version(self) -> str:
        """Twelve hex digits that name this content: same course, read and cut alike, same embedder, same version."""
        settings = [asdict(self.reading), asdict(self.chunking)]
        reports = [file.report for file in self.files]
        found = [[report.characters, report.passages, report.skipped] for report in reports]
        identity = [FORMAT, self.title, self.embedder, settings, self.hashes, found]
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

    @property
    def report(self) -> Report:
        """What reading the course found, as it was when its files were read."""
        return Report(tuple(file.report for file in self.files))

    def search(self, vector: Vectors, k: int) -> list[tuple[int, float]]:
        """The `k` passages nearest to `vector` (``float32[d]``): (row, cosine), best first, exact.

        Equal to ``numpy.argsort(-M @ v)[:k]``; shorter than `k` where the course is.
        """
        scores, rows = self.vectors.search(vector.reshape(1, -1), min(k, len(self.chunks)))
        # FAISS pads what it does not find with the row -1.
        return [(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True) if row >= 0]

    def vector(self, row: int) -> Vectors:
        """The vector of passage `row`, ``float32[d]``."""
        return np.asarray(self.vectors.reconstruct(row), dtype=np.float32)

    def vectors_of(self, file: IndexedFile) -> Vectors:
        """The vectors of one of its files: ``float32[len(file.chunks), d]``."""
        return np.asarray(self.vectors.reconstruct_n(self._rows[file.name], len(file.chunks)), dtype=np.float32)

    @cached_property
    def _rows(self) -> dict[str, int]:
        """The first row of each file."""
        counts = accumulate((len(file.chunks) for file in self.files), initial=0)
        return {file.name: row for file, row in zip(self.files, counts, strict=False)}

    def save(self, folder: Path) -> None:
        """Write this index into `folder` so that a kill at any moment leaves the old one or this one.

        Everything goes to a new sub-folder first; then one rename of the pointer file makes it the
        current one. Raises `IndexNotSaved`.
        """
        version_folder = folder / f"{self.version}-{uuid.uuid4().hex[:8]}"
        try:
            version_folder.mkdir(parents=True)
            self._write(version_folder)
            _replace_text(folder / POINTER, version_folder.name)
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
        while True:
            name = _current(folder)
            try:
                return cls._load(folder / name, embedder, chunking)
            except (IndexMissing, IndexDamaged):
                if _current(folder) == name:
                    raise
                # Another process has put a new one in its place meanwhile, and removed this one.

    @classmethod
    def _load(cls, version_folder: Path, embedder: str, chunking: Chunking) -> Index:
        try:
            about = json.loads((version_folder / "about.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise IndexMissing(f"There is no index in {version_folder}; run `coursecite index` first.") from None
        except (OSError, ValueError) as error:
            raise IndexDamaged(
                f"The index in {version_folder} cannot be read ({error}); run `coursecite index`."
            ) from error
        _refuse_stale(about, embedder, chunking)
        try:
            return cls._read(version_folder, about)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise IndexDamaged(
                f"The index in {version_folder} is damaged ({error}); run `coursecite index`."
            ) from error

    def refuse_other_course(self, course: Course) -> None:
        """Raise `IndexStale` when the course's files or settings are not those that were indexed."""
        if (self.title, self.reading) != (course.title, course.reading):
            raise IndexStale("the course's settings have changed")
        now = {file.name: file.sha256 for file in course.files}
        if now != self.hashes:
            changed = sorted(name for name in now.keys() | self.hashes.keys() if now.get(name) != self.hashes.get(name))
            raise IndexStale(f"{len(changed)} file(s) have changed, {changed[0]} among them")

    def _about(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "version": self.version,
            "course": {"id": self.course_id, "title": self.title},
            "reading": {"language": self.reading.language, "ocr": self.reading.ocr},
            "embedder": self.embedder,
            "dimension": int(self.vectors.d),
            "chunking": asdict(self.chunking),
            "documents": len(self.documents),
            "chunks": len(self.chunks),
            "files": [_file_row(file) for file in self.files],
        }

    def _write(self, folder: Path) -> None:
        _write(folder / "documents.jsonl", _lines(map(document_row, self.documents.values())))
        _write(folder / "chunks.jsonl", _lines(map(_chunk_row, self.chunks)))
        _write(folder / "vectors.faiss", [faiss.serialize_index(self.vectors).data])
        _write(folder / "about.json", [(json.dumps(self._about(), indent=1, ensure_ascii=False) + "\n").encode()])

    @classmethod
    def _read(cls, folder: Path, about: dict[str, Any]) -> Index:
        documents = [document_of(row) for row in _rows(folder / "documents.jsonl")]
        by_id = {document.doc_id: document for document in documents}
        chunks = [_chunk(row, by_id) for row in _rows(folder / "chunks.jsonl")]
        vectors = faiss.deserialize_index(np.fromfile(folder / "vectors.faiss", dtype=np.uint8))
        if vectors.ntotal != len(chunks) or len(chunks) != about["chunks"]:
            raise ValueError(f"{vectors.ntotal} vectors for {len(chunks)} passages")
        if len(documents) != about["documents"]:
            raise ValueError(f"{len(documents)} documents of {about['documents']}")
        files, document_at, chunk_at = [], 0, 0
        for row in about["files"]:
            document_end, chunk_end = document_at + row["documents"], chunk_at + row["passages"]
            files.append(
                IndexedFile(
                    name=row["name"],
                    sha256=row["sha256"],
                    documents=tuple(documents[document_at:document_end]),
                    chunks=tuple(chunks[chunk_at:chunk_end]),
                    problem=row["problem"],
                    warnings=tuple(row["warnings"]),
                    copy=row["copy"],
                )
            )
            document_at, chunk_at = document_end, chunk_end
        return cls(
            course_id=about["course"]["id"],
            title=about["course"]["title"],
            reading=Reading(**about["reading"]),
            embedder=about["embedder"],
            chunking=Chunking(**about["chunking"]),
            files=tuple(files),
            vectors=vectors,
        )


def indexed_text(chunk: Chunk) -> str:
    """What is embedded and searched for a passage: its title and headings stand above its text."""
    return "\n".join([chunk.title, *chunk.place.headings, chunk.text])


def _current(folder: Path) -> str:
    """The name of the sub-folder with the current index. Raises `IndexMissing` or `IndexDamaged`."""
    try:
        return (folder / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise IndexMissing(f"There is no index in {folder}; run `coursecite index` first.") from None
    except (OSError, ValueError) as error:
        raise IndexDamaged(f"The index in {folder} cannot be read ({error}); run `coursecite index`.") from error


def _refuse_stale(about: dict[str, Any], embedder: str, chunking: Chunking) -> None:
    if about.get("format") != FORMAT:
        raise IndexStale("it was written by another release")
    if about.get("embedder") != embedder:
        raise IndexStale(f"it was built by the embedder {about.get('embedder')}, not {embedder}")
    if about.get("chunking") != asdict(chunking):
        raise IndexStale("it was cut into passages of another size")


def _file_row(file: IndexedFile) -> dict[str, Any]:
    found = asdict(file.report)
    del found["skipped"]
    return {**found, "sha256": file.sha256, "problem": file.problem, "warnings": file.warnings, "copy": file.copy}


def _chunk_row(chunk: Chunk) -> dict[str, Any]:
    return {"doc_id": chunk.doc_id, "place": place_row(chunk.place), "start": chunk.start, "end": chunk.end}


def _chunk(row: dict[str, Any], documents: Mapping[str, Document]) -> Chunk:
    document = documents[row["doc_id"]]
    start, end = row["start"], row["end"]
    return Chunk(document.doc_id, document.title, place_of(row["place"]), start, end, document.text[start:end])


def _lines(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False).encode() + b"\n"


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def _write(path: Path, parts: Iterable[bytes | memoryview]) -> None:
    with path.open("wb") as stream:
        stream.writelines(parts)
        stream.flush()
        os.fsync(stream.fileno())


def _replace_text(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}-{uuid.uuid4().hex[:8]}")
    _write(draft, [text.encode()])
    draft.replace(path)


def _remove_others(folder: Path, keep: Path) -> None:
    """Drop versions and drafts left by earlier runs; a reader of one of them loads again."""
    others: Sequence[Path] = [path for path in folder.iterdir() if path.is_dir() and path != keep]
    for path in others:
        shutil.rmtree(path, ignore_errors=True)
    for draft in folder.glob(f".{POINTER}-*"):
        with suppress(OSError):
            draft.unlink()
