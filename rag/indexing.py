"""Bring the index of a course up to date: load what is current, build what is missing or stale."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from filelock import FileLock

from corpus import Course
from rag.building import ShowIndexing, build
from rag.chunking import Chunking
from rag.embedding import Embedder
from rag.errors import IndexDamaged, IndexMissing, IndexNotSaved, IndexStale
from rag.index import Index

Notice = Callable[[str], None]

_SAVED_EVERY = 60.0
"""Seconds."""


def index_folder(data_folder: Path, course_folder: Path) -> Path:
    """Where the index of the course in a resolved folder lives: by its name, and its path, since two may share one."""
    path_hash = hashlib.sha256(str(course_folder).encode()).hexdigest()[:8]
    return data_folder / "indexes" / f"{course_folder.name}-{path_hash}"


def open_index(
    course: Course,
    folder: Path,
    embedder: Embedder,
    chunking: Chunking,
    *,
    notice: Notice = lambda _text: None,
    progress: ShowIndexing = lambda _at: None,
    rebuild: bool = False,
) -> Index:
    """The index of the course as it is now, built or refreshed (and saved) where that is needed.

    `notice` is told why, before it is done, and what to look at afterwards. Two processes that index
    one course take turns. What a build that was killed had done is not done again.
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
        draft = _Draft(folder / "unfinished")
        unfinished = None if rebuild else draft.load(embedder, chunking)
        previous = [index for index in (current, unfinished) if index]
        index = build(course, embedder, chunking, previous=previous, progress=progress, checkpoint=draft.save)
        index.save(folder)  # and with it the draft goes
        _say_what_to_look_at(index, notice)
        return index


class _Draft:
    """What a build has done so far, saved now and then, so that a kill costs no more than the last minute."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._saved = monotonic()

    def load(self, embedder: Embedder, chunking: Chunking) -> Index | None:
        """What an earlier build left, if it can be used."""
        try:
            return Index.load(self._folder, embedder.name, chunking)
        except (IndexMissing, IndexStale, IndexDamaged):
            return None

    def save(self, index: Index) -> None:
        """Save, unless that was done lately. Raises `IndexNotSaved`."""
        if index.vectors.ntotal and monotonic() - self._saved > _SAVED_EVERY:
            index.save(self._folder)
            self._saved = monotonic()


def _say_what_to_look_at(index: Index, notice: Notice) -> None:
    totals = index.report.totals
    if totals.skipped or totals.warned:
        notice(
            f"Of {totals.files} file(s) {totals.skipped} could not be read and {totals.warned} should be looked at; "
            "`coursecite index` lists them."
        )


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
