"""Uploads: a course's files put in place, replaced and deleted; each is whole at any moment, or not there."""

from __future__ import annotations

import re
import shutil
import threading
import unicodedata
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from anyio.to_thread import run_sync

from corpus import course_files, unreadable_name
from ui.errors import FileGone, UploadRefused, UploadTooLarge
from ui.files import saving

RESERVED = frozenset({"course.toml", "corrections.jsonl", "evaluation.jsonl"})
"""What the program itself keeps in a course folder."""

_DRAFTS = ".uploads"
_LONGEST_NAME = 150
_MEGABYTE = 2**20
_SPARE = 64 * _MEGABYTE
"""Bytes of the disk that an upload leaves for the index and the journal."""


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """The most that may be uploaded: bytes of one file and of a course, and files of a course."""

    file: int = 200 * _MEGABYTE
    course: int = 2048 * _MEGABYTE
    files: int = 2000


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of a course as it lies in its folder: its path there, and its bytes."""

    name: str
    size: int


class CourseFolder:
    """The files of one course, as instructors change them. Many may do so at once; whoever ends last wins."""

    _placing = threading.Lock()

    def __init__(self, folder: Path, limits: UploadLimits | None = None) -> None:
        self._folder = folder
        self.limits = limits or UploadLimits()

    def files(self) -> list[StoredFile]:
        """What lies there, by name, without what the program itself keeps there."""
        with saving(self._folder):
            return [
                StoredFile(name, path.stat().st_size)
                for name, path in course_files(self._folder)
                if name not in RESERVED
            ]

    async def receive(self, name: str, size: int | None, content: AsyncIterator[bytes]) -> StoredFile:
        """Put a file in place, or in the place of the one of its name, once all of it has come.

        `size` is what the browser announced; what comes is counted all the same. Raises
        `UploadRefused` or `UploadTooLarge`, before anything is read where that can be told, and
        `NotSaved`; nothing of it stays then.
        """
        if name not in {file.name for file in self.files()}:  # else it is replaced, in its sub-folder
            name = file_name(name)
        most = self._most(name)
        if size is not None and size > most:
            raise self._too_large(name, most)
        with self._draft() as draft:
            with saving(self._folder / name), draft.open("wb") as stream:
                received = await self._write(stream, name, most, content)
            if size is not None and received != size:
                raise UploadRefused("{name} did not come whole; upload it again.", name=name)
            if not received:
                raise UploadRefused("{name} is empty; choose another file.", name=name)
            with self._placing, saving(self._folder / name):
                draft.replace(self._folder / name)
        return StoredFile(name, received)

    def delete(self, name: str) -> None:
        """Delete a file. Raises `FileGone` for anything but the name of a file that is listed, or `NotSaved`."""
        if name not in {file.name for file in self.files()}:
            raise FileGone("{name} is not here any more.", name=name)
        with saving(self._folder / name):
            (self._folder / name).unlink(missing_ok=True)

    async def _write(self, stream: IO[bytes], name: str, most: int, content: AsyncIterator[bytes]) -> int:
        received = 0
        async for piece in content:
            received += len(piece)
            if received > most:
                raise self._too_large(name, most)
            await run_sync(stream.write, piece)
        return received

    def _most(self, name: str) -> int:
        """The bytes that a file of this name may have. Raises `UploadRefused` where there is no room for another."""
        others = [file for file in self.files() if file.name != name]
        if len(others) >= self.limits.files:
            raise UploadRefused("This course has {most} files already; delete some first.", most=self.limits.files)
        with saving(self._folder):
            free = shutil.disk_usage(self._folder).free - _SPARE
        return max(0, min(self.limits.file, self.limits.course - sum(file.size for file in others), free))

    def _too_large(self, name: str, most: int) -> UploadTooLarge:
        if most == self.limits.file:
            return UploadTooLarge(
                "{name} is larger than {size}, the most for one file; split it.", name=name, size=_megabytes(most)
            )
        return UploadTooLarge(
            "There is room for {size} more in this course, and {name} is larger; delete some files first.",
            name=name,
            size=_megabytes(most),
        )

    @contextmanager
    def _draft(self) -> Iterator[Path]:
        drafts = self._folder / _DRAFTS
        draft = drafts / uuid.uuid4().hex
        with saving(self._folder):
            drafts.mkdir(exist_ok=True)
        try:
            yield draft
        finally:
            draft.unlink(missing_ok=True)


def remove_drafts(folder: Path) -> None:
    """Delete what uploads left that a kill broke off."""
    shutil.rmtree(folder / _DRAFTS, ignore_errors=True)


def file_name(name: str) -> str:
    """The name under which an uploaded file is kept: its own, without folders and what file systems refuse.

    Raises `UploadRefused` for one that no file of a course can have.

    >>> file_name("../../week 1/Cell<cycle>.pdf")
    'Cell_cycle_.pdf'
    """
    last = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    plain = "".join(character for character in last if character.isprintable())
    plain = re.sub(r'[<>:"|?*]', "_", plain).strip().strip(".") if not plain.startswith(".") else ""
    stem, dot, suffix = plain.rpartition(".")
    while stem and len(plain.encode()) > _LONGEST_NAME:
        stem = stem[:-1]
        plain = f"{stem.rstrip()}{dot}{suffix}"
    if not plain or not stem:
        raise UploadRefused("The file has no name that can be kept; rename it, and upload it again.")
    if plain.casefold() in RESERVED:
        raise UploadRefused("{name} is kept by the program itself; rename the file, and upload it again.", name=plain)
    if reason := unreadable_name(plain):
        raise UploadRefused("{name} {reason}.", name=plain, reason=reason)
    return plain


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:,.0f} MB"
