from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.ui.conftest import FakeAssistant, in_event_loop, one_course
from ui.app import build


@pytest.fixture
def client(assistant: FakeAssistant) -> Iterator[TestClient]:
    with TestClient(in_event_loop(lambda: build(one_course(assistant))), base_url="http://127.0.0.1:7860") as client:
        yield client


def test_every_response_forbids_other_hosts_and_inline_handlers(client: TestClient) -> None:
    for path in ("/", "/config", "/theme.css", "/no-such-page"):
        policy = client.get(path).headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "script-src-attr 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert "unsafe-eval" not in policy


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "[::1]:7860"])
def test_the_page_answers_to_the_names_of_this_machine(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


def test_the_page_does_not_answer_to_a_name_that_was_pointed_at_it(client: TestClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_other_names_are_answered_to_when_they_are_given(assistant: FakeAssistant) -> None:
    app = in_event_loop(lambda: build(one_course(assistant), ["learn.example"]))
    with TestClient(app, base_url="http://learn.example") as client:
        assert client.get("/").status_code == 200


def test_no_other_page_may_read_what_this_one_says(client: TestClient) -> None:
    for path in ("/", "/config", "/gradio_api/info"):
        headers = client.get(path, headers={"Origin": "https://evil.example"}).headers
        assert "access-control-allow-origin" not in headers
        assert "access-control-allow-credentials" not in headers


def test_the_page_loads_nothing_from_elsewhere(client: TestClient) -> None:
    loaded = re.findall(r"""<(?:link|script|img)\b[^>]*(?:href|src)="(https?:)?//[^"]+""", client.get("/").text)
    theme = client.get("/theme.css").text

    assert loaded == []
    assert client.get("/config").json()["stylesheets"] == []
    assert "http" not in theme.replace("http://www.w3.org/2000/svg", "")


def test_gradios_own_pages_are_off(client: TestClient) -> None:
    config = client.get("/config").json()

    assert config["footer_links"] == []
    assert config["analytics_enabled"] is False
    assert config["run_history"] is False
    assert client.get("/docs").status_code == 404
    assert client.get("/openapi.json").status_code == 404
