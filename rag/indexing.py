"""Bring the index of a course up to date: load what is current, build what is missing or stale."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from corpus import Course
from rag.chunking import Chunking
from rag.embedding import Embedder
from rag.errors import IndexDamaged, IndexMissing, IndexNotSaved, IndexStale
from rag.index import Index, Progress, build

Notice = Callable[[str], None]


def index_folder(data_folder: Path, course: Course) -> Path:
    """Where the index of `course` lives: by its name, and its path, since two may share a name."""
    path_hash = hashlib.sha256(str(course.folder).encode()).hexdigest()[:8]
    return data_folder / "indexes" / f"{course.course_id}-{path_hash}"


def open_index(
    course: Course,
    folder: Path,
    embedder: Embedder,
    chunking: Chunking,
    *,
    notice: Notice = lambda _text: None,
    progress: Progress = lambda _name, _done: None,
    rebuild: bool = False,
) -> Index:
    """The index of the course as it is now, built or refreshed (and saved) where that is needed.

    `notice` is told why, before it is done. Two processes that index one course take turns.
    Raises `IndexNotSaved`, and what `corpus` raises for a course that cannot be read.
    """
    current, reason = (None, "") if rebuild else _load(course, folder, embedder, chunking)
    if current and not reason:
        return current
    try:
        folder.mkdir(parents=True, exist_ok=True)
        turn = FileLock(folder / "lock").acquire()
    except OSError as error:
        raise IndexNotSaved(
            f"The data folder {folder} cannot be written ({error.strerror}); choose another with COURSECITE_DATA."
        ) from error
    with turn:
        if not rebuild:  # whoever held the lock before may have done the work
            current, reason = _load(course, folder, embedder, chunking)
            if current and not reason:
                return current
        notice(f"Indexing {course.title} again: {reason}." if reason else f"Indexing {course.title}.")
        index = build(course, embedder, chunking, previous=current, progress=progress)
        index.save(folder)
        return index


def _load(course: Course, folder: Path, embedder: Embedder, chunking: Chunking) -> tuple[Index | None, str]:
    """The saved index, if it can be used at all, and why it is not the course's current one, if so."""
    index = None
    try:
        index = Index.load(folder, embedder.name, chunking)
        index.refuse_other_course(course)
    except IndexMissing:
        return None, ""
    except (IndexStale, IndexDamaged) as error:
        return index, str(error)
    return index, ""
