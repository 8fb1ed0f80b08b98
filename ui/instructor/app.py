"""instructor_app: the instructors' pages as one app, mounted beside the chat under /instructor."""

from __future__ import annotations

from importlib.resources import files

from fastapi import Depends, FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.errors import EXPECTED, CourseGone
from ui.instructor import audit_routes, course_routes, evaluation_routes, key_routes, platform_routes, review_routes
from ui.instructor.access import genuine
from ui.instructor.desk import Desk
from ui.instructor.pages import CONTENT_SECURITY_POLICY, explained

_LARGEST_FORM = 256 * 2**10
"""Bytes of anything that is sent but a file."""


def instructor_app(desk: Desk) -> FastAPI:
    """The pages over `desk`. Every route checks who asks, and every change that it was meant."""
    app = FastAPI(openapi_url=None)
    app.state.desk = desk
    app.add_middleware(_Guarded)
    for error in EXPECTED:
        app.add_exception_handler(error, _explained)
    app.add_exception_handler(404, _not_found)
    for part in (course_routes, review_routes, evaluation_routes, audit_routes, platform_routes, key_routes):
        app.include_router(part.router, dependencies=[Depends(genuine)])
    app.mount("/static", StaticFiles(directory=str(files("ui.instructor") / "static")), name="static")
    return app


async def _explained(request: Request, error: Exception) -> Response:
    return explained(request, error)


async def _not_found(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException) and request.url.path.startswith(f"{request.scope['root_path']}/static"):
        return PlainTextResponse("Not found", status_code=404)
    return explained(request, CourseGone("There is no such page; go back to the courses."))


class _Guarded:
    """Sets the pages' own policy, and refuses large bodies where no file is expected, before they are read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
            await send(message)

        if scope["type"] == "http" and _too_large(scope):
            response = PlainTextResponse("This is too much for a form; shorten it.", status_code=413)
            await response(scope, receive, send_with_policy)
        else:
            await self._app(scope, receive, send_with_policy)


def _too_large(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    is_file = scope["method"] == "POST" and scope["path"].endswith(("/files", "/evaluation/questions"))
    length = headers.get("content-length", "0")
    unknown = "transfer-encoding" in headers or not length.isdecimal()
    return not is_file and (unknown or int(length) > _LARGEST_FORM)
