"""Pages: templates filled in, whose every word from elsewhere is escaped; and forms, read up to a size."""

from __future__ import annotations

from functools import cache
from typing import Any, Final
from urllib.parse import parse_qsl

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from ui.errors import LaunchRefused
from ui.http_errors import headers_of, status_of
from ui.texts.errors import said
from ui.texts.lti import texts_of

LARGEST_FORM: Final = 128 * 2**10
"""Bytes; an id token is some thousands."""


def page(
    request: Request, template: str, status: int = 200, *, posts_to: str = "'self'", framed_by: str = "", **shown: Any
) -> HTMLResponse:
    """A page of its own policy: forms on it go to `posts_to` alone, and it may be within pages of `framed_by`."""
    # The static files lie beside the page, whose address may have the visit in it.
    content = _environment().get_template(template).render(t=texts_of(request), **shown)
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; "
        f"form-action {posts_to}; frame-ancestors 'self' {framed_by}".rstrip()
    )
    return HTMLResponse(content, status, {"Content-Security-Policy": policy, "Cache-Control": "no-store"})


def told(request: Request, sentence: str, status: int = 200, title: str = "") -> HTMLResponse:
    """A page that says one thing."""
    return page(request, "told.html", status, title=title or texts_of(request).not_opened, sentence=sentence)


async def explained(request: Request, error: Exception) -> HTMLResponse:
    """An expected error as a page."""
    response = told(request, said(error, texts_of(request).language), status_of(error))
    response.headers.update(headers_of(error))
    return response


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form, each once. Raises `LaunchRefused` for one that is too large, or none."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_FORM:
            raise LaunchRefused("This is too much for a form.")
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=40))
    except ValueError as error:
        raise LaunchRefused("This form cannot be read.") from error


@cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader("ui.lti"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
