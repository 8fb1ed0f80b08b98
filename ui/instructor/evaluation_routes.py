"""Evaluation: the course's question set run from the page, its reports, and the difference to the run before."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from ui.instructor.desk import TheCourse, TheDesk
from ui.instructor.pages import back_to, page, texts_of

router = APIRouter(prefix="/courses/{slug}/evaluation")

REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
    "frame-ancestors 'none'; sandbox allow-scripts"
)
"""A report is one file with its style and script inside; the sandbox keeps it from everything of ours."""


@router.get("")
def evaluation(request: Request, desk: TheDesk, course: TheCourse) -> Response:
    """The runs so far, the newest with its difference to the one before."""
    return page(
        request,
        "evaluation.html",
        course=course,
        tab="evaluation",
        count=desk.evaluator.count(course),
        state=desk.evaluator.state(course.slug),
        runs=desk.evaluator.shown(course),
    )


@router.post("")
def start(request: Request, desk: TheDesk, course: TheCourse) -> Response:
    """Run the set."""
    desk.evaluator.start(course.slug)
    return back_to(request, f"/courses/{course.slug}/evaluation")


@router.get("/state")
def state(request: Request, desk: TheDesk, course: TheCourse) -> Response:
    """How far a run is, for our script."""
    at = desk.evaluator.state(course.slug)
    texts = texts_of(request)
    stage = texts.stages.get(at.stage, texts.running)
    said = f"{stage} {at.done}/{at.total}" if at.total else texts.running
    return JSONResponse({"busy": at.busy, "done": at.done, "total": at.total, "said": said})


@router.get("/runs/{name}/report.html")
def report(desk: TheDesk, course: TheCourse, name: str) -> Response:
    """The report of a run."""
    return HTMLResponse(desk.evaluator.report(course, name), headers={"Content-Security-Policy": REPORT_POLICY})
