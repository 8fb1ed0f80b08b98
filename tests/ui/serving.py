"""An app on a real port, for tests that need a browser."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp


def bound() -> socket.socket:
    """A socket on a port that was free."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()  # from now on whoever connects is answered as soon as the server is up
    return listening


def address_of(listening: socket.socket, host: str = "127.0.0.1") -> str:
    """The address that a server on the socket has, or will have."""
    return f"http://{host}:{listening.getsockname()[1]}"


@contextmanager
def serving(app: ASGIApp, listening: socket.socket | None = None) -> Iterator[str]:
    """Its address, on a port that was free."""
    with listening or bound() as socket_:
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1, ws="none", lifespan="on")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [socket_]})
        thread.start()
        try:
            yield address_of(socket_)
        finally:
            server.should_exit = True
            thread.join(timeout=20)
        assert not thread.is_alive()
