"""Archives that would do harm, and Office files that are such archives."""

import stat
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
import pytest

from corpus.errors import FileUnreadable
from corpus.loaders import zip_archive
from tests.corpus.loaders.loading import read, zipped

MEBIBYTE = b" " * 2**20


def _opened(tmp_path, content):
    path = tmp_path / "course.zip"
    path.write_bytes(content)
    with zip_archive.opened(path) as archive:
        return [(name, archive.read(info)) for name, info in zip_archive.members(archive)]


def test_members_come_by_name_without_folders_and_leavings(tmp_path):
    content = zipped({"b/": b"", "b/two.txt": b"2", "a.txt": b"1", "__MACOSX/._a.txt": b"x"})

    assert _opened(tmp_path, content) == [(PurePosixPath("a.txt"), b"1"), (PurePosixPath("b/two.txt"), b"2")]


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/x", "C:/x", "..\\x", "\\\\server\\x"])
def test_a_member_that_leads_outside_is_refused(tmp_path, name):
    with pytest.raises(FileUnreadable, match="outside of its folder"):
        _opened(tmp_path, zipped({name: b"x"}))


def test_a_link_is_refused(tmp_path):
    buffer = BytesIO()
    link = ZipInfo("a.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")

    with pytest.raises(FileUnreadable, match="outside of its folder"):
        _opened(tmp_path, buffer.getvalue())


def _bomb(name, *, mebibytes):
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive, archive.open(name, "w") as member:
        for _ in range(mebibytes):
            member.write(MEBIBYTE)
    return buffer.getvalue()


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    with pytest.raises(FileUnreadable, match="no honest file"):
        _opened(tmp_path, _bomb("a.txt", mebibytes=80))


def test_too_many_members_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(zip_archive, "MOST_MEMBERS", 2)

    with pytest.raises(FileUnreadable, match="more than 2 files"):
        _opened(tmp_path, zipped({"a": b"", "b": b"", "c": b""}))


def test_a_protected_archive_is_refused(tmp_path):
    content = bytearray(zipped({"a.txt": b"secret"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(FileUnreadable, match="password"):
        _opened(tmp_path, bytes(content))


@pytest.mark.parametrize("content", [b"", b"text", zipped({"a.txt": b"text"})[:-30]], ids=["empty", "text", "cut off"])
def test_what_is_no_archive_is_refused(tmp_path, content):
    with pytest.raises(FileUnreadable, match="no ZIP archive"):
        _opened(tmp_path, content)


def test_damage_met_while_unpacking_is_named(tmp_path):
    content = bytearray(zipped({"a.txt": b"text that is longer than a few bytes"}))
    content[40] ^= 0xFF

    with pytest.raises(FileUnreadable, match="damaged"):
        _opened(tmp_path, bytes(content))


def _with_part(name, text):
    """A DOCX with one part replaced."""
    whole, changed = BytesIO(), BytesIO()
    docx.Document().save(whole)
    with ZipFile(whole) as archive, ZipFile(changed, "w", ZIP_DEFLATED) as copy:
        for member in archive.namelist():
            if member != name:
                copy.writestr(member, archive.read(member))
        copy.writestr(name, text)
    return changed.getvalue()


LAUGHS = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><w>&b;</w>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ["word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"])
def test_entities_are_refused_before_they_are_expanded(name, encoding):
    with pytest.raises(FileUnreadable, match="entities"):
        read("cells.docx", _with_part(name, LAUGHS.encode(encoding)))


def test_an_entity_across_two_blocks_is_found(monkeypatch):
    monkeypatch.setattr("corpus.loaders.office_package._BLOCK", 7)

    with pytest.raises(FileUnreadable, match="entities"):
        read("cells.docx", _with_part("word/document.xml", LAUGHS))


def test_a_part_that_is_too_large_to_parse_is_refused(monkeypatch):
    monkeypatch.setattr("corpus.loaders.xlsx._LARGEST_SHEET", 10)

    with pytest.raises(FileUnreadable, match="split it"):
        read("book.xlsx", zipped({"xl/worksheets/sheet1.xml": "<worksheet/>"}))


@pytest.mark.parametrize(("name", "kind"), [("a.docx", "DOCX"), ("a.pptx", "PPTX"), ("a.xlsx", "XLSX")])
def test_a_file_protected_by_a_password_is_refused_with_what_to_do(name, kind):
    with pytest.raises(FileUnreadable, match=f"password.*save it as {kind} without"):
        read(name, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)


@pytest.mark.parametrize(
    ("name", "advice"),
    [("a.ppt", "save it as PPTX"), ("a.doc", "save it as DOCX"), ("a.XLS", "save it as XLSX"),
     ("a.pages", "save it as DOCX or PDF"), ("a.key", "save it as PPTX or PDF"), ("a.exe", "save it as PDF")],
)  # fmt: skip
def test_old_and_unknown_formats_are_refused_with_what_to_do(name, advice):
    with pytest.raises(FileUnreadable, match=advice):
        read(name, b"anything")
