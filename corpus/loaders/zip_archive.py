"""ZIP archives from strangers: opened only when they are safe to unpack."""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from corpus.errors import FileUnreadable

MOST_MEMBERS = 20_000
MOST_BYTES = 4 * 2**30
"""Of all members together, unpacked."""

_SMALL = 64 * 2**20
"""Unpacked to no more than this, an archive may be packed as tightly as it likes."""

_TIGHTEST = 100
"""Text packs to a tenth, a repetitive table to a fiftieth; tighter than this only bombs do."""

_ENCRYPTED = 0x1


@contextmanager
def opened(path: Path) -> Iterator[ZipFile]:
    """The archive at `path`, once its list of members has shown that unpacking it is safe.

    Raises `FileUnreadable`, also for damage met while a member is read: for what is no ZIP archive,
    is protected by a password, unpacks to absurd sizes, or has members that would land outside
    the folder that it is unpacked into.
    """
    try:
        with ZipFile(path) as archive:
            _refuse_unsafe(path, archive.infolist())
            yield archive
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise FileUnreadable(path, "is damaged or is no ZIP archive; export or download it again") from error


def members(archive: ZipFile) -> Iterator[tuple[PurePosixPath, ZipInfo]]:
    """The files in an archive that `opened` gave, by name; folders and the leavings of macOS are passed over."""
    for info in sorted(archive.infolist(), key=lambda member: member.filename):
        name = _name(info)
        if not info.is_dir() and name.parts[0] != "__MACOSX":
            yield name, info


def _refuse_unsafe(path: Path, infos: list[ZipInfo]) -> None:
    if len(infos) > MOST_MEMBERS:
        raise FileUnreadable(path, f"holds more than {MOST_MEMBERS:,} files; split it into smaller archives")
    size = sum(info.file_size for info in infos)
    if size > MOST_BYTES or (size > _SMALL and size > _TIGHTEST * path.stat().st_size):
        raise FileUnreadable(
            path, f"unpacks to {size / 2**20:,.0f} MB, which no honest file of its size does; leave it out"
        )
    for info in infos:
        if info.header_offset < 0:
            raise BadZipFile(f"{info.filename} begins before the archive does")
        if info.flag_bits & _ENCRYPTED:
            raise FileUnreadable(path, "is protected by a password; save it without one")
        if not _stays_inside(info):
            raise FileUnreadable(path, f"holds {info.filename!r}, which would be unpacked outside of its folder")


def _stays_inside(info: ZipInfo) -> bool:
    name = _name(info)
    drive = bool(name.parts) and name.parts[0].endswith(":")
    link = stat.S_ISLNK(info.external_attr >> 16)
    return bool(name.parts) and not name.is_absolute() and ".." not in name.parts and not drive and not link


def _name(info: ZipInfo) -> PurePosixPath:
    return PurePosixPath(info.filename.replace("\\", "/"))
