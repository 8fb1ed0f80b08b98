"""The audit log as admins see it: who did what, the newest first."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from ui.instructor.access import of_admins
from ui.instructor.desk import TheDesk
from ui.instructor.pages import page

router = APIRouter(prefix="/audit", dependencies=[Depends(of_admins)])


@router.get("")
def audit(request: Request, desk: TheDesk) -> Response:
    """The newest acts."""
    titles = {course.slug: course.title for course in desk.courses}
    return page(request, "audit.html", acts=desk.journal.audit.latest(), titles=titles)
