"""Evaluation: the course's question set run from the page, its reports, and the difference to the run before."""

from __future__ import annotations

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response

from ui.corrections import EVALUATION_FILE
from ui.errors import EXPECTED, FileGone, UploadTooLarge
from ui.instructor.access import TheInstructor
from ui.instructor.desk import TheCourse, TheDesk
from ui.instructor.pages import back_to, page, texts_of

router = APIRouter(prefix="/courses/{slug}/evaluation")

LARGEST_SET = 5 * 2**20
"""Bytes of a question set."""

REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
    "frame-ancestors 'self'; sandbox allow-scripts"
)
"""A report is one file with its style and script inside; the sandbox keeps it from everything of ours."""


@router.get("")
def evaluation(request: Request, desk: TheDesk, course: TheCourse) -> Response:
    """The question set; the runs so far, the newest with its difference to the one before."""
    try:
        count, set_problem = desk.evaluator.count(course), None
    except EXPECTED as error:  # whoever wrote the file by hand is told, and can replace it
        count, set_problem = 0, error
    return page(
        request,
        "evaluation.html",
        course=course,
        tab="evaluation",
        count=count,
        set_problem=set_problem,
        most=LARGEST_SET,
        state=desk.evaluator.state(course.slug),
        runs=desk.evaluator.shown(course),
    )


@router.post("")
def start(request: Request, desk: TheDesk, course: TheCourse, who: TheInstructor) -> Response:
    """Run the set."""
    desk.evaluator.start(course.slug)
    desk.note(who, "evaluation_started", course.slug)
    return back_to(request, f"/courses/{course.slug}/evaluation")


@router.post("/questions")
async def replace_set(request: Request, desk: TheDesk, course: TheCourse, who: TheInstructor, name: str) -> Response:
    """Take a question set, the bytes of its file being the request's body."""
    desk.folder(course)
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > LARGEST_SET:
            size = f"{LARGEST_SET // 2**20} MB"
            raise UploadTooLarge("{name} is larger than {size}, the most for one file; split it.", name=name, size=size)
    count = await run_sync(desk.evaluator.replace_set, course, name, content)
    await run_sync(desk.note, who, "question_set_replaced", course.slug, name)
    return JSONResponse({"count": count})


@router.get("/questions.jsonl")
def download_set(course: TheCourse) -> Response:
    """The set as it is asked, with the cases of corrections."""
    path = course.folder / EVALUATION_FILE
    if not path.is_file():
        raise FileGone("{name} is not here any more.", name=EVALUATION_FILE)
    return FileResponse(path, media_type="application/jsonl", filename=f"{course.slug}.jsonl")


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
