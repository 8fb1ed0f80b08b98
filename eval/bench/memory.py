"""Peak memory of a process and of all that it starts, together: what a machine must have to spare."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType

_PROC = Path("/proc")


class PeakMemory:
    """Looks at a process and its descendants every 50 ms, for use in a ``with``; `mb` is the most they held at once.

    Memory that several of them share, such as libraries, is counted for each. Needs Linux.
    """

    def __init__(self, pid: int) -> None:
        self.mb = 0.0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.mb = max(self.mb, sum(map(resident_mb, _with_descendants(self._pid))))
            if self._over.wait(0.05):
                return


def _with_descendants(pid: int) -> list[int]:
    children: list[int] = []
    with suppress(OSError):  # it may have ended meanwhile
        for task in (_PROC / str(pid) / "task").iterdir():
            children += map(int, (task / "children").read_text(encoding="ascii").split())
    return [pid, *(found for child in children for found in _with_descendants(child))]


def resident_mb(pid: int) -> float:
    """What a process holds now; 0 where it has ended. Needs Linux."""
    with suppress(OSError):
        for line in (_PROC / str(pid) / "status").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0
