"""Errors → HTTP: one table of which error has which status, and the one JSON object in which programs are told."""

from __future__ import annotations

import math
import re
from typing import Any, Final

from starlette.responses import JSONResponse

from rag import ModelFailed, QuestionInvalid
from ui.errors import (
    NOT_FOUND,
    UNREADABLE,
    ConversationGone,
    CorrectionGone,
    CorrectionRefused,
    CourseGone,
    CourseNotReady,
    CourseUnchangeable,
    EvaluationBusy,
    FetchFailed,
    FileGone,
    JournalError,
    KeyInvalid,
    KeysUnusable,
    LaunchRefused,
    LineFull,
    NotAllowed,
    NotSaved,
    NotSignedIn,
    PlatformInvalid,
    ServerStopping,
    TitleInvalid,
    TooMany,
    TryLater,
    UploadRefused,
    UploadTooLarge,
    UploadTooSlow,
)

STATUS: Final[dict[type[Exception], int]] = {
    NotSignedIn: 401,
    NotAllowed: 403,
    LaunchRefused: 403,
    CourseGone: 404,
    FileGone: 404,
    CorrectionGone: 404,
    ConversationGone: 404,
    CourseNotReady: 409,
    TitleInvalid: 422,
    CourseUnchangeable: 409,
    EvaluationBusy: 409,
    UploadTooSlow: 408,
    UploadTooLarge: 413,
    UploadRefused: 422,
    CorrectionRefused: 422,
    KeyInvalid: 422,
    PlatformInvalid: 422,
    QuestionInvalid: 422,
    TooMany: 429,
    KeysUnusable: 500,
    ModelFailed: 502,
    FetchFailed: 502,
    LineFull: 503,
    ServerStopping: 503,
    JournalError: 503,
    NotSaved: 507,
    **dict.fromkeys(NOT_FOUND, 404),
    **dict.fromkeys(UNREADABLE, 422),
}
"""The first of these that an error is; 400 for any other with a sentence for a person."""

_SOON = 5
"""Seconds after which it is worth asking a database again."""


def status_of(error: Exception) -> int:
    """The status that a response about this error has.

    >>> [status_of(CourseGone("")), status_of(UploadTooLarge("")), status_of(ValueError())]
    [404, 413, 400]
    """
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 400)


def code_of(error: Exception) -> str:
    """The error in a word, for programs.

    >>> code_of(CourseNotReady(""))
    'course_not_ready'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(error).__name__).lower()


def headers_of(error: Exception) -> dict[str, str]:
    """When to try again, where that is known; and how to show who asks."""
    if isinstance(error, TryLater):
        return {"Retry-After": str(math.ceil(error.seconds))}
    if isinstance(error, JournalError):
        return {"Retry-After": str(_SOON)}
    return {"WWW-Authenticate": "Bearer"} if isinstance(error, NotSignedIn) else {}


def error_response(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """What every part of the API answers where it cannot do what it was asked for."""
    return JSONResponse(error_row(status, code, message), status_code=status, headers=headers)


def error_row(status: int, code: str, message: str) -> dict[str, Any]:
    """The object in it; `type` is what OpenAI's clients look at beside the status."""
    kinds = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}
    kind = kinds.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"code": code, "message": message, "type": kind, "param": None}}


def told(error: Exception) -> JSONResponse:
    """An error with a sentence for a person, as a response for a program."""
    return error_response(status_of(error), code_of(error), str(error), headers_of(error))
