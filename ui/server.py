"""Listening: a socket that is really ours, then uvicorn on it until Ctrl-C."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING

from ui.errors import ServeRefused

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ui.waiting import Line


def listen(host: str, port: int, *, is_guarded: bool, public_host: str = "") -> socket.socket:
    """Bind `host`:`port` now, before any model is loaded, so that a port in use is said at once.

    Raises `ServeRefused` for a port in use, and, as long as nobody must show who they are (`is_guarded`),
    for any address but this machine's own: anybody on the network could ask, and change courses. The
    same holds where another server passes on to this one what it gets as `public_host`.
    """
    if not is_guarded and not is_loopback(host):
        raise ServeRefused(
            f"{host} can be reached from other machines, and there are no accounts and no learning platform; "
            "add one first: coursecite user add NAME --role admin"
        )
    if not is_guarded and public_host and not is_loopback(public_host):
        raise ServeRefused(
            f"COURSECITE_PUBLIC_URL says that people come by {public_host}, and there are no accounts and no learning "
            "platform; add one first: coursecite user add NAME --role admin"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()
    except OSError as error:
        listening.close()
        raise ServeRefused(
            f"Port {port} on {host} cannot be opened ({error.strerror}); choose another with --port."
        ) from error
    return listening


def run(app: FastAPI, listening: socket.socket, line: Line, mounted_at: str = "") -> None:
    """Serve until Ctrl-C or SIGTERM. The answer that is being written then comes to its end; who waits is told.

    `mounted_at` is the path beneath which another server passes requests on, as ``/coursecite``, and cuts it off.
    What it says of the browser (``X-Forwarded-For``, ``X-Forwarded-Proto``) is believed from this machine alone.
    """
    from ui.patience import Server, configuration

    Server(configuration(app, mounted_at), line).run(sockets=[listening])


def is_loopback(host: str) -> bool:
    """Whether only this machine itself can reach a server that listens there."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
