"""Settings: a few values, read once from the environment at the edge; they never build anything."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

PACKAGED = "packaged"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can choose. Each field's environment variable is its name with COURSECITE_ before it."""

    data: Path
    """Where indexes and downloaded models live (COURSECITE_DATA)."""

    model: str = PACKAGED
    """The packaged GGUF, a path to one, ``owner/repo[:file.gguf]`` on the hub, or an http(s) address
    of an OpenAI-compatible server with ``#model`` at its end (COURSECITE_MODEL)."""

    model_key: str = ""
    """The key for such a server (COURSECITE_MODEL_KEY)."""

    embedder: str = PACKAGED
    """The packaged all-MiniLM-L6-v2, or a folder with a sentence-transformers model (COURSECITE_EMBEDDER)."""

    threads: int = 0
    """Threads for the model; 0 takes the machine's cores (COURSECITE_THREADS)."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Raises `ValueError`, with a sentence, for a value that is none."""
        threads = environment.get("COURSECITE_THREADS", "0")
        if not threads.isdecimal():
            raise ValueError(f"COURSECITE_THREADS is {threads!r}; set it to a number of threads.")
        data = environment.get("COURSECITE_DATA")
        return cls(
            data=Path(data).expanduser() if data else user_data_path("coursecite", appauthor=False),
            model=environment.get("COURSECITE_MODEL") or PACKAGED,
            model_key=environment.get("COURSECITE_MODEL_KEY", ""),
            embedder=environment.get("COURSECITE_EMBEDDER") or PACKAGED,
            threads=int(threads),
        )
