"""Evaluations: a course's question set run, and what came of it, as on the instructors' pages."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from starlette.responses import HTMLResponse, JSONResponse, Response

from ui.api.errors import errors
from ui.api.service import TheDesk, course_for, may
from ui.api.shapes import EvaluationsShape, EvaluationStateShape
from ui.courses import OfferedCourse
from ui.evaluator import EvaluationState, RunShown
from ui.instructor.evaluation_routes import REPORT_POLICY
from ui.learner import Learner

router = APIRouter(prefix="/courses/{course}/evaluations")

TheCourse = Annotated[OfferedCourse, Depends(course_for("evaluate"))]
Examiner = Annotated[Learner, Depends(may("evaluate"))]

_PAGE = {"content": {"text/html": {"schema": {"type": "string"}}}}
_MEASURE = ("label", "value", "interval", "before", "change", "verdict")


@router.get(
    "",
    summary="List the runs of a course",
    response_model=EvaluationsShape,
    responses=errors(401, 403, 404, 422, 429, 503),
)
def evaluations(desk: TheDesk, course: TheCourse) -> Response:
    """The newest first, each with its difference to the one before; and how far one is that is running."""
    runs = [_run(run) for run in desk.evaluator.shown(course)]
    return JSONResponse({"state": _state(desk.evaluator.state(course.slug)), "runs": runs})


@router.post(
    "",
    summary="Run the question set of a course",
    status_code=202,
    response_model=EvaluationStateShape,
    responses=errors(401, 403, 404, 409, 422, 429, 503),
)
def start(desk: TheDesk, course: TheCourse, who: Examiner) -> Response:
    """One evaluation runs at a time."""
    desk.evaluator.start(course.slug)
    desk.note(who, "evaluation_started", course.slug)
    return JSONResponse(_state(desk.evaluator.state(course.slug)), status_code=202)


@router.get(
    "/{run}/report",
    summary="Read the report of a run",
    responses={200: _PAGE, **errors(401, 403, 404, 422, 429, 503)},
)
def report(desk: TheDesk, course: TheCourse, run: Annotated[str, Path(max_length=200)]) -> Response:
    """One file for a browser."""
    return HTMLResponse(desk.evaluator.report(course, run), headers={"Content-Security-Policy": REPORT_POLICY})


def _run(run: RunShown) -> dict[str, Any]:
    measures = [{name: getattr(measure, name) for name in _MEASURE} for measure in run.measures]
    row: dict[str, Any] = {"name": run.name, "started": run.started, "questions": run.questions, "measures": measures}
    return row | {"won": list(run.won), "lost": list(run.lost), "changed": list(run.changed)}


def _state(at: EvaluationState) -> dict[str, Any]:
    problem = str(at.problem or "")
    return {"busy": at.busy, "stage": at.stage, "done": at.done, "total": at.total, "problem": problem}
