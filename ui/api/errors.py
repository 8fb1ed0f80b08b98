"""Every error of the API in the one shape that it has: ours, those of the framework, and defects."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ui.api.asked import ClientLeft
from ui.api.shapes import ErrorShape
from ui.errors import EXPECTED
from ui.http_errors import error_response, told

_CLOSED = 499
"""What nginx logs where whoever asked has left."""

_BROKE = "Something went wrong here; ask again, and tell whoever runs this server if it stays."

_log = logging.getLogger(__name__)


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For the description of a route: it may answer with these."""
    return {status: {"model": ErrorShape, "description": HTTPStatus(status).phrase} for status in statuses}


BODY_ERRORS: Final = (400, 408, 413, 422)
"""What may be wrong with what is sent: it is no JSON, comes too slowly, is too large, or says what it must not."""


def explain_errors(app: FastAPI) -> None:
    """Have `app` answer every error with one JSON object."""
    for kind in EXPECTED:
        app.add_exception_handler(kind, _expected)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _of_framework)
    app.add_exception_handler(ClientLeft, _left)
    app.add_exception_handler(Exception, _defect)


async def _expected(_request: Request, error: Exception) -> Response:
    return told(error)


async def _invalid(_request: Request, error: Exception) -> Response:
    """The first thing that is wrong with the request, and where it stands."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - it is registered for no other
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return error_response(422, "invalid_request", f"{where}: {first['msg']}.")


async def _of_framework(_request: Request, error: Exception) -> Response:
    """No such route, no such method, a body that is no JSON."""
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for no other
    phrase = HTTPStatus(error.status_code).phrase
    message = "There is no such address; see openapi.json." if error.status_code == 404 else f"{error.detail}."
    return error_response(error.status_code, phrase.lower().replace(" ", "_"), message, dict(error.headers or {}))


async def _left(_request: Request, _error: Exception) -> Response:
    return Response(status_code=_CLOSED)


async def _defect(_request: Request, _error: Exception) -> Response:
    """Starlette logs it, with its traceback."""
    return error_response(500, "internal_error", _BROKE)
