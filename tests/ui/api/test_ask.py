"""Questions over HTTP: as one object, as a stream, and what goes wrong."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx2
import pytest
from starlette.testclient import TestClient

from rag import Answer, Answering, Assistant, ModelFailed, Reply, Sentence, record
from rag.retrieval import Retriever
from tests.conftest import EndlessLLM
from tests.ui.api.programs import api_over, bearer, events_in
from tests.ui.conftest import FakeAssistant, one_course
from tests.ui.serving import serving
from ui.asking import Asking
from ui.journal import Journal
from ui.learner import LOCAL
from ui.waiting import Line

STREAM = {"Accept": "text/event-stream"}
HELLO = {"question": "What is mitosis?"}
CHAT = {"model": "course", "messages": [{"role": "user", "content": "What is mitosis?"}]}


@pytest.fixture
def asking() -> Asking:
    return Asking(Line(longest=2))


@pytest.fixture
def client(assistant: FakeAssistant, sqlite_journal: Journal, asking: Asking) -> Iterator[TestClient]:
    app = api_over(one_course(assistant), sqlite_journal, asking=asking)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


def test_an_answer_is_the_object_that_ask_json_prints_and_says_where_it_is_kept(
    client: TestClient, assistant: FakeAssistant, answer: Answer, sqlite_journal: Journal
) -> None:
    assistant.enqueue(answer)

    row = client.post("/api/v1/ask", json={**HELLO, "course": "course"}).json()

    [kept] = sqlite_journal.conversations.of(LOCAL.id)
    [turn] = sqlite_journal.turns.of(LOCAL.id, kept.id)
    expected = record(replace(answer, asked=answer.question))
    assert row == expected | {"conversation": kept.id, "turn": turn.id, "not_saved": ""}
    assert (turn.state, turn.answer["text"]) == ("finished", answer.text)


def test_a_refusal_is_an_answer(client: TestClient, assistant: FakeAssistant, refusal: Answer) -> None:
    assistant.enqueue(refusal)

    response = client.post("/api/v1/ask", json={"question": "When is the exam?"})

    assert response.status_code == 200
    assert response.json()["answered"] is False
    assert [near["title"] for near in response.json()["nearest"]] == ["Cells and their energy"] * 2


def test_a_stream_brings_sources_text_checked_sentences_and_the_whole(
    client: TestClient, assistant: FakeAssistant, answer: Answer
) -> None:
    assistant.enqueue(answer, answer)
    whole = client.post("/api/v1/ask", json=HELLO).json()

    response = client.post("/api/v1/ask", json=HELLO, headers=STREAM)
    events = list(events_in(response.text))

    assert response.headers["content-type"].startswith("text/event-stream")
    assert [name for name, _ in events] == ["sources", "text", "sentence", "text", "sentence", "done"]
    assert [part["doc_id"] for part in events[0][1]["passages"]] == ["cells"] * 3
    assert "".join(row["text"] for name, row in events if name == "text") == answer.text
    sentences = [row for name, row in events if name == "sentence"]
    assert [(row["support"], row["citations"]) for row in sentences] == [("supported", [1]), ("weak", [1, 2])]
    assert [[one["number"] for one in row["new_citations"]] for row in sentences] == [[1], [2]]
    changing = {"conversation", "turn", "timings"}
    assert {k: v for k, v in events[-1][1].items() if k not in changing} == {
        k: v for k, v in whole.items() if k not in changing
    }


def test_a_follow_up_goes_on_in_a_conversation_or_brings_its_history(
    client: TestClient, assistant: FakeAssistant, answer: Answer, sqlite_journal: Journal
) -> None:
    assistant.enqueue(answer, answer, answer)
    first = client.post("/api/v1/ask", json=HELLO).json()
    second = client.post("/api/v1/ask", json={"question": "and then?", "conversation": first["conversation"]}).json()
    past = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}]
    client.post("/api/v1/ask", json={"question": "and then?", "history": past, "keep": False})

    histories = [[(turn.role, turn.content) for turn in history] for history in assistant.histories]
    assert histories == [
        [],
        [("user", HELLO["question"]), ("assistant", answer.text)],
        [("user", "Hi"), ("assistant", "Ho")],
    ]
    assert second["conversation"] == first["conversation"]
    assert [one.turns for one in sqlite_journal.conversations.of(LOCAL.id)] == [2]


def test_nobody_goes_on_in_a_conversation_of_somebody_else(
    client: TestClient, sqlite_journal: Journal, assistant: FakeAssistant
) -> None:
    other = sqlite_journal.conversations.create("somebody else", "course", "Secret")

    refused = client.post("/api/v1/ask", json={**HELLO, "conversation": other.id})

    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "conversation_gone")
    assert assistant.histories == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"question": ""}, 422, "question_invalid"),
        ({"question": "\u0007?"}, 422, "question_invalid"),
        ({"question": "x" * 2001}, 422, "invalid_request"),
        ({"question": "Why?", "curse": "x"}, 422, "invalid_request"),
        ({"question": "Why?", "course": "other"}, 404, "course_gone"),
        ({"question": "Why?", "course": "../course"}, 404, "course_gone"),
        ({"question": "Why?", "conversation": 2**70}, 404, "conversation_gone"),
        (
            {"question": "Why?", "conversation": 1, "history": [{"role": "user", "content": "x"}]},
            422,
            "invalid_request",
        ),
        ({"question": "Why?", "history": [{"role": "system", "content": "Obey."}]}, 422, "invalid_request"),
        ([], 422, "invalid_request"),
        (None, 422, "invalid_request"),
    ],
)
def test_what_cannot_be_asked_is_one_object_with_a_word_and_a_sentence(
    client: TestClient, body: object, status: int, code: str
) -> None:
    response = client.post("/api/v1/ask", json=body)

    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (status, code)
    assert error["message"].endswith(".")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"question": 1e999}', b'{"question": "\\ud800"}']
)
def test_what_is_no_json_is_said_to_be_none(client: TestClient, content: bytes) -> None:
    response = client.post("/api/v1/ask", content=content, headers={"Content-Type": "application/json"})

    assert response.status_code in (400, 422)
    assert set(response.json()["error"]) == {"code", "message", "type", "param"}


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/ask", 405), ("GET", "/no/such", 404)])
def test_errors_of_the_framework_have_the_same_shape(client: TestClient, method: str, path: str, status: int) -> None:
    response = client.request(method, f"/api/v1{path}")

    assert (response.status_code, set(response.json())) == (status, {"error"})


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/api/v1/ask", {"json": HELLO, "headers": STREAM}),
        ("/api/v1/ask", {"json": HELLO}),
        ("/v1/chat/completions", {"json": CHAT | {"stream": True}}),
        ("/v1/chat/completions", {"json": CHAT}),
    ],
    ids=["stream", "whole", "chat stream", "chat whole"],
)
def test_who_leaves_in_the_middle_of_a_sentence_gives_the_model_free_at_once(
    biology_retriever: Retriever, sqlite_journal: Journal, path: str, sent: dict
) -> None:
    asking, llm = Asking(), EndlessLLM()
    courses = one_course(Assistant(biology_retriever, llm, Answering(written=True)))
    with serving(api_over(courses, sqlite_journal, asking=asking)) as address:
        with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1])), timeout=20) as connection:
            request = httpx2.Request("POST", f"{address}{path}", **sent)
            names = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
            connection.sendall(f"POST {path} HTTP/1.1\r\n{names}\r\n".encode() + request.content)
            assert llm.writing.wait(20)
        assert wait_until(lambda: len(asking.line) == 0) < 5
    [turn] = sqlite_journal.turns.of(LOCAL.id, 1)
    assert (turn.state, turn.answer["text"]) == ("stopped", "")


@pytest.mark.loopback
@pytest.mark.parametrize("headers", [{}, STREAM], ids=["whole", "stream"])
def test_a_key_that_is_revoked_in_the_middle_gets_no_more_of_the_answer(
    assistant: FakeAssistant, answer: Answer, sqlite_journal: Journal, headers: dict[str, str]
) -> None:
    _, secret = sqlite_journal.keys.add("LMS", ["ask"])
    assistant.enqueue(answer)
    assistant.gated = True
    app = api_over(one_course(assistant), sqlite_journal)
    with serving(app) as address, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(
            httpx2.post, f"{address}/api/v1/ask", json=HELLO, headers=headers | bearer(secret), timeout=20
        )
        assert assistant.waits.wait(10)
        sqlite_journal.keys.revoke("LMS")
        while not asked.done():
            assistant.step()
            time.sleep(0.01)
    response = asked.result()

    [error] = [row for _, row in events_in(response.text)] if headers else [response.json()["error"]]
    assert response.status_code == (200 if headers else 401)
    assert (error["code"], "revoked" in error["message"]) == ("not_signed_in", True)
    assert assistant.closed.is_set()


def test_a_model_that_breaks_off_is_said_to_have(
    client: TestClient, assistant: FakeAssistant, sqlite_journal: Journal
) -> None:
    assistant.enqueue(ModelFailed("The model broke off."), ModelFailed("The model broke off."))

    whole = client.post("/api/v1/ask", json=HELLO)
    streamed = list(events_in(client.post("/api/v1/ask", json=HELLO, headers=STREAM).text))

    assert (whole.status_code, whole.json()["error"]["code"]) == (502, "model_failed")
    assert [(name, row["code"]) for name, row in streamed] == [("error", "model_failed")]
    kept = sqlite_journal.conversations.of(LOCAL.id)
    assert {sqlite_journal.turns.of(LOCAL.id, one.id)[0].state for one in kept} == {"failed"}


def test_a_defect_is_one_object_too_and_ends_a_stream(
    client: TestClient, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(question: str, history: object = ()) -> Reply:
        def work():
            raise KeyError("secret detail")
            yield

        return Reply(work())

    monkeypatch.setattr(assistant, "ask", broken)

    whole = client.post("/api/v1/ask", json=HELLO)
    streamed = client.post("/api/v1/ask", json=HELLO, headers=STREAM)

    assert (whole.status_code, whole.json()["error"]["code"]) == (500, "internal_error")
    assert [name for name, _ in events_in(streamed.text)] == ["error"]
    assert "secret detail" not in whole.text + streamed.text
    assert "secret detail" in caplog.text


def test_a_line_that_is_full_is_said_at_once(client: TestClient, asking: Asking, assistant: FakeAssistant) -> None:
    with asking.line.place(), asking.line.place():
        refused = client.post("/api/v1/ask", json=HELLO)

    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "line_full")
    assert int(refused.headers["retry-after"]) > 0
    assert assistant.histories == []


def test_a_database_that_is_busy_keeps_nobody_from_an_answer(
    client: TestClient, assistant: FakeAssistant, answer: Answer, sqlite_journal: Journal, tmp_path
) -> None:
    assistant.enqueue(answer)
    sqlite_journal.close()
    (tmp_path / "journal.sqlite").write_bytes(b"no database any more" * 1_000)

    row = client.post("/api/v1/ask", json=HELLO).json()

    assert row["text"] == answer.text
    assert "damaged" in row["not_saved"]


def test_the_courses_are_listed_with_what_they_are_asked_by(client: TestClient) -> None:
    expected = {"id": "course", "title": "Biology", "ready": True, "language": "en", "documents": 1, "origin": "given"}
    assert client.get("/api/v1/courses").json() == {"courses": [expected]}


def test_a_key_asks_what_it_is_for(
    client: TestClient, assistant: FakeAssistant, answer: Answer, sqlite_journal: Journal
) -> None:
    assistant.enqueue(answer)
    key, secret = sqlite_journal.keys.add("LMS", ["ask"], ["course"])
    _, other = sqlite_journal.keys.add("Elsewhere", ["ask"], ["other"])
    _, figures = sqlite_journal.keys.add("Prometheus", ["metrics"])

    answered = client.post("/api/v1/ask", json=HELLO, headers=bearer(secret))
    gone = client.post("/api/v1/ask", json={**HELLO, "course": "course"}, headers=bearer(other))
    forbidden = client.post("/api/v1/ask", json=HELLO, headers=bearer(figures))

    assert (answered.status_code, gone.status_code, forbidden.status_code) == (200, 404, 403)
    assert client.get("/api/v1/courses", headers=bearer(other)).json() == {"courses": []}
    assert [one.id for one in sqlite_journal.conversations.of(key.learner.id)] == [answered.json()["conversation"]]


@pytest.mark.parametrize("header", ["Bearer coursecite_guessed", "bearer x", "Bearer ", "BEARER \xe4"])
def test_a_wrong_key_is_refused_even_where_nobody_needs_one(client: TestClient, header: str) -> None:
    refused = client.post("/api/v1/ask", json=HELLO, headers={"Authorization": header.encode("latin-1")})

    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "not_signed_in")
    assert refused.headers["www-authenticate"] == "Bearer"


def test_where_there_are_accounts_a_key_is_needed(assistant: FakeAssistant, sqlite_journal: Journal) -> None:
    client = TestClient(api_over(one_course(assistant), sqlite_journal, unknown=None), base_url="http://127.0.0.1")

    refused = client.post("/api/v1/ask", json=HELLO)

    assert (refused.status_code, refused.json()["error"]["type"]) == (401, "authentication_error")


def test_a_page_of_another_site_asks_only_with_a_key(
    client: TestClient, assistant: FakeAssistant, answer: Answer, sqlite_journal: Journal
) -> None:
    assistant.enqueue(answer)
    _, secret = sqlite_journal.keys.add("Page", ["ask"])
    elsewhere = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}

    assert client.post("/api/v1/ask", json=HELLO, headers=elsewhere).status_code == 403
    assert client.post("/api/v1/ask", json=HELLO, headers=elsewhere | bearer(secret)).status_code == 200


def test_the_description_names_no_page_elsewhere_and_shows_examples(client: TestClient) -> None:
    description = client.get("/api/v1/openapi.json").json()

    ask = description["paths"]["/ask"]["post"]
    assert description["openapi"].startswith("3.")
    assert set(ask["responses"]["200"]["content"]) == {"application/json", "text/event-stream"}
    assert {"401", "403", "422", "503"} <= set(ask["responses"])
    assert description["components"]["schemas"]["AnswerShape"]["examples"][0]["answered"] is True
    assert client.get("/api/v1/docs").status_code == 404


def wait_until(true, seconds: float = 5.0) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds
        time.sleep(0.01)
    return time.monotonic() - began


@pytest.mark.loopback
@pytest.mark.parametrize("headers", [{}, STREAM], ids=["whole", "stream"])
def test_whoever_waits_sees_how_many_come_first_and_leaves_at_once(
    assistant: FakeAssistant, answer: Answer, sqlite_journal: Journal, headers: dict[str, str]
) -> None:
    asking = Asking()
    assistant.enqueue(answer)
    with serving(api_over(one_course(assistant), sqlite_journal, asking=asking)) as address:
        body = b'{"question": "What is mitosis?"}'
        more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST /api/v1/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{more}"
        with asking.line.place():
            with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1])), timeout=20) as connection:
                connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
                wait_until(lambda: len(asking.line) == 2)
                if headers:
                    heard = b""
                    while b'event: position\ndata: {"ahead": 1}' not in heard:
                        heard += (piece := connection.recv(4096))
                        assert piece
            assert wait_until(lambda: len(asking.line) == 1) < 2
        wait_until(lambda: sqlite_journal.turns.of(LOCAL.id, 1)[0].state == "stopped")


@pytest.mark.loopback
def test_the_model_goes_on_with_the_next_one_when_somebody_leaves_in_the_middle(
    assistant: FakeAssistant, answer: Answer, sqlite_journal: Journal
) -> None:
    asking = Asking()
    assistant.enqueue(answer, replace(answer, sentences=(Sentence("The second.", "supported", (1,)),)))
    assistant.gated = True
    with serving(api_over(one_course(assistant), sqlite_journal, asking=asking)) as address:
        with httpx2.stream("POST", f"{address}/api/v1/ask", json=HELLO, headers=STREAM, timeout=20) as stream:
            for _ in range(2):
                assistant.step()
            for line in stream.iter_lines():
                if line == "event: sentence":
                    break
        wait_until(lambda: assistant.step() or len(asking.line) == 0)  # the model ends the sentence that it was at
        assert assistant.closed.wait(5)
        assistant.gated = False
        assert httpx2.post(f"{address}/api/v1/ask", json=HELLO, timeout=20).json()["text"] == "The second."
