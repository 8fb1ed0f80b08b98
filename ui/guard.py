"""Guard: how large a request may be, and how long it may take to come. Before anything looks at it."""

from __future__ import annotations

import asyncio
import re
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.errors import UploadTooSlow
from ui.http_errors import error_response
from ui.links import route_path
from ui.sign_in import is_api

LARGEST_BODY: Final = 2**20
"""Bytes of anything that is sent but a file."""

BODY_SECONDS: Final = 20.0
"""Seconds for all of that; and for the next piece of a file."""

_CONTROL = re.compile("[\x00-\x1f\x7f]")
_FILE = re.compile(r"/instructor/courses/[^/]+/(?:files|evaluation/questions)|/api/v1/courses/[^/]+/documents/.+")
"""Where files are sent: what reads them counts as they come."""


class Guard:
    """Hands on requests that have come whole; those with a file at once, their pieces watched. Plain ASGI."""

    def __init__(self, app: ASGIApp, body_seconds: float = BODY_SECONDS) -> None:
        self._app = app
        self._seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] == "http" and _CONTROL.search(scope["path"]):
            # Frameworks do not take a line break for a part of a path, and each would answer in its own way.
            await _refuse(scope, receive, send, 404, "not_found", "There is no such address.")
        elif scope["type"] != "http" or not _has_body(scope):
            await self._app(scope, receive, send)
        elif _FILE.fullmatch(route_path(scope)):
            await self._app(scope, self._watched(receive), send)
        else:
            await self._whole(scope, receive, send)

    async def _whole(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _announced(scope) > LARGEST_BODY:
            await _refuse(scope, receive, send, 413, "too_large", _TOO_LARGE)
            return
        try:
            async with asyncio.timeout(self._seconds):
                body = await _body(receive)
        except TimeoutError:
            await _refuse(scope, receive, send, 408, "too_slow", "The request came too slowly; send it again.")
            return
        if body is None:
            await _refuse(scope, receive, send, 413, "too_large", _TOO_LARGE)
            return
        await self._app(scope, _replayed(body, receive), send)

    def _watched(self, receive: Receive) -> Receive:
        async def next_piece() -> Message:
            try:
                async with asyncio.timeout(self._seconds):
                    return await receive()
            except TimeoutError as error:
                raise UploadTooSlow("The file came too slowly; upload it again.") from error

        return next_piece


_TOO_LARGE = "The request is larger than 1 MB; shorten it."


def _has_body(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isdecimal() and len(length) < 20 else 0


async def _body(receive: Receive) -> list[Message] | None:
    """What comes, until all of it has, or whoever sends it has left; None where it is too much."""
    messages: list[Message] = []
    size, more = 0, True
    while more:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if size > LARGEST_BODY:
            return None
        more = message["type"] == "http.request" and message.get("more_body", False)
    return messages


def _replayed(messages: list[Message], receive: Receive) -> Receive:
    left = list(reversed(messages))

    async def next_message() -> Message:
        return left.pop() if left else await receive()

    return next_message


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, code: str, sentence: str) -> None:
    """What is still to come is not read."""
    headers = {"Connection": "close"}
    if is_api(scope):
        await error_response(status, code, sentence, headers)(scope, receive, send)
    else:
        await PlainTextResponse(sentence, status, headers)(scope, receive, send)
