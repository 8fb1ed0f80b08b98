"""Limits of the API: whose pages may call it, and how often one address may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.errors import TooMany
from ui.http_errors import told
from ui.learner import LOCAL
from ui.networks import network_behind
from ui.rates import Rates
from ui.sign_in import is_api, learner_of

_TOO_MANY = "More than {most} requests came from this address within a minute; wait a moment."


@dataclass(frozen=True, slots=True)
class ApiLimits:
    """`origins` are the web sites whose pages may call the API; an address may send so many requests in a minute."""

    origins: Sequence[str] = ()
    requests_per_minute: int = 600


class Origins:
    """Tells browsers that pages of these sites may call the API. Plain ASGI.

    Cookies are never sent along: such a page needs a key.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._api = CORSMiddleware(
            app,
            allow_origins=list(origins),
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type"],
            expose_headers=["Retry-After", "X-Request-ID"],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the browser's question beforehand, or let the request through."""
        chosen = self._api if scope["type"] == "http" and is_api(scope) else self._app
        await chosen(scope, receive, send)


class RequestRate:
    """Counts the requests of each address; whoever sits at this machine is not counted. Plain ASGI."""

    def __init__(self, app: ASGIApp, per_minute: int) -> None:
        self._app = app
        self._per_minute = per_minute
        self._rates = Rates()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or say when to come back."""
        if scope["type"] == "http" and learner_of(HTTPConnection(scope)) != LOCAL:
            network = network_behind(HTTPConnection(scope))
            if wait := self._rates.spend(RateLimitItemPerMinute(self._per_minute), "request", network):
                error = TooMany(_TOO_MANY, wait, most=self._per_minute)
                await told(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)
