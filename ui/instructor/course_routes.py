"""Courses and their files: created, renamed, deleted; uploaded, replaced, deleted; and what was read of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import JSONResponse, Response

from corpus import FileReport
from ui.courses import LANGUAGES, OfferedCourse
from ui.errors import NotSaved, UploadRefused
from ui.instructor.access import TheInstructor, of_whole_server
from ui.instructor.desk import Desk, TheCourse, TheDesk
from ui.instructor.pages import back_to, explained, page, texts_of
from ui.texts.errors import said
from ui.uploads import CourseFolder, StoredFile

router = APIRouter()
_WHOLE = (Depends(of_whole_server),)


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file as it lies there, and what was read of it; None as long as it is not in the index that answers."""

    stored: StoredFile
    report: FileReport | None


@router.get("/")
def courses(request: Request, desk: TheDesk, who: TheInstructor) -> Response:
    """The courses of whoever asks, and a form for a new one."""
    mine = desk.courses.open_to(who)
    listed = [(course, len(_stored(course)), desk.indexer.state(course.slug)) for course in mine]
    return page(request, "courses.html", courses=listed, languages=LANGUAGES)


@router.post("/courses", dependencies=_WHOLE)
def create(
    request: Request,
    desk: TheDesk,
    who: TheInstructor,
    title: Annotated[str, Form()] = "",
    language: Annotated[str, Form()] = "en",
) -> Response:
    """Create a course without files."""
    course = desk.courses.create(title, language if language in LANGUAGES else "en")
    desk.note(who, "course_created", course.slug, course.title)
    return back_to(request, f"/courses/{course.slug}")


@router.get("/courses/{slug}")
def course_page(request: Request, desk: TheDesk, course: TheCourse) -> Response:
    """The files of a course."""
    return page(request, "course.html", course=course, tab="files", **_files(desk, course))


@router.get("/courses/{slug}/state")
def state(request: Request, desk: TheDesk, course: TheCourse) -> Response:
    """How far indexing is, for our script."""
    at = desk.indexer.state(course.slug)
    share = round(100 * at.done / at.total) if at.total else 0
    problem = said(at.problem, texts_of(request).language) if at.problem else ""
    shown = {"stage": at.stage, "name": at.name, "percent": share, "passages": at.passages, "problem": problem}
    return JSONResponse({**shown, "busy": at.busy, "runs": at.runs, "ready": course.ready})


@router.get("/courses/{slug}/table")
def table(request: Request, desk: TheDesk, course: TheCourse) -> Response:
    """The table of files alone, to be shown in the place of the one before."""
    return page(request, "files.html", course=course, **_files(desk, course))


@router.post("/courses/{slug}/files")
async def upload(request: Request, desk: TheDesk, course: TheCourse, who: TheInstructor, name: str) -> Response:
    """Take one file, its bytes being the request's body, as they come."""
    length = request.headers.get("content-length", "")
    try:
        stored = await desk.folder(course).receive(name, int(length) if length.isdecimal() else None, request.stream())
    except (UploadRefused, NotSaved) as error:
        response = explained(request, error)
        response.headers["Connection"] = "close"  # what is still to come of the file is not read
        return response
    desk.indexer.request(course.slug)
    await run_sync(desk.note, who, "file_uploaded", course.slug, stored.name)
    return JSONResponse({"name": stored.name, "size": stored.size})


@router.post("/courses/{slug}/files/delete")
def delete_file(
    request: Request, desk: TheDesk, course: TheCourse, who: TheInstructor, name: Annotated[str, Form()] = ""
) -> Response:
    """Delete one file; what was read of it answers no more once the course is indexed again."""
    desk.folder(course).delete(name)
    desk.note(who, "file_deleted", course.slug, name)
    desk.indexer.request(course.slug)
    return back_to(request, f"/courses/{course.slug}")


@router.post("/courses/{slug}/rename")
def rename(
    request: Request, desk: TheDesk, course: TheCourse, who: TheInstructor, title: Annotated[str, Form()] = ""
) -> Response:
    """Give the course another title."""
    desk.courses.rename(course.slug, title)
    desk.note(who, "course_renamed", course.slug, title)
    desk.indexer.request(course.slug)
    return back_to(request, f"/courses/{course.slug}")


@router.post("/courses/{slug}/copy", dependencies=_WHOLE)
def copy(request: Request, desk: TheDesk, course: TheCourse, who: TheInstructor) -> Response:
    """Make a course of the same files that can be changed."""
    made = desk.courses.copy(course.slug)
    desk.indexer.request(made.slug)
    desk.note(who, "course_copied", made.slug, course.title)
    return back_to(request, f"/courses/{made.slug}")


@router.post("/courses/{slug}/delete", dependencies=_WHOLE)
def delete(request: Request, desk: TheDesk, course: TheCourse, who: TheInstructor) -> Response:
    """Delete the course with everything in it."""
    desk.courses.delete(course.slug)
    desk.note(who, "course_deleted", course.slug, course.title)
    return back_to(request, "/")


def _files(desk: Desk, course: OfferedCourse) -> dict[str, Any]:
    reports = {report.name: report for report in (course.current().report.files if course.current else ())}
    files = [ShownFile(stored, reports.get(stored.name)) for stored in _stored(course)]
    return {
        "files": files,
        "state": desk.indexer.state(course.slug),
        "limits": desk.limits,
        "size": sum(file.stored.size for file in files),
        "passages": sum(file.report.passages for file in files if file.report),
    }


def _stored(course: OfferedCourse) -> list[StoredFile]:
    return CourseFolder(course.folder).files()
