"""PostgreSQL in a temporary folder: Debian's package, started by the tests, reached through a Unix socket alone."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SETTINGS = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c shared_buffers=16MB -c max_connections=60"


def programs() -> Path | None:
    """The folder of the newest PostgreSQL installed; Debian keeps its programs off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def running(bin_folder: Path, folder: Path) -> Iterator[str]:
    """A server with its data under `folder`; yields an address with ``{}`` in the place of the database's name."""
    data, as_user = folder / "data", _unprivileged(folder)
    socket_folder = folder  # short enough for a socket's name: at most 107 characters
    _call(as_user, bin_folder / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
    options = f"{_SETTINGS} -k {socket_folder}"
    _call(as_user, bin_folder / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield f"postgresql://tests@/{{}}?host={socket_folder}"
    finally:
        _call(as_user, bin_folder / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _unprivileged(folder: Path) -> list[str]:
    """How to run a program on `folder` so that PostgreSQL, which refuses root, runs it."""
    if os.getuid():
        return []
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]


def _call(as_user: list[str], *command: object) -> None:
    """Output goes to a file: the server would keep a pipe open."""
    subprocess.run([*as_user, *map(str, command)], cwd="/", stdout=subprocess.DEVNULL, check=True, timeout=120)
