"""The pages to sign in and out: plain forms, without a script."""

from __future__ import annotations

import logging
import math
from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import parse_qsl

from anyio import to_thread
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from ui.csrf import FIELD, keep_token, refuse_forged, token_of
from ui.errors import JournalError, NotAllowed, UiError
from ui.http_errors import headers_of, status_of
from ui.journal import Journal
from ui.journal.sessions import LIFETIME
from ui.learner import Learner
from ui.links import cookie_path, mounted_at
from ui.networks import address_of
from ui.sign_in.throttle import Throttle
from ui.texts.errors import said
from ui.texts.sign_in import texts_of

COOKIE: Final = "coursecite_session"
LOGIN, LOGOUT = "/login", "/logout"
PATHS: Final = (LOGIN, LOGOUT)

_LARGEST_FORM = 16 * 2**10
"""Bytes."""

_log = logging.getLogger(__name__)


def pages(journal: Journal) -> Starlette:
    """The app with both pages, over the accounts in `journal`."""
    desk = _Desk(journal)
    return Starlette(
        routes=[
            Route(LOGIN, desk.ask, methods=["GET"]),
            Route(LOGIN, desk.sign_in, methods=["POST"]),
            Route(LOGOUT, desk.ask_whether, methods=["GET"]),
            Route(LOGOUT, desk.sign_out, methods=["POST"]),
        ],
        exception_handlers={NotAllowed: _forged, JournalError: _unavailable},
    )


class _Desk:
    """What happens on each page."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._throttle = Throttle()

    async def ask(self, request: Request) -> Response:
        return _login(request)

    async def sign_in(self, request: Request) -> Response:
        """Check name and password; the browser gets a new token, and one that it had before is worth nothing."""
        form = await _form(request)
        refuse_forged(request, form.get(FIELD, ""))
        name, password = form.get("name", ""), form.get("password", "")
        address = address_of(request)
        if wait := self._throttle.attempt(name, address):
            return _login(request, texts_of(request).too_many.format(seconds=math.ceil(wait)), 429)
        learner = await to_thread.run_sync(self._journal.accounts.check, name, password)
        if learner is None:
            _log.warning("Somebody at %s could not sign in.", address)  # a name may be a mistyped password
            return _login(request, texts_of(request).wrong, 401)
        self._throttle.succeeded(name, address)
        token = await to_thread.run_sync(self._new_token, learner, request.cookies.get(COOKIE))
        response = RedirectResponse(
            _within(request.query_params.get("next", ""), mounted_at(request.scope)), status_code=303
        )
        _set_cookie(request, response, token)
        return response

    def _new_token(self, learner: Learner, token_before: str | None) -> str:
        if token_before:
            self._journal.sessions.end(token_before)
        return self._journal.sessions.start(learner)

    async def ask_whether(self, request: Request) -> Response:
        return _page(request, "logout.html")

    async def sign_out(self, request: Request) -> Response:
        """The browser's token is worth nothing any more, wherever else it may be."""
        form = await _form(request)
        refuse_forged(request, form.get(FIELD, ""))
        if token := request.cookies.get(COOKIE):
            await to_thread.run_sync(self._journal.sessions.end, token)
        response = RedirectResponse(mounted_at(request.scope) + LOGIN, status_code=303)
        path = cookie_path(request.scope)
        response.delete_cookie(COOKIE, path, httponly=True, samesite="lax", secure=_is_secure(request))
        return response


def refused_page(request: HTTPConnection, error: UiError) -> Response:
    """Says why another page is not shown."""
    texts = texts_of(request)
    content = _filled_in("refused.html", t=texts, sentence=said(error, texts.language))
    return HTMLResponse(content, status_of(error), {"Cache-Control": "no-store", **headers_of(error)})


async def _form(request: Request) -> dict[str, str]:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST_FORM:
            raise HTTPException(413)
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=10))
    except ValueError as error:
        raise HTTPException(400) from error


def _within(address: str, home: str = "") -> str:
    r"""An address on this server, which is mounted at `home`, to go on to; anything else is the first page.

    >>> [_within(address) for address in ("/instructor/?a=b", "//evil.example", "/\\evil.example", "https://evil")]
    ['/instructor/?a=b', '/', '/', '/']
    >>> [_within(address, "/sub") for address in ("/sub/instructor/", "/other/", "/sub/../other", "/sub/login")]
    ['/sub/instructor/', '/sub/', '/sub/', '/sub/']
    """
    is_path = address.startswith(f"{home}/") and not address.startswith(("//", "/\\")) and address.isprintable()
    leads_on = not address.removeprefix(home).startswith(PATHS) and ".." not in address
    return address if is_path and leads_on else f"{home}/"


def _set_cookie(request: Request, response: Response, token: str) -> None:
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LIFETIME.total_seconds()),
        path=cookie_path(request.scope),
        httponly=True,
        samesite="lax",
        secure=_is_secure(request),
    )


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _login(request: Request, mistake: str = "", status: int = 200) -> Response:
    return _page(request, "login.html", status, mistake=mistake)


def _page(request: Request, template: str, status: int = 200, **shown: Any) -> Response:
    token, home = token_of(request), f"{mounted_at(request.scope)}/"
    content = _filled_in(template, t=texts_of(request), csrf=token, home=home, **shown)
    response = HTMLResponse(content, status, headers={"Cache-Control": "no-store"})
    keep_token(request, response, token)
    return response


def _filled_in(template: str, **shown: Any) -> str:
    style = (files("ui") / "static" / "forms.css").read_text(encoding="utf-8")
    return _environment().get_template(template).render(style=style, **shown)


async def _forged(request: Request, _error: Exception) -> Response:
    return _login(request, texts_of(request).forged, 403)


async def _unavailable(request: Request, error: Exception) -> Response:
    return _login(request, said(error, texts_of(request).language), 503)


@cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader("ui.sign_in"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
