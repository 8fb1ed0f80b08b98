"""SelfTests: which models have shown that their wording is better than the course's own, by their fingerprint."""

from __future__ import annotations

import json
import os
from pathlib import Path

from ui.errors import SelfTestNotSaved


class SelfTests:
    """What each model's self-test found, by the model's fingerprint."""

    def __init__(self, data: Path) -> None:
        self._path = data / "self-tests.json"

    def words_better(self, fingerprint: str) -> bool:
        """Whether the model's own wording was better; not, where it was never tested."""
        return self._found().get(fingerprint) is True

    def remember(self, fingerprint: str, *, words_better: bool) -> None:
        """Keep what a self-test found, in the place of an earlier one. Raises `SelfTestNotSaved`."""
        found = self._found() | {fingerprint: words_better}
        part = self._path.with_suffix(f".{os.getpid()}.part")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
            part.replace(self._path)
        except OSError as error:
            raise SelfTestNotSaved(
                f"What the self-test found cannot be kept in {self._path} ({error.strerror}); free some space, or set "
                "COURSECITE_ANSWERS."
            ) from error

    def _found(self) -> dict[str, object]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}
