"""Requests made up from the API's own descriptions: none may end in a defect, or in an answer that is not described.

The suite makes a few for each route; ``make fuzz`` makes 20,000 (COURSECITE_FUZZ is the number for each route).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.conftest import BIOLOGY
from tests.ui.api.programs import api_over
from tests.ui.instructor_desk import desk_over
from ui.instructor import Desk
from ui.learner import LOCAL

EXAMPLES = int(os.environ.get("COURSECITE_FUZZ", "3"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

counted: Counter[int] = Counter()
"""The answers, by status."""

made_up = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=EXAMPLES < 10,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A course with an answer, and a conversation to be found."""
    root = tmp_path_factory.mktemp("fuzz")
    folder = root / "biology"
    folder.mkdir()
    (folder / "cells.md").write_text(BIOLOGY)
    desk = desk_over(folder, root / "data")
    desk.courses.create("History")
    conversation = desk.journal.conversations.create(LOCAL.id, "biology", "Cells")
    desk.journal.turns.begin(LOCAL.id, conversation.id, "What is a cell?")
    yield desk
    print(f"{counted.total()} requests:", *(f"{status}: {count}" for status, count in sorted(counted.items())))  # noqa: T201
    desk.journal.close()


@pytest.fixture(scope="module")
def served(desk: Desk) -> FastAPI:
    return api_over(desk.courses, desk.journal, desk=desk)


def forget_created(desk: Desk) -> None:
    """Else thousands of courses would be listed in the end."""
    for course in desk.courses:
        if course.origin == "created" and course.slug != "history":
            desk.courses.delete(course.slug)


def aim(case: schemathesis.Case) -> None:
    """Have every second request mean what there is: made-up names of courses are all that most would be about."""
    if counted.total() % 2:
        course = "history" if case.method == "PATCH" else "biology"
        there = {"course": course, "model": "biology", "conversation": 1, "turn": 1}
        case.path_parameters = {name: there.get(name, value) for name, value in (case.path_parameters or {}).items()}
        if isinstance(case.body, dict):
            case.body |= {name: "biology" for name in ("course", "model") if name in case.body}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("description", ["/api/v1/openapi.json", "/v1/openapi.json"])
def test_nothing_that_is_sent_breaks_it(served: FastAPI, desk: Desk, description: str, mode: GenerationMode) -> None:
    """Requests as they are described (positive), and with mistakes (negative)."""
    for found in schemathesis.openapi.from_asgi(description, served).get_all_operations():
        operation = found.ok()

        @given(operation.as_strategy(generation_mode=mode))
        @made_up
        def ask(case: schemathesis.Case) -> None:
            aim(case)
            response = case.call()
            counted[response.status_code] += 1
            case.validate_response(response, checks=CHECKS)
            if response.status_code == 201:
                forget_created(desk)

        with suppress(Unsatisfiable):  # nothing can be wrong with an address without anything in it
            ask()
