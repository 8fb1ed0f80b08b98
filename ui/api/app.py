"""api_app: the API of our own, mounted under /api/v1."""

from __future__ import annotations

from fastapi import FastAPI

from ui.api import ask_routes, conversation_routes, course_routes, document_routes, evaluation_routes
from ui.api.errors import explain_errors
from ui.api.limits import RequestRate
from ui.api.service import Service

_ABOUT = """Questions about courses, answered in the courses' own words, each sentence with the words that prove it.

Send an API key with every request, `Authorization: Bearer coursecite_…`; `coursecite key add` makes one. Errors are one
JSON object, with a `code` for programs and a `message` for people; `Retry-After` says when to try again."""


def api_app(service: Service) -> FastAPI:
    """The routes over `service`, and their description at openapi.json."""
    app = FastAPI(
        title="Coursecite",
        version="1",
        description=_ABOUT,
        docs_url=None,  # these pages fetch their scripts from elsewhere
        redoc_url=None,
    )
    app.state.service = service
    explain_errors(app)
    app.add_middleware(RequestRate, per_minute=service.limits.requests_per_minute)
    app.include_router(ask_routes.router)
    app.include_router(course_routes.router)
    if service.journal:
        app.include_router(conversation_routes.router)
    if service.desk:
        app.include_router(course_routes.changing)
        app.include_router(document_routes.router)
        app.include_router(evaluation_routes.router)
    return app
