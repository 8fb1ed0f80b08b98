"""What of Gradio's own routes is open, and how often."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.ui.conftest import FakeAssistant, in_event_loop, one_course
from ui.app import build
from ui.gradio_routes import BEHIND_ONE_ADDRESS, GradioRoutes
from ui.learner import LOCAL, Learner
from ui.sign_in import Gate

JOIN = "/gradio_api/queue/join"


def by_name(connection: HTTPConnection) -> Learner | None:
    name = connection.headers.get("x-name")
    return Learner(f"account:{name}", name, "learner") if name else None


@pytest.fixture
def client() -> TestClient:
    async def page(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("here")

    app = Starlette(routes=[Route("/{rest:path}", page, methods=["GET", "POST"])])
    gate = Gate(GradioRoutes(app, per_minute=2), [by_name], unknown=LOCAL)
    return TestClient(gate, base_url="http://127.0.0.1", headers={"Origin": "http://127.0.0.1"})


def test_a_person_may_call_so_often_and_others_are_not_held_up(client: TestClient) -> None:
    statuses = [client.post(JOIN, headers={"X-Name": "ida"}).status_code for _ in range(3)]
    refused = client.post(JOIN, headers={"X-Name": "ida", "Accept-Language": "de"})

    assert statuses == [200, 200, 429]
    assert refused.json()["detail"].startswith("Sie haben hier in einer Minute mehr als 2 Dinge getan")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert client.post(JOIN, headers={"X-Name": "ben"}).status_code == 200
    assert client.get("/", headers={"X-Name": "ida"}).status_code == 200  # pages are not meant


def test_one_address_stands_for_a_class_and_not_for_more(client: TestClient) -> None:
    names = [f"learner-{number}" for number in range(BEHIND_ONE_ADDRESS * 2 + 1)]
    statuses = [client.post(JOIN, headers={"X-Name": name}).status_code for name in names]

    assert statuses == [200] * (BEHIND_ONE_ADDRESS * 2) + [429]
    refused = client.post(JOIN, headers={"X-Name": "another", "Accept-Language": "de"})
    assert refused.json()["error"].startswith("Aus Ihrem Netz kamen in einer Minute mehr als 40 Anfragen")


def test_whoever_sits_at_this_machine_is_not_counted(client: TestClient) -> None:
    assert {client.post(JOIN).status_code for _ in range(10)} == {200}


@pytest.fixture(scope="module")
def whole() -> TestClient:
    app = in_event_loop(lambda: build(one_course(FakeAssistant())))
    return TestClient(app, base_url="http://127.0.0.1", headers={"Origin": "http://127.0.0.1"})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "upload"),
        ("GET", "file=/etc/passwd"),
        ("GET", "proxy=https://example.org/"),
        ("POST", "call/predict"),
        ("POST", "vibe-edit"),
        ("GET", "info"),
        ("GET", "runs"),
    ],
)
def test_what_the_page_does_not_use_is_closed(whole: TestClient, method: str, path: str) -> None:
    closed = whole.request(method, f"/gradio_api/{path}")

    assert (closed.status_code, closed.json()["detail"]) == (404, "There is no such address.")
