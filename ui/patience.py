"""How long the server waits: for a request that does not come, and for answers when it is stopped."""

from __future__ import annotations

import asyncio
import socket
import time
from typing import Final

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from ui.waiting import Line

HEAD_SECONDS: Final = 10.0
"""For the first line and the headers of a request, from its first byte, or from when somebody connects."""

ANSWER_SECONDS: Final = 10.0
"""For an answer that is being written when the server is stopped."""

_PAGES_SECONDS: Final = 3
"""For what else is connected then: pages keep a stream open for as long as they are shown."""


class PatientProtocol(H11Protocol):
    """HTTP, in which a connection on which no request comes is closed: uvicorn itself would wait for ever."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody connected."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Something came. As long as it is not a whole head, the time that was given runs on."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._waiting is None and self.conn.trailing_data[0]:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        if self._waiting:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.close()


class Server(uvicorn.Server):
    """A server that lets answers come to their end, or says that they will not, before it closes connections."""

    def __init__(self, config: uvicorn.Config, line: Line) -> None:
        super().__init__(config)
        self._line = line

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End."""
        self._line.close(ANSWER_SECONDS)
        latest = time.monotonic() + ANSWER_SECONDS + _PAGES_SECONDS
        while len(self._line) and not self.force_exit and time.monotonic() < latest:
            await asyncio.sleep(0.05)
        await super().shutdown(sockets)


def configuration(app: ASGIApp, mounted_at: str = "") -> uvicorn.Config:
    """What uvicorn is told; `mounted_at` as for `ui.server.run`. Logging is configured already."""
    return uvicorn.Config(
        app,
        http=PatientProtocol,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_PAGES_SECONDS,
        root_path=mounted_at,
        lifespan="on",
    )
