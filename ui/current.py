"""CurrentAssistant: the assistant over a course's newest index, which another process may write meanwhile."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from rag import Assistant, RagError

_log = logging.getLogger(__name__)


class CurrentAssistant:
    """Call it for each question: it gives the assistant that is current then, at once.

    When the `pointer` file names another index version, `load` is called in the background, and the
    assistant before goes on answering until the new one is complete; for good, where it cannot be loaded.
    """

    def __init__(self, assistant: Assistant, pointer: Path, load: Callable[[], Assistant]) -> None:
        self._assistant = assistant
        self._pointer = pointer
        self._load = load
        self._failed = ""
        self._loading = threading.Lock()

    def __call__(self) -> Assistant:
        """The assistant to ask now."""
        name = self._newest()
        known = name in ("", self._failed) or name.startswith(f"{self._assistant.index_version}-")
        if not known and self._loading.acquire(blocking=False):
            threading.Thread(target=self._replace, args=(name,), name="loading an index", daemon=True).start()
        return self._assistant

    def use(self, assistant: Assistant) -> None:
        """From now on `assistant` answers; what it was made from is saved already."""
        self._assistant = assistant

    def _newest(self) -> str:
        try:
            return self._pointer.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def _replace(self, name: str) -> None:
        try:
            self._assistant = self._load()
        except RagError as error:
            self._failed = name
            _log.warning("A new index cannot be used, and the one before goes on answering: %s", error)
        finally:
            self._loading.release()
