"""Documents: the files of a course, as instructors change them on their pages; and what was read of each."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import JSONResponse, Response

from ui.api.errors import errors
from ui.api.service import TheDesk, course_for, may
from ui.api.shapes import DocumentsShape, IndexingShape, StoredShape
from ui.courses import OfferedCourse
from ui.errors import NotSaved, UploadRefused
from ui.http_errors import told
from ui.indexer import IndexingState
from ui.learner import Learner
from ui.uploads import CourseFolder

router = APIRouter(prefix="/courses/{course}")

TheCourse = Annotated[OfferedCourse, Depends(course_for("documents"))]
Changer = Annotated[Learner, Depends(may("documents"))]
Name = Annotated[str, Path(max_length=1_000, description="The file's path in the course, as it is listed.")]

_BODY = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}}


@router.get(
    "/documents",
    summary="List the files of a course",
    response_model=DocumentsShape,
    responses=errors(401, 403, 404, 422, 429, 503, 507),
)
def documents(desk: TheDesk, course: TheCourse) -> Response:
    """Each with what was read of it: passages, warnings, or why it was skipped."""
    reports = {report.name: report for report in (course.current().report.files if course.current else ())}
    files = [
        asdict(stored) | {"report": asdict(reports[stored.name]) if stored.name in reports else None}
        for stored in CourseFolder(course.folder).files()
    ]
    return JSONResponse({"files": files, "indexing": _indexing(desk.indexer.state(course.slug))})


@router.get(
    "/indexing",
    summary="See how far indexing is",
    response_model=IndexingShape,
    responses=errors(401, 403, 404, 422, 429, 503),
)
def indexing(desk: TheDesk, course: TheCourse) -> Response:
    """What was uploaded answers once it is no longer busy; until then, what was read before does."""
    return JSONResponse(_indexing(desk.indexer.state(course.slug)))


@router.put(
    "/documents/{name:path}",
    summary="Upload or replace a file",
    status_code=202,
    response_model=StoredShape,
    responses=errors(401, 403, 404, 408, 409, 413, 422, 429, 503, 507),
    openapi_extra=_BODY,
)
async def upload(request: Request, desk: TheDesk, course: TheCourse, who: Changer, name: Name) -> Response:
    """The body is the file itself; it is kept under the last part of `name`, or replaces the one of that path."""
    length = request.headers.get("content-length", "")
    size = int(length) if length.isdecimal() else None
    try:
        stored = await desk.folder(course).receive(name, size, request.stream())
    except (UploadRefused, NotSaved) as error:
        response = told(error)
        response.headers["Connection"] = "close"  # what is still to come of the file is not read
        return response
    desk.indexer.request(course.slug)
    await run_sync(desk.note, who, "file_uploaded", course.slug, stored.name)
    return JSONResponse(asdict(stored), status_code=202)


@router.delete(
    "/documents/{name:path}",
    summary="Delete a file",
    status_code=204,
    responses=errors(401, 403, 404, 409, 422, 429, 503, 507),
)
def delete(desk: TheDesk, course: TheCourse, who: Changer, name: Name) -> Response:
    """What was read of it answers no more once the course is indexed again."""
    desk.folder(course).delete(name)
    desk.indexer.request(course.slug)
    desk.note(who, "file_deleted", course.slug, name)
    return Response(status_code=204)


def _indexing(at: IndexingState) -> dict[str, Any]:
    shown = {"stage": at.stage, "busy": at.busy, "name": at.name, "done": at.done, "total": at.total}
    return shown | {"passages": at.passages, "problem": str(at.problem or "")}
