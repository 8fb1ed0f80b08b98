"""Indexer: courses indexed in the background, one at a time, while what was indexed before goes on answering."""

from __future__ import annotations

import logging
import queue
import threading
from dataclasses import dataclass, replace
from typing import Literal

from corpus import CorpusError, CourseEmpty, read_course
from rag import RagError
from rag.building import Indexing
from ui.courses import Courses
from ui.errors import CourseGone, ProgramBroke
from ui.indexes import CourseIndexes

_SETTLES = 0.3
"""Seconds without another change after which a course is indexed: many files come at once."""

_BROKE = ProgramBroke("The course could not be indexed because of an error of the program; its log says which.")

_log = logging.getLogger(__name__)

Stage = Literal["idle", "waiting", "reading", "failed"]


@dataclass(frozen=True, slots=True)
class IndexingState:
    """How far the indexing of one course is.

    `name` is the file it is at, `done` and `total` are bytes of changed files, `passages` those
    embedded; `problem` is why it failed. `runs` counts the times it ended.
    """

    stage: Stage = "idle"
    name: str = ""
    done: int = 0
    total: int = 0
    passages: int = 0
    problem: Exception | None = None
    runs: int = 0

    @property
    def busy(self) -> bool:
        """Whether something is still to come."""
        return self.stage in ("waiting", "reading")


class Indexer:
    """Indexes the courses that `request` names; `state` says how far that is. For any thread."""

    def __init__(self, courses: Courses, indexes: CourseIndexes) -> None:
        self._courses = courses
        self._indexes = indexes
        self._states: dict[str, IndexingState] = {}
        self._wanted: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._changing = threading.Lock()
        self._thread: threading.Thread | None = None

    def request(self, slug: str) -> None:
        """Index this course as it is now, or will be when its turn comes."""
        with self._changing:
            self._states[slug] = replace(self._states.get(slug, IndexingState()), stage="waiting", problem=None)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="indexing courses", daemon=True)
                self._thread.start()
        self._wanted.put(slug)

    def request_missing(self) -> None:
        """Index the courses that nothing answers from yet: the server ended before it came to them, or was restored."""
        for course in self._courses:
            if not course.ready:
                self.request(course.slug)

    def state(self, slug: str) -> IndexingState:
        """How far it is with this course."""
        with self._changing:
            return self._states.get(slug, IndexingState())

    def _work(self) -> None:
        while True:
            for slug in self._settled():
                self._keep(slug, self._outcome(slug))

    def _settled(self) -> list[str]:
        """The courses that were asked for, once no more of them come."""
        wanted = [self._wanted.get()]
        while True:
            try:
                wanted.append(self._wanted.get(timeout=_SETTLES))
            except queue.Empty:
                return list(dict.fromkeys(wanted))

    def _keep(self, slug: str, problem: Exception | None) -> None:
        with self._changing:
            before = self._states[slug]
            if before.stage == "waiting":  # changed again meanwhile: its turn is still to come
                self._states[slug] = replace(before, runs=before.runs + 1)
            else:
                stage: Stage = "failed" if problem else "idle"
                self._states[slug] = IndexingState(stage, problem=problem, runs=before.runs + 1)

    def _outcome(self, slug: str) -> Exception | None:
        """Index it; why, where that failed."""
        self._show(slug, Indexing("", 0, 0, 0))
        try:
            self._index(slug)
        except CourseGone:
            return None
        except (CorpusError, RagError) as error:
            return error.with_traceback(None)
        except Exception:  # noqa: BLE001 - logged; the thread must outlive a defect met with one course
            _log.exception("Indexing %s failed", slug)
            return _BROKE
        return None

    def _index(self, slug: str) -> None:
        folder = self._courses[slug].folder
        try:
            course = read_course(folder)
        except CourseEmpty:
            self._courses.withdraw(slug)  # its last file was deleted, and must not be cited any more
            return
        assistant = self._indexes.open(course, progress=lambda at: self._show(slug, at))
        try:
            self._courses.publish(slug, assistant, self._indexes.following(folder, assistant))
        except CourseGone:
            self._indexes.remove(folder)
            raise

    def _show(self, slug: str, at: Indexing) -> None:
        with self._changing:
            before = self._states.get(slug, IndexingState())
            if before.stage == "waiting" and at.total:
                return  # another change came while this one is being read
            self._states[slug] = IndexingState("reading", at.name, at.done, at.total, at.passages, runs=before.runs)
