"""Evaluator: a course's question set asked in the background, one course at a time, and its runs.

How a run is made and compared is `eval`'s business; the composition root passes it in.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from rag import Assistant
from ui.corrections import EVALUATION_FILE, CorrectionFiles
from ui.courses import Courses, OfferedCourse
from ui.errors import EXPECTED, EvaluationBusy, ProgramBroke

_BROKE = ProgramBroke("The evaluation broke off because of an error of the program; its log says which.")

_log = logging.getLogger(__name__)

ShowAsked = Callable[[str, int, int], None]
"""Told the stage, and how many of its questions are done of how many."""


class MeasureShown(Protocol):
    """One measure of a run, and its difference to the run before, in words."""

    @property
    def label(self) -> str: ...  # noqa: D102
    @property
    def value(self) -> str: ...  # noqa: D102
    @property
    def interval(self) -> str: ...  # noqa: D102
    @property
    def before(self) -> str: ...  # noqa: D102
    @property
    def change(self) -> str: ...  # noqa: D102
    @property
    def verdict(self) -> str: ...  # noqa: D102


class RunShown(Protocol):
    """A finished run, as `eval.course_runs.ShownRun`."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def started(self) -> str: ...  # noqa: D102
    @property
    def questions(self) -> int: ...  # noqa: D102
    @property
    def measures(self) -> Sequence[MeasureShown]: ...  # noqa: D102
    @property
    def has_before(self) -> bool: ...  # noqa: D102
    @property
    def won(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def lost(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def changed(self) -> Sequence[str]: ...  # noqa: D102


class Evaluations(Protocol):
    """What the composition root passes in. Each may raise an error with a sentence for a person."""

    def run(self, assistant: Assistant, questions: Path, runs: Path, show: ShowAsked) -> None:
        """Ask the set into a new folder below `runs`, score it and write its report."""

    def count(self, questions: Path) -> int:
        """How many questions the set has."""

    def rows(self, content: bytes, name: str) -> Sequence[dict[str, Any]]:
        """The questions of a .jsonl or .csv file of that name, as the JSON objects of a set."""

    def shown(self, runs: Path) -> Sequence[RunShown]:
        """The finished runs, the newest first."""

    def report(self, runs: Path, name: str) -> bytes:
        """The report of one of them, as HTML."""


@dataclass(frozen=True, slots=True)
class EvaluationState:
    """How far the run of a course is; `problem` is why the last one failed."""

    busy: bool = False
    stage: str = ""
    done: int = 0
    total: int = 0
    problem: Exception | None = None


class Evaluator:
    """Runs the question sets of courses, and shows what came of it. For any thread."""

    def __init__(self, courses: Courses, evaluations: Evaluations, runs: Path) -> None:
        self._courses = courses
        self._evaluations = evaluations
        self._runs = runs
        self._states: dict[str, EvaluationState] = {}
        self._changing = threading.Lock()

    def start(self, slug: str) -> None:
        """Run the set of this course as it is now.

        Raises `EvaluationBusy` while one is running, `CourseGone` or `CourseNotReady`.
        """
        assistant, questions = self._courses.assistant(slug), self._courses[slug].folder / EVALUATION_FILE
        with self._changing:
            if any(state.busy for state in self._states.values()):
                raise EvaluationBusy("An evaluation is running already; wait until it has ended.")
            self._states[slug] = EvaluationState(busy=True)
        arguments = (slug, assistant, questions)
        threading.Thread(target=self._work, args=arguments, name="evaluating", daemon=True).start()

    def state(self, slug: str) -> EvaluationState:
        """How far it is."""
        with self._changing:
            return self._states.get(slug, EvaluationState())

    def count(self, course: OfferedCourse) -> int:
        """How many questions the course's set has."""
        return self._evaluations.count(course.folder / EVALUATION_FILE)

    def replace_set(self, course: OfferedCourse, name: str, content: bytes) -> int:
        """Put the questions of an uploaded file in the place of the course's own; how many there are now.

        The cases that corrections added stay. Raises an error with a sentence for a person, or `NotSaved`.
        """
        return CorrectionFiles(course.folder).replace_questions(self._evaluations.rows(content, name))

    def shown(self, course: OfferedCourse) -> Sequence[RunShown]:
        """The course's runs, the newest first."""
        return self._evaluations.shown(self._runs / course.slug)

    def report(self, course: OfferedCourse, name: str) -> bytes:
        """The report of one of them."""
        return self._evaluations.report(self._runs / course.slug, name)

    def _work(self, slug: str, assistant: Assistant, questions: Path) -> None:
        problem: Exception | None = None
        try:
            self._evaluations.run(assistant, questions, self._runs / slug, lambda *at: self._show(slug, *at))
        except EXPECTED as error:
            problem = error.with_traceback(None)
        except Exception:  # noqa: BLE001 - logged; the page says that it broke off
            _log.exception("Evaluating %s failed", slug)
            problem = _BROKE
        finally:
            with self._changing:
                self._states[slug] = EvaluationState(problem=problem)

    def _show(self, slug: str, stage: str, done: int, total: int) -> None:
        with self._changing:
            self._states[slug] = replace(self._states[slug], stage=stage, done=done, total=total)
