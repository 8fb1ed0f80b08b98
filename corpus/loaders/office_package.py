"""Office files (OOXML and ODF): ZIP archives of XML, looked through before a parser meets them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo, is_zipfile

from lxml.etree import LxmlError

from corpus.errors import FileUnreadable
from corpus.loaders.zip_archive import opened

_LARGEST_PART = 256 * 2**20
"""Bytes of one XML part: a tree of it takes some ten times as much memory."""

_BLOCK = 2**20
_ENTITY = b"<!ENTITY"
_DAMAGE = (AttributeError, BadZipFile, IndexError, KeyError, LxmlError, SyntaxError, TypeError, ValueError)
"""What the parsers of Office files raise where a part, an element or an attribute is missing or odd."""

_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How binary Office files begin, and OOXML files that are encrypted."""


@contextmanager
def reading(
    path: Path, kind: str, *, errors: tuple[type[Exception], ...] = (), largest_part: int = _LARGEST_PART
) -> Iterator[None]:
    """Where a file is parsed and read as `kind`, "DOCX" say.

    `errors` are the parser's own, raised for damaged files; `largest_part` is in bytes.

    Raises `FileUnreadable`: beforehand where parsing it would not be safe, and within where the
    parser finds it damaged. Entities are refused by their declaration (Office writes none): no
    parser can then expand them.
    """
    _check(path, kind, largest_part)
    try:
        yield
    except (*_DAMAGE, *errors) as error:
        raise FileUnreadable(path, _damaged(kind)) from error


def _check(path: Path, kind: str, largest_part: int) -> None:
    if not is_zipfile(path):
        raise FileUnreadable(path, _what_else(path, kind))
    with opened(path) as archive:
        for info in archive.infolist():
            if info.filename.endswith((".xml", ".rels")):
                _check_part(path, archive, info, largest_part)


def _what_else(path: Path, kind: str) -> str:
    with path.open("rb") as stream:
        compound = stream.read(len(_COMPOUND_FILE)) == _COMPOUND_FILE
    if compound:
        return f"is protected by a password or in an old format; open it and save it as {kind} without a password"
    return _damaged(kind)


def _damaged(kind: str) -> str:
    article = "an" if kind[0] in "OX" else "a"
    return f"is not {article} {kind} file, or is damaged; open it in its program and save it as {kind} again"


def _check_part(path: Path, archive: ZipFile, info: ZipInfo, largest: int) -> None:
    if info.file_size > largest:
        raise FileUnreadable(path, f"has a part of {info.file_size / 2**20:,.0f} MB; split it into smaller files")
    with archive.open(info) as part:
        end = b""
        while block := part.read(_BLOCK):
            seen = end + block.replace(b"\x00", b"")  # UTF-16 is ASCII with zero bytes between
            if _ENTITY in seen:
                raise FileUnreadable(path, "declares XML entities, which could unpack without end; save it again")
            end = seen[-len(_ENTITY) :]
