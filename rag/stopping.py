"""Stop: tells work under way that nobody waits for what comes of it any more."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stop:
    """Asked for at most once, and for good. For any thread.

    Work that comes to the same place again and again looks at `asked` there; work that is out of Python's
    hands for seconds gives a way to end it, with `ending`.
    """

    def __init__(self) -> None:
        self._asked = False
        self._ways: list[Callable[[], None]] = []
        self._changing = threading.Lock()

    @property
    def asked(self) -> bool:
        """Whether the work is to end."""
        return self._asked

    def ask(self) -> None:
        """End the work, now or as soon as it looks."""
        with self._changing:
            self._asked = True
            for end in self._ways:
                end()

    @contextmanager
    def ending(self, end: Callable[[], None]) -> Iterator[None]:
        """What happens in this block is ended by `end`, which is called from another thread and must not wait."""
        with self._changing:
            self._ways.append(end)
            if self._asked:
                end()
        try:
            yield
        finally:
            with self._changing:
                self._ways.remove(end)
