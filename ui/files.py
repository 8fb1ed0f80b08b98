"""Files that a crash or a full disk leaves whole."""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ui.errors import NotSaved

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


@contextmanager
def saving(path: Path) -> Iterator[None]:
    """What goes wrong with the disk in this block is said in one sentence. Raises `NotSaved`."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise NotSaved(
                "The disk is full, and {name} was not saved; free some space and try again.", name=path.name
            ) from error
        raise NotSaved(
            "{name} could not be saved ({reason}); ask whoever runs this server to look at its folder.",
            name=path.name,
            reason=error.strerror,
        ) from error


def write_whole(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Write a file so that a kill at any moment leaves the old one or the new one. Raises `NotSaved`.

    `mode` says who may read it, as far as the process's umask lets them.
    """
    draft = path.with_name(f".{path.name}-{uuid.uuid4().hex[:8]}")
    with saving(path):
        try:
            with open(draft, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
