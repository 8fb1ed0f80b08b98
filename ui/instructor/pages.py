"""Pages: templates filled in; all that courses, learners and instructors wrote is escaped (Jinja2, autoescape)."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from ui.csrf import keep_token, token_of
from ui.errors import NotSignedIn
from ui.http_errors import status_of
from ui.instructor.access import sign_in_address
from ui.instructor.desk import MOUNTED_AT, desk_of
from ui.texts import language_of
from ui.texts.errors import said
from ui.texts.instructor import TEXTS, InstructorTexts

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
    status = status_of(error)
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
