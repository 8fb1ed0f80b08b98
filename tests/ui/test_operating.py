"""What whoever runs a server looks at: health, figures, logs; and what a request may be like."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message

from rag import Answer, ModelFailed
from tests.conftest import PROJECT
from tests.ui.api.programs import api_over, bearer
from tests.ui.conftest import FakeAssistant, one_course
from ui.api import ApiLimits
from ui.api.keys import WRONG_PER_MINUTE
from ui.asking import Asking
from ui.guard import LARGEST_BODY, Guard
from ui.journal import Journal
from ui.learner import LOCAL, Learner
from ui.logs import configure_logs
from ui.waiting import Line

QUESTION = "What is mitosis, said nobody else?"
HELLO = {"question": QUESTION}


@pytest.fixture
def asking() -> Asking:
    return Asking(Line(longest=3))


@pytest.fixture
def client(assistant: FakeAssistant, sqlite_journal: Journal, asking: Asking) -> Iterator[TestClient]:
    app = api_over(one_course(assistant), sqlite_journal, asking=asking)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


def figures(client: TestClient) -> dict[str, float]:
    lines = [line.rsplit(" ", 1) for line in client.get("/metrics").text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def test_a_server_is_alive_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"alive": True}
    assert client.get("/readyz").json() == {"ready": True, "problems": {}}


def test_health_needs_no_account_but_figures_need_a_right(assistant: FakeAssistant, sqlite_journal: Journal) -> None:
    _, asks = sqlite_journal.keys.add("asks", ["ask"])
    _, reads = sqlite_journal.keys.add("reads", ["metrics"])
    app = api_over(one_course(assistant), sqlite_journal, unknown=None)
    client = TestClient(app, base_url="http://127.0.0.1")

    assert [client.get(path).status_code for path in ("/healthz", "/readyz", "/metrics")] == [200, 200, 401]
    assert client.get("/metrics", headers=bearer(asks)).status_code == 403
    assert "coursecite_line_length 0.0" in client.get("/metrics", headers=bearer(reads)).text


def test_a_server_that_cannot_answer_says_why(
    client: TestClient, sqlite_journal: Journal, asking: Asking, tmp_path: Path
) -> None:
    sqlite_journal.close()
    (tmp_path / "journal.sqlite").write_bytes(b"no database any more" * 1_000)
    asking.line.close(1)

    told = client.get("/readyz")

    assert (told.status_code, told.json()["ready"]) == (503, False)
    assert "damaged" in told.json()["problems"]["database"]
    assert told.json()["problems"]["server"] == "It is being stopped."
    assert client.get("/healthz").status_code == 200


def test_a_course_without_material_cannot_be_asked_and_is_said_to_be_so(
    assistant: FakeAssistant, sqlite_journal: Journal
) -> None:
    courses = one_course(assistant)
    app = api_over(courses, sqlite_journal)
    courses["course"].current = None

    assert "courses" in TestClient(app, base_url="http://127.0.0.1").get("/readyz").json()["problems"]


def test_what_became_of_questions_is_counted(
    client: TestClient, assistant: FakeAssistant, answer: Answer, refusal: Answer, asking: Asking
) -> None:
    assistant.enqueue(answer, refusal, ModelFailed("Broke off."))
    for _ in range(3):
        client.post("/api/v1/ask", json=HELLO)
    with asking.line.place(), asking.line.place(), asking.line.place():
        client.post("/api/v1/ask", json=HELLO)
        assert figures(client)["coursecite_line_length"] == 3

    counted = figures(client)
    outcomes = ("answered", "refused", "failed", "turned_away")
    assert [counted[f'coursecite_questions_total{{course="course",outcome="{one}"}}'] for one in outcomes] == [1] * 4
    assert counted['coursecite_sentences_total{support="supported"}'] == 1
    assert counted['coursecite_sentences_total{support="weak"}'] == 1
    assert counted["coursecite_answer_seconds_count"] == 2
    assert counted['coursecite_requests_total{area="api",method="POST",status="503"}'] == 1


def test_the_alerts_look_at_figures_that_there_are(
    client: TestClient, assistant: FakeAssistant, answer: Answer
) -> None:
    assistant.enqueue(answer)
    client.post("/api/v1/ask", json=HELLO)
    text = (PROJECT / "deploy" / "alerts.yml").read_text(encoding="utf-8")
    rules = yaml.safe_load(text)["groups"][0]["rules"]
    known = {name.split("{")[0] for name in figures(client)}

    assert "CourseciteTooFewAnswers" in {rule["alert"] for rule in rules}
    for rule in rules:
        assert set(re.findall(r"coursecite_\w+", rule["expr"])) <= known, rule["alert"]
        assert set(rule["annotations"]) == {"summary", "description"}
    outcomes = set(re.findall(r'outcome=~?"([\w|]+)"', text))
    assert {one for group in outcomes for one in group.split("|")} <= {"answered", "refused", "failed", "turned_away"}


@pytest.fixture
def json_log() -> Iterator[Callable[[], list[dict[str, object]]]]:
    """What the server has logged since, line by line."""
    root, ours, stream = logging.getLogger(), logging.getLogger("ui"), io.StringIO()
    before = root.handlers, root.level, ours.level
    configure_logs("json", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])


def test_the_log_has_a_line_for_each_request_and_question_but_not_what_was_asked(
    client: TestClient, assistant: FakeAssistant, answer: Answer, json_log
) -> None:
    assistant.enqueue(answer)
    response = client.post("/api/v1/ask", json=HELLO, headers={"X-Request-ID": "from-the-proxy.1"})
    client.get("/no/such/page?secret=1")

    lines = json_log()
    [question] = [line for line in lines if line["message"] == "question"]
    first, second = (line for line in lines if line["message"] == "request")
    assert response.headers["x-request-id"] == "from-the-proxy.1" == first["request_id"] == question["request_id"]
    assert (first["method"], first["path"], first["status"]) == ("POST", "/api/v1/ask", 200)
    assert (question["course"], question["outcome"]) == ("course", "answered")
    assert second["request_id"] not in ("", first["request_id"])
    assert QUESTION not in json.dumps(lines)
    assert "secret" not in json.dumps(lines)


def test_what_was_asked_is_logged_where_that_was_switched_on(
    assistant: FakeAssistant, answer: Answer, sqlite_journal: Journal, json_log
) -> None:
    assistant.enqueue(answer)
    app = api_over(one_course(assistant), sqlite_journal, asking=Asking(logs_questions=True))
    TestClient(app, base_url="http://127.0.0.1").post("/api/v1/ask", json=HELLO)

    assert [line["question"] for line in json_log() if line["message"] == "question"] == [QUESTION]


def test_a_request_with_an_odd_id_gets_one_of_ours(client: TestClient) -> None:
    given = client.get("/healthz", headers={"X-Request-ID": 'x" onload=1'}).headers["x-request-id"]

    assert re.fullmatch(r"[0-9a-f]{32}", given)


def test_somebody_who_asks_too_often_is_told_when_to_come_back(
    assistant: FakeAssistant, answer: Answer, sqlite_journal: Journal
) -> None:
    _, secret = sqlite_journal.keys.add("LMS", ["ask"], per_minute=2)
    assistant.enqueue(answer, answer, answer)
    app = api_over(one_course(assistant), sqlite_journal)
    client = TestClient(app, base_url="http://127.0.0.1")
    answers = [client.post("/api/v1/ask", json=HELLO, headers=bearer(secret)) for _ in range(3)]

    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[2].json()["error"]["code"] == "too_many"
    assert 1 <= int(answers[2].headers["retry-after"]) <= 60
    assert client.post("/api/v1/ask", json=HELLO).status_code == 200  # whoever sits at the machine


def test_people_in_the_chat_are_counted_too() -> None:
    asking, ida, ben = Asking(per_minute=1), Learner("ida", "Ida", "learner"), Learner("ben", "Ben", "learner")
    asking.admit(ida, "course")
    asking.admit(ben, "course")
    asking.admit(LOCAL, "course")
    asking.admit(LOCAL, "course")

    with pytest.raises(Exception, match="You asked 1 questions within a minute"):
        asking.admit(ida, "course")


async def _echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


@pytest.mark.parametrize(
    ("path", "content", "status"),
    [
        ("/api/v1/ask", b"x" * LARGEST_BODY, 200),
        ("/api/v1/ask", b"x" * (LARGEST_BODY + 1), 413),
        ("/api/v1/ask", b"x" * 10_000_000, 413),
        ("/gradio_api/queue/join", b"x" * 10_000_000, 413),
        ("/instructor/courses/biology/files", b"x" * 10_000_000, 200),
        ("/instructor/courses/x/y/files", b"x" * 10_000_000, 413),
        ("/api/v1/courses/biology/documents/week 1/a.pdf", b"x" * 10_000_000, 200),
    ],
)
@pytest.mark.parametrize("announced", [True, False])
def test_a_request_may_be_large_only_where_files_are_sent(
    path: str, content: bytes, status: int, announced: bool
) -> None:
    client = TestClient(Guard(Starlette(routes=[Route("/{rest:path}", _echo, methods=["POST"])])))

    answer = client.post(path, content=content if announced else iter([content[:500_000], content[500_000:]]))

    assert answer.status_code == status
    assert answer.text == str(len(content)) if status == 200 else answer.headers["connection"] == "close"


def test_pages_of_the_sites_that_were_named_may_call_the_api_and_no_others(
    assistant: FakeAssistant, sqlite_journal: Journal
) -> None:
    limits = ApiLimits(origins=("https://site.example",))
    client = TestClient(api_over(one_course(assistant), sqlite_journal, limits=limits), base_url="http://127.0.0.1")
    wish = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}

    allowed = client.options("/api/v1/ask", headers={"Origin": "https://site.example", **wish})
    others = client.options("/api/v1/ask", headers={"Origin": "https://evil.example", **wish})
    page = client.get("/healthz", headers={"Origin": "https://site.example"})

    assert allowed.headers["access-control-allow-origin"] == "https://site.example"
    assert "access-control-allow-credentials" not in allowed.headers
    assert (others.status_code, "access-control-allow-origin" in others.headers) == (400, False)
    assert "access-control-allow-origin" not in page.headers


def test_an_address_that_sends_too_many_requests_is_told_to_wait(
    assistant: FakeAssistant, sqlite_journal: Journal
) -> None:
    _, secret = sqlite_journal.keys.add("LMS", ["ask"])
    app = api_over(one_course(assistant), sqlite_journal, limits=ApiLimits(requests_per_minute=3))
    client = TestClient(app, base_url="http://127.0.0.1")

    statuses = [client.get("/api/v1/courses", headers=bearer(secret)).status_code for _ in range(5)]

    assert statuses == [200, 200, 200, 429, 429]


def test_keys_are_not_guessed_and_right_ones_are_right_whatever_else_comes_from_their_address(
    assistant: FakeAssistant, sqlite_journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    _, secret = sqlite_journal.keys.add("LMS", ["ask"])
    client = TestClient(api_over(one_course(assistant), sqlite_journal), base_url="http://127.0.0.1")
    guesses = [client.get("/api/v1/courses", headers=bearer(f"coursecite_{number}")) for number in range(30)]

    assert [one.status_code for one in guesses] == [401] * WRONG_PER_MINUTE + [429] * (30 - WRONG_PER_MINUTE)
    assert float(guesses[-1].headers["retry-after"]) > 0
    assert sum("wrong API key" in record.message for record in caplog.records) == WRONG_PER_MINUTE
    assert client.get("/api/v1/courses", headers=bearer(secret)).status_code == 200
    assert client.get("/api/v1/courses").status_code == 200  # who sends no key is not meant


def test_a_request_that_comes_too_slowly_is_given_up() -> None:
    sent: list[Message] = []

    async def slow() -> Message:
        await asyncio.sleep(10)
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/api/v1/ask", "method": "POST", "headers": [(b"content-length", b"9")]}
    asyncio.run(Guard(Starlette(), body_seconds=0.05)(scope, slow, send))

    assert sent[0]["status"] == 408


@pytest.mark.parametrize("path", ["/api/v1/courses/a%0Ab/indexing", "/%00", "/instructor/%7F"])
def test_an_address_with_control_characters_is_none(
    assistant: FakeAssistant, sqlite_journal: Journal, path: str
) -> None:
    client = TestClient(api_over(one_course(assistant), sqlite_journal), base_url="http://127.0.0.1")

    assert client.get(path).status_code == 404
    assert client.get("/api/v1/courses/a\u00a0b/indexing").json()["error"]["code"] == "not_found"  # there is no desk
