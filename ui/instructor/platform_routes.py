"""Learning platforms as admins see them: from which ones people may come, registered, invited and removed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from ui.errors import PlatformInvalid
from ui.instructor.access import TheInstructor, of_admins
from ui.instructor.desk import Desk, TheDesk
from ui.instructor.pages import back_to, page, texts_of
from ui.journal import Registration
from ui.learner import LOCAL
from ui.lti.kinds import Kind, usual_addresses
from ui.lti.registrations import complete
from ui.texts.errors import said

router = APIRouter(prefix="/platforms", dependencies=[Depends(of_admins)])

Text = Annotated[str, Form()]


@router.get("")
def platforms(request: Request, desk: TheDesk) -> Response:
    """All of them, and forms for a new one."""
    return _page(request, desk)


@router.post("")
def add(  # noqa: PLR0913, PLR0917 - one for each field of the form
    request: Request,
    desk: TheDesk,
    who: TheInstructor,
    issuer: Text = "",
    client_id: Text = "",
    deployments: Text = "",
    kind: Text = "",
    auth_url: Text = "",
    token_url: Text = "",
    jwks_url: Text = "",
    origins: Text = "",
    name: Text = "",
    participation: Text = "",
) -> Response:
    """Register one. Addresses of the network that the server is in are for the command line alone."""
    if who == LOCAL:
        return _locked_out(request, desk)
    usual = usual_addresses(Kind(kind), issuer) if kind in set(Kind) else ("", "", "")
    given = Registration(
        name,
        issuer.strip(),
        client_id.strip(),
        auth_url.strip() or usual[0],
        token_url.strip() or usual[1],
        jwks_url.strip() or usual[2],
        frozenset(deployments.replace(",", " ").split()),
        frozenset(origins.replace(",", " ").split()),
        participation=desk.reports and participation == "yes",
    )
    try:
        platform = desk.journal.platforms.put(complete(given))
    except PlatformInvalid as error:
        return _page(request, desk, 422, problem=said(error, texts_of(request).language))
    desk.note(who, "platform_added", subject=platform.registration.issuer)
    return back_to(request, "/platforms")


@router.post("/invite")
def invite(request: Request, desk: TheDesk, who: TheInstructor) -> Response:
    """Show an address with which one platform may register itself, this once."""
    if who == LOCAL:
        return _locked_out(request, desk)
    invitation = desk.journal.platforms.invite()
    desk.note(who, "platform_invited")
    return _page(request, desk, invitation=f"{desk.base}/lti/register?invitation={invitation}")


@router.post("/remove")
def remove(request: Request, desk: TheDesk, who: TheInstructor, number: Text = "") -> Response:
    """Let nobody in from one any more."""
    removed = desk.journal.platforms.remove(int(number) if number.isdecimal() and len(number) < 10 else 0)
    desk.note(who, "platform_removed", subject=removed.registration.issuer)
    return back_to(request, "/platforms")


def _locked_out(request: Request, desk: Desk) -> Response:
    """Whoever would let a platform in here would be let in themselves no more."""
    error = PlatformInvalid(
        "Once a platform is registered, nobody comes in here without an account; add yours first "
        "(coursecite user add NAME --role admin), and start the server again."
    )
    return _page(request, desk, 422, problem=said(error, texts_of(request).language))


def _page(request: Request, desk: Desk, status: int = 200, *, problem: str = "", invitation: str = "") -> Response:
    listed = desk.journal.platforms.all()
    return page(
        request,
        "platforms.html",
        status=status,
        platforms=listed,
        kinds=[kind.value for kind in Kind],
        reports=desk.reports,
        problem=problem,
        invitation=invitation,
    )
