"""Requests forged by other sites: what changes anything carries a token that only our own pages can know.

The token stands in a cookie, which a browser adds to forged requests too, and again in the form or
a header, where another site cannot put it ("double submit"). What the browser says about where a
request comes from is looked at as well. Within the frame of a learning platform that cookie does not
come along; the token is made from the visit there, which is as secret.
"""

from __future__ import annotations

import re
import secrets
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from ui.errors import NotAllowed
from ui.links import cookie_path

COOKIE: Final = "coursecite_csrf"
FIELD: Final = "csrf"
HEADER: Final = "X-CSRF-Token"

_TOKEN = re.compile(r"[\w-]{43}")
_FORGED = "This request did not come from our own page; go back, load the page again and repeat what you did."


def token_of(request: Request) -> str:
    """The token for the forms of a page: that of the visit, or the one that the browser has, or a new one."""
    token = _known_token(request)
    return token if _TOKEN.fullmatch(token) else secrets.token_urlsafe(32)


def keep_token(request: Request, response: Response, token: str) -> None:
    """Have the browser keep the token that the page's forms carry, if it must."""
    if _of_visit(request):
        return
    path, secure = cookie_path(request.scope), request.url.scheme == "https"
    response.set_cookie(COOKIE, token, path=path, httponly=True, samesite="strict", secure=secure)


def refuse_forged(request: Request, given: str) -> None:
    """Raise `NotAllowed` unless `given`, from the form or the header, is the token of this browser."""
    token = _known_token(request)
    known = bool(_TOKEN.fullmatch(token)) and secrets.compare_digest(token.encode(), given.encode())
    if not known or not comes_from_here(request):
        raise NotAllowed(_FORGED)


def _known_token(request: Request) -> str:
    return _of_visit(request) or request.cookies.get(COOKIE, "")


def _of_visit(request: Request) -> str:
    """What the gate noted for a visit from a learning platform; empty elsewhere."""
    return str(getattr(request.state, "csrf", ""))


def comes_from_here(request: HTTPConnection) -> bool:
    """Whether the browser says that one of our own pages sent this; what is no browser says nothing, and passes."""
    if site := request.headers.get("sec-fetch-site"):
        return site in ("same-origin", "none")
    origin = request.headers.get("origin", "")
    return not origin or urlsplit(origin).netloc == request.headers.get("host")
