"""API keys as admins see them: made, listed and revoked. A key itself is shown once, when it is made."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from ui.errors import KeyInvalid
from ui.instructor.access import TheInstructor, of_admins
from ui.instructor.desk import Desk, TheDesk
from ui.instructor.pages import back_to, page, texts_of
from ui.journal.keys import PER_MINUTE
from ui.learner import RIGHTS
from ui.texts.errors import said

router = APIRouter(prefix="/keys", dependencies=[Depends(of_admins)])

Text = Annotated[str, Form()]
Texts = Annotated[list[str], Form()]


@router.get("")
def keys(request: Request, desk: TheDesk) -> Response:
    """All of them, and a form for a new one."""
    return _page(request, desk)


@router.post("")
def add(  # noqa: PLR0913, PLR0917 - one for each field of the form
    request: Request,
    desk: TheDesk,
    who: TheInstructor,
    name: Text = "",
    right: Texts = [],  # noqa: B006 - FastAPI's way
    course: Texts = [],  # noqa: B006
    per_minute: Text = str(PER_MINUTE),
    days: Text = "",
) -> Response:
    """Make one, and show it, this once."""
    try:
        key, secret = desk.journal.keys.add(
            name, right, course or None, _number(per_minute), _number(days) if days.strip() else None
        )
    except KeyInvalid as error:
        return _page(request, desk, 422, problem=said(error, texts_of(request).language))
    desk.note(who, "key_added", subject=key.learner.name)
    response = _page(request, desk, secret=secret)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/revoke")
def revoke(request: Request, desk: TheDesk, who: TheInstructor, name: Text = "") -> Response:
    """Make one worthless."""
    key = desk.journal.keys.revoke(name)
    desk.note(who, "key_revoked", subject=key.learner.name)
    return back_to(request, "/keys")


def _number(text: str) -> int:
    """0, which is never allowed, for anything that is no number."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _page(request: Request, desk: Desk, status: int = 200, *, problem: str = "", secret: str = "") -> Response:
    return page(
        request,
        "keys.html",
        status=status,
        keys=desk.journal.keys.all(),
        titles={course.slug: course.title for course in desk.courses},
        rights=RIGHTS,
        per_minute=PER_MINUTE,
        problem=problem,
        secret=secret,
    )
