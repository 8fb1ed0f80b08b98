"""GradioRoutes: which of the routes that Gradio brings along are open, and how often the chat's page may call them."""

from __future__ import annotations

from typing import Final

from limits import RateLimitItemPerMinute
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.errors import TooMany
from ui.http_errors import headers_of
from ui.learner import LOCAL
from ui.links import route_path
from ui.networks import network_behind
from ui.rates import Rates
from ui.sign_in import learner_of
from ui.texts import language_of
from ui.texts.errors import said

PREFIX: Final = "/gradio_api/"

_OPEN: Final = ("run/predict", "queue/join", "queue/data", "heartbeat/", "cancel", "reset", "theme.css")
"""What the page calls. The others take uploads, fetch from elsewhere, or show what the chat keeps to itself."""

BEHIND_ONE_ADDRESS: Final = 20
"""People for whom one address may stand: a class sits behind the same one."""

_PERSON = "You have done more than {most} things here within a minute; wait a moment, and try again."
_ADDRESS = "More than {most} requests came from your network within a minute; wait a moment, and try again."


class GradioRoutes:
    """Counts the requests of each person and of each address; whoever sits at this machine is not counted.

    Plain ASGI, for behind the gate: `per_minute` are a person's.
    """

    def __init__(self, app: ASGIApp, per_minute: int) -> None:
        self._app = app
        self._per_minute = per_minute
        self._rates = Rates()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or say why not, in the words that Gradio's page shows."""
        if scope["type"] != "http" or not route_path(scope).startswith(PREFIX):
            await self._app(scope, receive, send)
        elif not route_path(scope).removeprefix(PREFIX).startswith(_OPEN):
            await _told("There is no such address.", 404)(scope, receive, send)
        elif error := self._spent(scope):
            language = language_of(HTTPConnection(scope).headers.get("accept-language", ""))
            await _told(said(error, language), 429, headers_of(error))(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _spent(self, scope: Scope) -> TooMany | None:
        learner = learner_of(HTTPConnection(scope))
        if learner is None or learner == LOCAL:
            return None
        address = network_behind(HTTPConnection(scope))
        for sentence, most, who in (
            (_PERSON, self._per_minute, learner.id),
            (_ADDRESS, self._per_minute * BEHIND_ONE_ADDRESS, address),
        ):
            if wait := self._rates.spend(RateLimitItemPerMinute(most), who):
                return TooMany(sentence, wait, most=most)
        return None


def _told(sentence: str, status: int, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"detail": sentence, "error": sentence}, status, headers)
