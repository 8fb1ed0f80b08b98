"""code_sha256: one hash of the assistant's own code, so that a run says what it measured."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path


@cache
def code_sha256() -> str:
    """The hash of every module of `corpus` and `rag`: answers made by other code are another run's."""
    digest = hashlib.sha256()
    for package in ("corpus", "rag"):
        folder = Path(str(files(package)))
        for module in sorted(folder.rglob("*.py")):
            digest.update(f"{package}/{module.relative_to(folder).as_posix()}\n".encode())
            digest.update(module.read_bytes())
    return digest.hexdigest()
