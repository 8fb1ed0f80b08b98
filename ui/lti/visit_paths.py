"""The addresses of a visit: ``/s/TOKEN/…`` is everything of this server, as whoever came from their platform sees it.

Several visits may go on in one browser, each to its own course. Where the browser keeps cookies in a
frame, the token says only which visit is meant, and its cookie opens it; elsewhere the token does.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import digest
from typing import Final

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.errors import NotSignedIn
from ui.journal import Journal
from ui.learner import Learner
from ui.links import route_path
from ui.sign_in import Recognise

COOKIE: Final = "coursecite_visit"

_VISIT = re.compile(r"/s/([\w-]{1,100})(/.*)", re.ASCII | re.DOTALL)
_ENDED = "This visit has ended; open the activity in your learning platform again."


class VisitPaths:
    """Takes the visit out of the address: what comes after knows it as a part of where the app is mounted."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        found = _VISIT.fullmatch(route_path(scope)) if scope["type"] in ("http", "websocket") else None
        if found:
            state = {**scope.get("state", {}), "visit": found[1]}
            scope = {**scope, "root_path": scope.get("root_path", "") + visit_path(found[1]), "state": state}
        await self._app(scope, receive, send)


def visit_path(token: str) -> str:
    """Where everything of a visit is, beneath the app."""
    return f"/s/{token}"


def frame_cookie(name: str, value: str, path: str, seconds: int) -> str:
    """A cookie that comes back within a frame, and only in frames of the same site (Starlette's own cannot say so)."""
    return f"{name}={value}; Path={path}; Max-Age={seconds}; Secure; HttpOnly; SameSite=None; Partitioned"


def visit_of(connection: HTTPConnection) -> str:
    """The token of the visit that an address is of; empty for none."""
    return str(getattr(connection.state, "visit", ""))


def visiting(journal: Journal) -> Recognise:
    """Those who came from a learning platform. An address of a visit that ended is no way in for anybody."""

    def recognise(connection: HTTPConnection) -> Learner | None:
        token = visit_of(connection)
        if not token:
            return None
        cookie = connection.cookies.get(COOKIE, "")
        visit = journal.visits.find(token, cookie)
        if visit is None:
            raise NotSignedIn(_ENDED)
        # The cookie that forms are signed with elsewhere does not come in a frame; the visit itself is a secret.
        secret = f"{token}{cookie}".encode()
        connection.state.csrf = urlsafe_b64encode(digest(secret, b"csrf", sha256)).rstrip(b"=").decode()
        return visit.learner

    return recognise
