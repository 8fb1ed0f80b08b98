"""Files that a crash or a full disk leaves whole."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eval.errors import RunNotSaved


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a crash leaves the old one or the new one. Raises `RunNotSaved`."""
    partial = path.with_name(path.name + ".partial")
    with saving(path):
        try:
            with partial.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except OSError:
            partial.unlink(missing_ok=True)
            raise


@contextmanager
def saving(path: Path) -> Iterator[None]:
    """Turn an `OSError` of writing `path` into a `RunNotSaved` that says what to do."""
    try:
        yield
    except OSError as error:
        reason = "the disk is full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else error.strerror
        raise RunNotSaved(
            f"{path} cannot be written ({reason}); what was written before is intact, "
            f"so mend that and run the same command again to go on."
        ) from error


class LineAppender:
    """Appends lines to a file, each on the disk before `append` returns; for use in a ``with``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        kept = sum(map(len, whole_lines(path)))
        with saving(path):
            self._file = path.open("ab", buffering=0)
            self._file.truncate(kept)

    def __enter__(self) -> LineAppender:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def append(self, line: bytes) -> None:
        """Add one line, its break included. Raises `RunNotSaved`; the lines before it stay whole."""
        before = os.fstat(self._file.fileno()).st_size
        with saving(self._path):
            try:
                _write_all(self._file.fileno(), line)
                os.fsync(self._file.fileno())
            except OSError:
                self._file.truncate(before)
                raise


def whole_lines(path: Path) -> list[bytes]:
    """The lines of a file, each with its break; one that a crash cut off is left out. No file, no lines."""
    if not path.exists():
        return []
    *lines, _cut_off = path.read_bytes().split(b"\n")
    return [line + b"\n" for line in lines]


def _write_all(file: int, content: bytes) -> None:
    while content:
        content = content[os.write(file, content) :]
