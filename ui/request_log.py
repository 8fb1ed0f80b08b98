"""RequestLog: every request gets an id, which the log and the response carry; and is counted."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.links import route_path
from ui.metrics import Metrics

HEADER: Final = "X-Request-ID"
REQUEST_ID: Final = ContextVar("request_id", default="")
"""The id of the request that is being answered; empty outside of any."""

_GIVEN = re.compile(r"[\w.-]{1,64}", re.ASCII)
_AREAS = frozenset(
    {
        "api",
        "conversations",
        "course",
        "gradio_api",
        "healthz",
        "instructor",
        "lti",
        "metrics",
        "readyz",
        "v1",
        "widget",
    }
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SESSION = re.compile(r"^/s/[^/]+")

_log = logging.getLogger(__name__)


class RequestLog:
    """The outermost layer of the app. What was asked, addresses' queries and who asks are not logged. Plain ASGI."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer under an id: the one that a proxy gave, or a new one."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = identity
            await send(message)

        method, path = scope["method"], route_path(scope)
        with _as_request(scope) as identity:
            try:
                await self._app(scope, receive, send_with_id)
            finally:
                self._note(method, path, status, time.monotonic() - began)

    def _note(self, method: str, path: str, status: int, seconds: float) -> None:
        area = path.split("/", 2)[1] if path.startswith("/") else ""
        known = method if method in _METHODS else "other"
        self._metrics.requested(area if area in _AREAS else "other", known, status, seconds)
        about = {"method": method, "path": _SESSION.sub("/s/…", path), "status": status, "seconds": round(seconds, 4)}
        _log.info("request", extra=about)


@contextmanager
def _as_request(scope: Scope) -> Iterator[str]:
    given = Headers(scope=scope).get(HEADER, "")
    identity = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
    token = REQUEST_ID.set(identity)
    try:
        yield identity
    finally:
        REQUEST_ID.reset(token)
