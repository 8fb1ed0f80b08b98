"""The API over small courses, without the chat's page, which takes a second to make; and programs that call it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from ui.api import ApiLimits, Origins, Service, api_app, by_key, openai_app
from ui.asking import Asking
from ui.courses import Courses
from ui.guard import Guard
from ui.health import Health, figures
from ui.instructor import Desk
from ui.journal import Journal
from ui.keeping import Keeper
from ui.learner import LOCAL, Learner
from ui.request_log import RequestLog
from ui.sign_in import Gate


def api_over(
    courses: Courses,
    journal: Journal,
    *,
    asking: Asking | None = None,
    desk: Desk | None = None,
    unknown: Learner | None = LOCAL,
    limits: ApiLimits | None = None,
) -> FastAPI:
    """What `ui.app.build` puts together, but for the pages."""
    asking = asking or Asking()
    service = Service(courses, asking, Keeper(journal), journal, desk, limits or ApiLimits())
    app = FastAPI(openapi_url=None)
    app.add_middleware(Gate, ways=[by_key(journal)], unknown=unknown)
    app.add_middleware(Health, courses=courses, line=asking.line, journal=journal)
    app.add_middleware(Origins, origins=service.limits.origins)
    app.add_middleware(Guard)
    app.add_middleware(RequestLog, metrics=asking.metrics)
    app.include_router(figures(asking.metrics))
    app.mount("/api/v1", api_app(service))
    app.mount("/v1", openai_app(service))
    return app


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def events_in(text: str) -> Iterator[tuple[str, Any]]:
    """The events of a stream: their names, and the JSON that they carry."""
    for block in text.strip().split("\n\n"):
        name, data = block.split("\n", 1)
        yield name.removeprefix("event: "), json.loads(data.removeprefix("data: "))
