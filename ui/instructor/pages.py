"""Pages: templates filled in; all that courses, learners and instructors wrote is escaped (Jinja2, autoescape)."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from ui.csrf import keep_token, token_of
from ui.errors import (
    CorrectionGone,
    CorrectionRefused,
    CourseGone,
    CourseUnchangeable,
    EvaluationBusy,
    FileGone,
    JournalError,
    NotAllowed,
    NotSaved,
    NotSignedIn,
    UiError,
    UploadRefused,
    UploadTooLarge,
)
from ui.instructor.access import sign_in_address
from ui.instructor.desk import desk_of
from ui.texts import language_of
from ui.texts.errors import said
from ui.texts.instructor import TEXTS, InstructorTexts

MOUNTED_AT = "/instructor"

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)

_STATUS: dict[type[UiError], int] = {
    NotSignedIn: 401,
    NotAllowed: 403,
    CourseGone: 404,
    FileGone: 404,
    CorrectionGone: 404,
    CourseUnchangeable: 409,
    EvaluationBusy: 409,
    CorrectionRefused: 422,
    UploadTooLarge: 413,
    UploadRefused: 422,
    JournalError: 503,
    NotSaved: 507,
}


def page(request: Request, template: str, *, status: int = 200, **shown: Any) -> HTMLResponse:
    """A whole page, or a piece of one, as a response."""
    token = token_of(request)
    texts = texts_of(request)
    base = request.scope.get("root_path", "")
    content = (
        _environment()
        .get_template(template)
        .render(
            t=texts,
            said=lambda error: said(error, texts.language),
            csrf=token,
            base=base,
            home=f"{base.removesuffix(MOUNTED_AT)}/",
            learner=desk_of(request).learner_of(request),
            **shown,
        )
    )
    response = HTMLResponse(content, status_code=status)
    keep_token(request, response, token)
    return response


def texts_of(request: Request) -> InstructorTexts:
    """The texts in the language that the browser asks for."""
    return TEXTS[language_of(request.headers.get("accept-language", ""))]


def back_to(request: Request, address: str) -> RedirectResponse:
    """After a change: the page that shows it, which a reload then does not repeat."""
    return RedirectResponse(request.scope.get("root_path", "") + address, status_code=303)


def explained(request: Request, error: Exception) -> Response:
    """What a person asked for cannot be done: one sentence, as a page, or as JSON where a script asked."""
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)
    if wants_json(request):
        return JSONResponse({"error": said(error, texts_of(request).language)}, status_code=status)
    if isinstance(error, NotSignedIn):
        return RedirectResponse(sign_in_address(request), status_code=303)
    return page(request, "error.html", status=status, sentence=said(error, texts_of(request).language))


def wants_json(request: Request) -> bool:
    """Whether it is our script that asks."""
    return "application/json" in request.headers.get("accept", "")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("ui.instructor"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
