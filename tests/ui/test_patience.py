"""Connections on which nothing comes, and a server that is stopped while it answers."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest

from rag import Answer
from tests.ui.api.programs import api_over, events_in
from tests.ui.conftest import FakeAssistant, one_course
from ui import patience
from ui.asking import Asking
from ui.journal import Journal
from ui.learner import LOCAL
from ui.patience import Server, configuration

pytestmark = pytest.mark.loopback

HELLO = {"question": "What is mitosis?"}


@contextmanager
def served(assistant: FakeAssistant, journal: Journal, asking: Asking) -> Iterator[tuple[Server, int]]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = Server(configuration(api_over(one_course(assistant), journal, asking=asking)), asking.line)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield server, listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(timeout=20)
        assert not thread.is_alive()


def wait_for_line(asking: Asking, length: int) -> None:
    deadline = time.monotonic() + 20
    while len(asking.line) < length:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(
    "sent",
    [[b""], [b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "], [b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HT"]],
    ids=["nothing", "half a head", "half a second head"],
)
def test_who_connects_and_asks_nothing_is_not_waited_for(
    assistant: FakeAssistant, sqlite_journal: Journal, monkeypatch: pytest.MonkeyPatch, sent: list[bytes]
) -> None:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.5)
    with (
        served(assistant, sqlite_journal, Asking()) as (_, port),
        socket.create_connection(("127.0.0.1", port), timeout=5) as connection,
    ):
        for whole in sent[:-1]:
            connection.sendall(whole)
            assert b"200 OK" in connection.recv(4096)
        connection.sendall(sent[-1])
        began = time.monotonic()
        while connection.recv(4096):
            pass
        assert time.monotonic() - began < 3


def test_many_slow_connections_keep_nobody_else_from_an_answer(
    assistant: FakeAssistant, answer: Answer, sqlite_journal: Journal
) -> None:
    assistant.enqueue(answer)
    slow: list[socket.socket] = []
    with served(assistant, sqlite_journal, Asking()) as (_, port):
        try:
            for _ in range(500):
                slow.append(socket.create_connection(("127.0.0.1", port), timeout=5))
                slow[-1].sendall(b"POST /api/v1/ask HTTP/1.1\r\nHost: x\r\nContent-Length: 10")
            began = time.monotonic()
            answered = httpx2.post(f"http://127.0.0.1:{port}/api/v1/ask", json=HELLO, timeout=10)
            seconds = time.monotonic() - began
        finally:
            for connection in slow:
                connection.close()

    assert answered.status_code == 200
    assert seconds < 2


def test_when_it_is_stopped_the_answer_that_is_being_written_is_finished_and_who_waits_is_told(
    assistant: FakeAssistant, answer: Answer, sqlite_journal: Journal
) -> None:
    asking, streams = Asking(), dict[str, str]()
    assistant.enqueue(answer, answer)
    assistant.gated = True

    def ask(name: str) -> None:
        headers = {"Accept": "text/event-stream"}
        streams[name] = httpx2.post(f"{address}/api/v1/ask", json=HELLO, headers=headers, timeout=20).text

    with served(assistant, sqlite_journal, asking) as (server, port):
        address = f"http://127.0.0.1:{port}"
        first, second = (threading.Thread(target=ask, args=(name,)) for name in ("first", "second"))
        first.start()
        assert assistant.waits.wait(20)
        assistant.gated = False  # only the first one waits, where it is
        second.start()
        wait_for_line(asking, 2)
        server.should_exit = True
        second.join(timeout=10)
        assistant.step()
        first.join(timeout=10)

    events = {name: list(events_in(text)) for name, text in streams.items()}
    assert events["first"][-1][0] == "done"
    assert events["first"][-1][1]["text"] == answer.text
    assert events["second"][-1] == (
        "error",
        {
            "code": "server_stopping",
            "message": "The server is being stopped; ask again in a moment.",
            "type": "server_error",
            "param": None,
        },
    )
    kept = [sqlite_journal.turns.of(LOCAL.id, one.id)[0].state for one in sqlite_journal.conversations.of(LOCAL.id)]
    assert sorted(kept) == ["failed", "finished"]


def test_an_answer_that_takes_too_long_to_finish_is_ended_and_said_to_be(
    assistant: FakeAssistant, answer: Answer, sqlite_journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "ANSWER_SECONDS", 0.2)
    asking, heard = Asking(), list[str]()
    assistant.enqueue(answer)
    assistant.gated = True

    def ask() -> None:
        headers = {"Accept": "text/event-stream"}
        heard.append(httpx2.post(f"{address}/api/v1/ask", json=HELLO, headers=headers, timeout=20).text)

    with served(assistant, sqlite_journal, asking) as (server, port):
        address = f"http://127.0.0.1:{port}"
        thread = threading.Thread(target=ask)
        thread.start()
        assert assistant.waits.wait(20)
        server.should_exit = True
        time.sleep(0.5)
        for _ in range(2):
            assistant.step()
        thread.join(timeout=10)

    assert [name for name, _ in events_in(heard[0])][-1] == "error"
    assert "server_stopping" in heard[0]
