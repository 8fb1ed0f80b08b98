"""Courses: which there are; and, as on the instructors' pages, created, changed, copied and deleted."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import JSONResponse, Response

from ui.api.errors import BODY_ERRORS, errors
from ui.api.service import TheDesk, TheService, course_for, may, of_whole_server
from ui.api.shapes import CourseChange, CourseRequest, CourseShape, CoursesShape
from ui.courses import OfferedCourse
from ui.learner import Learner, Right

router = APIRouter()
changing = APIRouter()

_CONCERNED: tuple[Right, ...] = ("ask", "documents", "courses", "evaluate")
"""Whoever does something with courses must find them."""

Reader = Annotated[Learner, Depends(may(*_CONCERNED))]
Changer = Annotated[Learner, Depends(may("courses"))]
Owner = Annotated[Learner, Depends(of_whole_server)]
TheCourse = Annotated[OfferedCourse, Depends(course_for("courses"))]


@router.get("/courses", summary="List the courses", response_model=CoursesShape, responses=errors(401, 403, 429, 503))
def courses(reader: Reader, service: TheService) -> Response:
    """The courses that whoever asks may open; those that are not `ready` have no material yet."""
    return JSONResponse({"courses": [_row(course) for course in service.courses.open_to(reader)]})


@router.get(
    "/courses/{course}",
    summary="Look at a course",
    response_model=CourseShape,
    responses=errors(401, 403, 404, 422, 429, 503),
)
def course(course: Annotated[OfferedCourse, Depends(course_for(*_CONCERNED))]) -> Response:
    """One of them."""
    return JSONResponse(_row(course))


@changing.post(
    "/courses",
    summary="Create a course",
    status_code=201,
    response_model=CourseShape,
    responses=errors(*BODY_ERRORS, 401, 403, 409, 429, 503, 507),
)
def create(desk: TheDesk, who: Owner, wanted: CourseRequest) -> Response:
    """Without any file; it is asked by the `id` that it gets, once files were uploaded and read."""
    made = desk.courses.create(wanted.title, wanted.language)
    desk.note(who, "course_created", made.slug, made.title)
    return JSONResponse(_row(made), status_code=201)


@changing.patch(
    "/courses/{course}",
    summary="Rename a course, or change its language",
    response_model=CourseShape,
    responses=errors(*BODY_ERRORS, 401, 403, 404, 409, 429, 503, 507),
)
def change(desk: TheDesk, who: Changer, course: TheCourse, wanted: CourseChange) -> Response:
    """Its `id` stays. A new language holds once the course is indexed again, which begins at once."""
    if wanted.title is not None:
        desk.courses.rename(course.slug, wanted.title)
        desk.note(who, "course_renamed", course.slug, course.title)
    if wanted.language is not None:
        desk.courses.speak(course.slug, wanted.language)
        desk.note(who, "language_changed", course.slug, wanted.language)
    desk.indexer.request(course.slug)
    return JSONResponse(_row(course))


@changing.post(
    "/courses/{course}/copies",
    summary="Copy a course",
    status_code=201,
    response_model=CourseShape,
    responses=errors(401, 403, 404, 409, 422, 429, 503, 507),
)
def copy(desk: TheDesk, who: Owner, course: TheCourse) -> Response:
    """A new course with the same files, which can be changed; it answers once these are read."""
    made = desk.courses.copy(course.slug)
    desk.indexer.request(made.slug)
    desk.note(who, "course_copied", made.slug, course.title)
    return JSONResponse(_row(made), status_code=201)


@changing.delete(
    "/courses/{course}",
    summary="Delete a course",
    status_code=204,
    responses=errors(401, 403, 404, 409, 422, 429, 503, 507),
)
def delete(desk: TheDesk, who: Owner, course: TheCourse) -> Response:
    """With all of its files, for good; folders that the server was given are not its to delete."""
    desk.courses.delete(course.slug)
    desk.note(who, "course_deleted", course.slug, course.title)
    return Response(status_code=204)


def _row(course: OfferedCourse) -> dict[str, Any]:
    return {
        "id": course.slug,
        "title": course.title,
        "ready": course.ready,
        "language": course.language,
        "documents": len(course.current().documents) if course.current else 0,
        "origin": course.origin,
    }
