"""Desk: what the instructors' pages work with, handed to each route."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Final, cast

from fastapi import Depends, Request

from ui.courses import Courses, OfferedCourse
from ui.errors import CourseUnchangeable, JournalError, NotSignedIn
from ui.evaluator import Evaluator
from ui.indexer import Indexer
from ui.indexes import CourseIndexes
from ui.journal import Journal
from ui.journal.audit import Act
from ui.learner import LOCAL, Learner
from ui.uploads import CourseFolder, UploadLimits

MOUNTED_AT: Final = "/instructor"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """The courses of the server with their indexes, what was asked of them, and how good the answers are.

    `learner_of` says who asks, None for nobody known; `base` is the address by which others reach the server. With
    `reports`, learning platforms can be told who took part in an activity.
    """

    courses: Courses
    indexes: CourseIndexes
    indexer: Indexer
    journal: Journal
    evaluator: Evaluator
    learner_of: Callable[[Request], Learner | None] = lambda _request: LOCAL
    limits: UploadLimits = field(default_factory=UploadLimits)
    base: str = ""
    reports: bool = False

    def note(self, who: Learner, act: Act, course_id: str = "", subject: str = "") -> None:
        """Put into the audit log what has just been done; where it cannot be kept, the server's own log has it."""
        try:
            self.journal.audit.note(who, act, course_id, subject)
        except JournalError as error:
            _log.error("Not in the audit log (%s): %s %s %s %r", error, who.id, act, course_id, subject)

    def folder(self, course: OfferedCourse) -> CourseFolder:
        """The course's files, to be changed. Raises `CourseUnchangeable` for those of the included course."""
        if not course.editable:
            raise CourseUnchangeable(
                "{title} comes with the program; make a copy of it, and change that.", title=course.title
            )
        return CourseFolder(course.folder, self.limits)


def desk_of(request: Request) -> Desk:
    """The desk of the app that a request came to."""
    return cast(Desk, request.app.state.desk)


def course_of(request: Request, slug: str) -> OfferedCourse:
    """The course that the address names, where whoever asks may open it. Raises `CourseGone`, or `NotSignedIn`."""
    desk = desk_of(request)
    learner = desk.learner_of(request)
    if learner is None:
        raise NotSignedIn("Sign in first.")
    return desk.courses.opened(slug, learner)


TheDesk = Annotated[Desk, Depends(desk_of)]
TheCourse = Annotated[OfferedCourse, Depends(course_of)]
