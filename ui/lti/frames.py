"""FrameAncestors: in whose pages this server's own may be shown, by what is registered now."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from anyio import to_thread

from ui.errors import JournalError
from ui.journal import Journal

_KEPT = 5.0
"""Seconds."""


class FrameAncestors:
    """The origins of all registered platforms; asked for with each page, so they are kept for a moment."""

    def __init__(self, journal: Journal, clock: Callable[[], float] = time.monotonic) -> None:
        self._journal = journal
        self._clock = clock
        self._sources = "'self'"
        self._until = 0.0

    async def sources(self) -> str:
        """What stands after ``frame-ancestors`` in a policy; as before where it cannot be looked up."""
        if self._clock() >= self._until:
            with suppress(JournalError):
                self._sources = await to_thread.run_sync(self._looked_up)
            self._until = self._clock() + _KEPT
        return self._sources

    def _looked_up(self) -> str:
        origins = {origin for platform in self._journal.platforms.all() for origin in platform.registration.origins}
        return " ".join(["'self'", *sorted(origins)])
