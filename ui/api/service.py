"""Service: what the API works with, handed to each route; and who may call what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Path, Request

from ui.api.limits import ApiLimits
from ui.asking import Asking
from ui.courses import Courses, OfferedCourse
from ui.errors import CourseGone, NotAllowed, NotSignedIn
from ui.instructor import Desk
from ui.journal import Journal
from ui.keeping import Keeper
from ui.learner import Learner, Right
from ui.sign_in import learner_of


@dataclass(frozen=True)
class Service:
    """The courses of the server, the line in which questions wait, and where they are kept; no `journal`, nowhere.

    With a `desk`, programs may also change courses and run their evaluations, as instructors do.
    """

    courses: Courses
    asking: Asking
    keeper: Keeper
    journal: Journal | None = None
    desk: Desk | None = None
    limits: ApiLimits = field(default_factory=ApiLimits)

    def course(self, slug: str, learner: Learner) -> OfferedCourse:
        """The course of that slug; for an empty one, the only one there is. Raises `CourseGone`."""
        if slug:
            return self.courses.opened(slug, learner)
        mine = [course for course in self.courses.open_to(learner) if course.ready]
        if len(mine) != 1:
            raise CourseGone("Say which course is asked: its id, from /api/v1/courses, as `course`.")
        return mine[0]


def service_of(request: Request) -> Service:
    """The service of the app that a request came to."""
    return cast(Service, request.app.state.service)


def may(*rights: Right) -> Callable[[Request], Learner]:
    """What finds out who asks. Raises `NotSignedIn`, or `NotAllowed` for those who have none of these rights."""

    def allowed(request: Request) -> Learner:
        learner = learner_of(request)
        if learner is None:
            raise NotSignedIn("Send an API key: Authorization: Bearer …")
        if not any(learner.may(right) for right in rights):
            raise NotAllowed(f"This needs the right `{'` or `'.join(rights)}`, which whoever asks does not have.")
        return learner

    return allowed


def desk_of(request: Request) -> Desk:
    """What courses are changed with: only the routes of a service that has one ask for it."""
    return cast(Desk, service_of(request).desk)


def of_whole_server(request: Request) -> Learner:
    """Who may let courses come and go. Raises as `may`; `NotAllowed` also for those who have only some of them."""
    learner = may("courses")(request)
    if learner.courses is not None:
        raise NotAllowed("Courses are created, copied and deleted by those alone to whom all courses are open.")
    return learner


def course_for(*rights: Right) -> Callable[[Request, str], OfferedCourse]:
    """What finds the course of an address, for those with one of these rights. Raises as `may`, and `CourseGone`."""

    def opened(request: Request, course: CourseId) -> OfferedCourse:
        return service_of(request).courses.opened(course, may(*rights)(request))

    return opened


CourseId = Annotated[str, Path(max_length=200, description="The id of a course.")]
TheService = Annotated[Service, Depends(service_of)]
TheDesk = Annotated[Desk, Depends(desk_of)]
Asker = Annotated[Learner, Depends(may("ask"))]
