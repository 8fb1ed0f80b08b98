"""Fetching from addresses that others give: what hangs, is huge, leads elsewhere, or lies within."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator

import anyio
import pytest

from ui.errors import FetchFailed
from ui.lti import fetching
from ui.lti.fetching import LARGEST, fetch_json

pytestmark = [pytest.mark.anyio, pytest.mark.loopback]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Server:
    """Answers every connection with `answer`, byte by byte where it is `slow`."""

    def __init__(self) -> None:
        self.answer = b""
        self.slow = False
        self.heard: list[bytes] = []
        self.address = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.heard.append(await reader.readuntil(b"\r\n\r\n"))
            for start in range(0, len(self.answer), 1 if self.slow else 65_536):
                writer.write(self.answer[start : start + (1 if self.slow else 65_536)])
                await writer.drain()
                if self.slow:
                    await asyncio.sleep(0.1)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.heard.append(b"gone")
        finally:
            writer.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.address = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/jwks"
    async with listening:
        yield server


def http(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def fetched(server: Server, answer: bytes) -> object:
    server.answer = answer
    return await fetch_json(server.address, private_network=True)


async def test_an_object_is_fetched(server: Server) -> None:
    assert await fetched(server, http(b'{"keys": []}')) == {"keys": []}
    assert b"accept-encoding: identity" in server.heard[0].lower()


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (http(b"x" * (LARGEST + 1)), "more than"),
        (http(b"[1]"), "not what was asked"),
        (http(b"<html>"), "no JSON"),
        (http(b"[" * 100_000), "no JSON"),
        (http(b"{}", "302 Found", "Location: http://169.254.169.254/"), "302"),
        (http(b"{}", "500 Oh"), "500"),
        (b"no http at all\r\n\r\n", "cannot be reached"),
        (b"", "cannot be reached"),
    ],
)
async def test_what_is_huge_or_no_answer_is_refused(server: Server, answer: bytes, says: str) -> None:
    with pytest.raises(FetchFailed, match=says):
        await fetched(server, answer)
    assert len(server.heard) == 1, "nothing is followed"


@pytest.mark.parametrize("answer", [http(b"{}", "200 OK", "X: " + "y" * 500), http(b" " * 500 + b"{}")])
async def test_what_drips_is_given_up(server: Server, monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    server.slow, began = True, time.monotonic()

    with pytest.raises(FetchFailed, match="did not answer"):
        await fetched(server, answer)
    assert time.monotonic() - began < 3


async def test_what_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(FetchFailed, match="did not answer"):
            await fetch_json(f"http://127.0.0.1:{silent.getsockname()[1]}/", private_network=True)


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/jwks",
        "https://[::1]/jwks",
        "https://10.0.0.1/jwks",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://100.64.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://localhost/",
        "http://9.9.9.9/",
        "ftp://9.9.9.9/",
        "file:///etc/passwd",
        "https://user@9.9.9.9/",
        "https:///jwks",
        "",
    ],
)
async def test_nothing_within_is_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> bytes:
        raise AssertionError(address)

    monkeypatch.setattr(fetching, "_exchanged", never)
    with pytest.raises(FetchFailed):
        await fetch_json(address)


async def test_a_name_is_looked_up_once_and_all_its_addresses_must_be_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that says something else a moment later (DNS rebinding) is connected to where it was looked at."""
    answers = [["9.9.9.9"], ["9.9.9.9", "127.0.0.1"]]
    asked, connected = [], []

    async def looked_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(None, None, None, "", (one, port)) for one in answers[len(asked) - 1]]

    async def connect(numeric: str, address: str, *_: object) -> bytes:
        connected.append((numeric, address))
        return b"{}"

    monkeypatch.setattr(anyio, "getaddrinfo", looked_up)
    monkeypatch.setattr(fetching, "_exchanged_at", connect)
    assert await fetch_json("https://lms.example/jwks") == {}
    with pytest.raises(FetchFailed, match="private network"):
        await fetch_json("https://lms.example/jwks")

    assert asked == ["lms.example", "lms.example"]
    assert connected == [("9.9.9.9", "https://lms.example/jwks")]


async def test_a_certificate_must_be_that_of_the_name(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connected to by its number, a server is still known by its name."""
    told: list[str] = []
    real = fetching.httpx2.AsyncClient.stream

    def spied(self: object, *given: object, **more: object):
        told.append(str(more["extensions"]["sni_hostname"]))  # type: ignore[index]
        return real(self, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(fetching.httpx2.AsyncClient, "stream", spied)
    server.answer = http(b"{}")
    await fetch_json(server.address.replace("127.0.0.1", "localhost"), private_network=True)

    assert set(told) == {"localhost"}
    assert b"host: localhost:" in server.heard[0].lower()
