"""Gate: the one place through which every request comes, and where it is found out who sent it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final, Protocol, cast
from urllib.parse import quote

from anyio import to_thread
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.csrf import comes_from_here
from ui.errors import JournalError, NotAllowed, NotSignedIn, TryLater, UiError
from ui.http_errors import headers_of, status_of, told
from ui.journal import Journal
from ui.learner import Learner
from ui.links import mounted_at, route_path
from ui.sign_in.pages import COOKIE, PATHS, pages, refused_page
from ui.texts.errors import said
from ui.texts.sign_in import texts_of

API: Final = ("/api/", "/v1/")
"""Where programs are answered, in JSON."""

BEARER: Final = "bearer "
"""How an ``Authorization`` with an API key begins, in lower case."""

_SAFE: Final = ("GET", "HEAD", "OPTIONS")


class _HasState(Protocol):
    """A request of Starlette, FastAPI or Gradio."""

    @property
    def state(self) -> Any:
        """What the gate wrote into it."""


def learner_of(request: _HasState) -> Learner | None:
    """Who sent the request; None only where it did not come through the gate."""
    return cast("Learner | None", getattr(request.state, "learner", None))


def still_there(request: _HasState) -> bool:
    """Whether who sent the request would get past the gate as the same now: an answer may take minutes.

    False where they signed out meanwhile, their account is gone, their key was revoked, or their visit has
    ended; to be called in a worker thread. True where the request did not come through the gate.
    """
    still = cast("Callable[[], bool] | None", getattr(request.state, "still_there", None))
    return still is None or still()


Recognise = Callable[[HTTPConnection], Learner | None]
"""One way to be known, called in a worker thread: who sent this, None where it carries nothing of that kind.

Raises `NotSignedIn` where it carries something that is wrong or has expired, and `JournalError`.
"""


def signed_in(accounts: Journal) -> Recognise:
    """Those who signed in with an account: their browser holds the token of a session."""

    def recognise(connection: HTTPConnection) -> Learner | None:
        token = connection.cookies.get(COOKIE)
        return accounts.sessions.learner(token) if token else None

    return recognise


class Gate:
    """Whoever one of the `ways` recognises gets past, the first that does; others are taken for `unknown`.

    Nobody unknown gets past where `unknown` is None, nor any more once `is_guarded` has said so: they are
    shown where to sign in if there are `accounts`, the journal that these are in. Either way a page of another
    site can change nothing here. What is `public`, paths, and folders with a slash at their end, is open to
    everybody, and looks itself at what it is sent. Plain ASGI, so that streams stay streams.
    """

    def __init__(
        self,
        app: ASGIApp,
        ways: Sequence[Recognise],
        *,
        accounts: Journal | None = None,
        unknown: Learner | None = None,
        is_guarded: Callable[[], bool] = lambda: False,
        public: Sequence[str] = (),
    ) -> None:
        self._app = app
        self._ways = tuple(ways)
        self._unknown = unknown
        self._is_guarded = is_guarded
        self._public = frozenset(public)
        self._public_folders = tuple(path for path in public if path.endswith("/"))
        self._pages = pages(accounts) if accounts else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif self._pages and route_path(scope) in PATHS and "visit" not in scope.get("state", {}):
            await self._pages(scope, receive, send)
        elif self._is_public(scope):
            await self._app(scope, receive, send)
        elif turned_away := await self._turned_away(scope):
            await _answer(turned_away, scope, receive, send)
        else:
            await self._app(scope, receive, send if self._unknown else _uncached(send))

    def _is_public(self, scope: Scope) -> bool:
        path = route_path(scope)
        return path in self._public or path.startswith(self._public_folders)

    async def _turned_away(self, scope: Scope) -> Response | None:
        """Note who sent the request, or say why it goes no further."""
        state = scope.setdefault("state", {})
        request = HTTPConnection({**scope})  # as it came: routers rewrite theirs on the way
        # What a browser sends of itself, a cookie, says nothing about who meant it; a key is sent by those who hold it.
        if scope.get("method", "") not in _SAFE and not is_by_key(request) and not comes_from_here(request):
            return _refused(request, NotAllowed("This request came from a page of another site."))
        try:
            learner = await to_thread.run_sync(self._learner, request)
        except (JournalError, NotAllowed, NotSignedIn, TryLater) as error:
            return _refused(request, error)
        if learner is None:
            return self._sign_in_first(request)
        state["learner"] = learner
        state["still_there"] = lambda: self._is_still(request, learner)
        return None

    def _is_still(self, request: HTTPConnection, learner: Learner) -> bool:
        try:
            now = self._learner(request)
        except JournalError:
            return True  # a database that is busy for a moment breaks no answer off
        except UiError:
            return False
        return now is not None and (now.id, now.courses, now.rights) == (learner.id, learner.courses, learner.rights)

    def _learner(self, request: HTTPConnection) -> Learner | None:
        known = (recognise(request) for recognise in self._ways)
        return next((learner for learner in known if learner), None) or self._stranger()

    def _stranger(self) -> Learner | None:
        """For whom somebody is taken whom nothing shows."""
        with suppress(JournalError):  # what cannot be looked up is as it was
            if self._unknown and self._is_guarded():
                self._unknown = None
        return self._unknown

    def _sign_in_first(self, request: HTTPConnection) -> Response:
        """A person is shown where to sign in, to come back to this page; a program is told."""
        if self._pages and _is_page(request):
            wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"{mounted_at(request.scope)}/login?next={quote(wanted)}", status_code=303)
        if not self._pages and _is_page(request):
            return _refused(request, NotSignedIn("This page opens from within your learning platform; go there first."))
        return _refused(request, NotSignedIn("Sign in first."))


def is_api(scope: Scope) -> bool:
    """Whether it goes to where programs are answered, in JSON."""
    return route_path(scope).startswith(API)


def is_by_key(request: HTTPConnection) -> bool:
    """Whether it carries an API key, right or wrong."""
    return request.headers.get("authorization", "").lower().startswith(BEARER)


def _refused(request: HTTPConnection, error: UiError) -> Response:
    """Programs are told in JSON, people on a page, and scripts of our pages in a sentence that they can show."""
    if is_api(request.scope):
        return told(error)
    if _is_page(request):
        return refused_page(request, error)
    sentence = said(error, texts_of(request).language)
    return PlainTextResponse(sentence, status_code=status_of(error), headers=headers_of(error))


def _is_page(request: HTTPConnection) -> bool:
    """Whether a browser will show what is answered."""
    return request.scope.get("method") == "GET" and "text/html" in request.headers.get("accept", "")


async def _answer(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await response(scope, receive, send)


def _uncached(send: Send) -> Send:
    """Pages are not shown again by the browser's "back" after somebody signed out."""

    async def send_uncached(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if headers.get("content-type", "").startswith("text/html"):
                headers["Cache-Control"] = "no-store"
        await send(message)

    return send_uncached
