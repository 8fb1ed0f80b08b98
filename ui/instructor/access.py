"""Who may use the instructors' pages, and did they mean it: the one place where rights and tokens are checked."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request

from ui.csrf import FIELD, HEADER, refuse_forged
from ui.errors import NotAllowed, NotSignedIn
from ui.instructor.desk import MOUNTED_AT, desk_of
from ui.learner import Learner

_SAFE = ("GET", "HEAD")


def instructor(request: Request) -> Learner:
    """Who asks. Raises `NotSignedIn`, or `NotAllowed` for a learner."""
    who = desk_of(request).learner_of(request)
    if who is None:
        raise NotSignedIn("Sign in first.")
    if not who.teaches:
        raise NotAllowed("Only instructors may open this page; ask for that role whoever runs this server.")
    return who


def of_whole_server(who: Annotated[Learner, Depends(instructor)]) -> None:
    """Raise `NotAllowed` for those who teach some courses alone: courses come and go without them."""
    if not who.teaches_everywhere:
        raise NotAllowed("You may not create, copy or delete courses; ask whoever runs this server.")


def of_admins(who: Annotated[Learner, Depends(instructor)]) -> None:
    """Raise `NotAllowed` for anybody but the admins of the whole server."""
    if not who.administers:
        raise NotAllowed("Only admins may open this page; ask whoever runs this server.")


async def genuine(request: Request, _who: Annotated[Learner, Depends(instructor)]) -> None:
    """Raise `NotAllowed` where a request that changes something does not come from our own page."""
    if request.method in _SAFE:
        return
    given = request.headers.get(HEADER)
    if given is None and request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        given = str((await request.form()).get(FIELD, ""))
    refuse_forged(request, given or "")


def sign_in_address(request: Request) -> str:
    """Where somebody unknown signs in, to come back to the page that was asked for."""
    page = request.scope["root_path"] + request.scope["path"].removeprefix(request.scope["root_path"])
    return f"{request.scope['root_path'].removesuffix(MOUNTED_AT)}/login?next={quote(page)}"


TheInstructor = Annotated[Learner, Depends(instructor)]
