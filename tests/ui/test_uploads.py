import errno
import shutil
import tracemalloc

import anyio
import pytest

from ui.errors import FileGone, NotSaved, UploadRefused, UploadTooLarge
from ui.uploads import CourseFolder, StoredFile, UploadLimits, file_name, remove_drafts


@pytest.fixture
def folder(biology):
    return CourseFolder(biology, UploadLimits(file=1000, course=2500, files=4))


def receive(folder, name, *pieces, size=None):
    async def content():
        for piece in pieces:
            yield piece

    return anyio.run(folder.receive, name, size, content())


def left(biology):
    return sorted(path.name for path in biology.rglob("*") if path.is_file())


def test_a_file_comes_in_pieces_and_is_there_whole(folder, biology):
    assert receive(folder, "a.md", b"One. ", b"Two.", size=9) == StoredFile("a.md", 9)

    assert (biology / "a.md").read_bytes() == b"One. Two."
    assert [file.name for file in folder.files()] == ["a.md", "cells.md"]


def test_a_file_of_the_same_name_is_replaced_in_its_folder(folder, biology):
    (biology / "week 1").mkdir()
    (biology / "week 1" / "a.md").write_text("Old.", encoding="utf-8")

    receive(folder, "week 1/a.md", b"New.")

    assert (biology / "week 1" / "a.md").read_text(encoding="utf-8") == "New."
    assert left(biology) == ["a.md", "cells.md"]


def test_what_is_announced_too_large_is_refused_before_it_is_read(folder, biology):
    async def unread():
        raise AssertionError("read")
        yield b""

    with pytest.raises(UploadTooLarge, match=r"^big.md is larger than 0 MB, the most for one file; split it\.$"):
        anyio.run(folder.receive, "big.md", 1001, unread())
    assert left(biology) == ["cells.md"]


def test_200_megabytes_are_taken_piece_by_piece_and_a_byte_more_is_not(biology):
    """A file of the greatest size is never in memory as a whole; a larger one is refused unread."""
    folder, megabyte = CourseFolder(biology), 2**20
    piece = bytes(megabyte)
    tracemalloc.start()
    kept = receive(folder, "long.mp4.txt", *[piece] * 200, size=200 * megabyte)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert kept.size == 200 * megabyte
    assert peak < 20 * megabyte
    with pytest.raises(UploadTooLarge, match=r"^big\.txt is larger than 200 MB, the most for one file; split it\.$"):
        receive(folder, "big.txt", piece, size=200 * megabyte + 1)


def test_what_turns_out_too_large_is_refused_and_nothing_of_it_stays(folder, biology):
    with pytest.raises(UploadTooLarge):
        receive(folder, "big.md", b"x" * 600, b"x" * 600)
    assert left(biology) == ["cells.md"]


def test_a_course_has_room_for_so_much(biology):
    folder = CourseFolder(biology, UploadLimits(file=1000, course=1500, files=4))
    receive(folder, "a.md", b"x" * 900)
    with pytest.raises(UploadTooLarge, match=r"There is room for 0 MB more in this course, and b.md is larger"):
        receive(folder, "b.md", b"x" * 900)
    receive(folder, "a.md", b"y" * 900)


def test_a_course_has_so_many_files(folder):
    for name in ("a.md", "b.md", "c.md"):
        receive(folder, name, b"x")
    with pytest.raises(UploadRefused, match="has 4 files already"):
        receive(folder, "d.md", b"x")


@pytest.mark.parametrize(("pieces", "size", "reason"), [((b"half",), 9, "did not come whole"), ((), 0, "is empty")])
def test_what_did_not_come_is_not_kept(folder, biology, pieces, size, reason):
    with pytest.raises(UploadRefused, match=reason):
        receive(folder, "cells.md", *pieces, size=size)
    assert "membrane" in (biology / "cells.md").read_text(encoding="utf-8")
    assert left(biology) == ["cells.md"]


def test_a_connection_that_breaks_off_leaves_the_old_file(folder, biology):
    async def breaks():
        yield b"half"
        raise ConnectionResetError

    with pytest.raises((ConnectionResetError, NotSaved)):
        anyio.run(folder.receive, "cells.md", None, breaks())
    assert left(biology) == ["cells.md"]
    assert "membrane" in (biology / "cells.md").read_text(encoding="utf-8")


def test_a_disk_that_fills_up_is_said_and_freed(folder, biology, monkeypatch):
    class Full:
        def __init__(self, stream):
            self.stream = stream

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self.stream.close()

        def write(self, piece):
            self.stream.write(piece[:10])
            raise OSError(errno.ENOSPC, "No space left on device")

    path = type(biology)
    real = path.open
    monkeypatch.setattr(
        path, "open", lambda self, *mode: Full(real(self, *mode)) if "wb" in mode else real(self, *mode)
    )
    with pytest.raises(NotSaved, match=r"^The disk is full, and a.md was not saved; free some space and try again\.$"):
        receive(folder, "a.md", b"x" * 500)
    assert left(biology) == ["cells.md"]


def test_a_disk_that_has_no_room_is_said_before_anything_is_read(folder, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(UploadTooLarge, match="room for 0 MB"):
        receive(folder, "a.md", b"x", size=1)


def test_two_who_replace_one_file_at_once_leave_one_of_both_whole(folder, biology):
    async def pieces(letter):
        for _ in range(20):
            yield letter * 40
            await anyio.sleep(0.001)

    async def both():
        async with anyio.create_task_group() as group:
            group.start_soon(folder.receive, "cells.md", None, pieces(b"a"))
            group.start_soon(folder.receive, "cells.md", None, pieces(b"b"))

    anyio.run(both)

    assert (biology / "cells.md").read_bytes() in (b"a" * 800, b"b" * 800)
    assert left(biology) == ["cells.md"]


@pytest.mark.parametrize("name", ["../cells.md", "cells.md/..", "/etc/passwd", "course.toml", "gone.md", ""])
def test_only_files_that_are_listed_are_deleted(folder, biology, name):
    (biology / "course.toml").write_text("", encoding="utf-8")
    with pytest.raises(FileGone):
        folder.delete(name)
    assert left(biology) == ["cells.md", "course.toml"]


def test_a_file_is_deleted(folder, biology):
    folder.delete("cells.md")
    assert left(biology) == []


def test_what_a_kill_left_is_removed(folder, biology):
    (biology / ".uploads").mkdir()
    (biology / ".uploads" / "half").write_bytes(b"x")

    assert [file.name for file in folder.files()] == ["cells.md"]
    remove_drafts(biology)
    assert not (biology / ".uploads").exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../a.md", "a.md"),
        ("..\\..\\a.md", "a.md"),
        ("C:\\Users\\x\\a.md", "a.md"),
        ("/etc/a.md", "a.md"),
        ("a\x00b\n.md", "ab.md"),
        ('a<b>:"|?*.md', "a_b______.md"),
        ("Übung 1.PDF", "Übung 1.PDF"),
        ("U\u0308bung.md", "Übung.md"),
        ("a" * 300 + ".md", "a" * 147 + ".md"),
        ("a.md.", "a.md"),
        ("\u202etxt.md", "txt.md"),
    ],
)
def test_names_are_made_safe(name, kept):
    assert file_name(name) == kept


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "has no name"),
        ("..", "has no name"),
        (".md", "has no name"),
        (".hidden.md", "has no name"),
        ("a/", "is of a kind not read here"),
        ("md", "has no name"),
        ("course.toml", "kept by the program itself"),
        ("Corrections.jsonl", "kept by the program itself"),
        ("evaluation.jsonl", "kept by the program itself"),
        ("questions.jsonl", "is not read"),
        ("virus.exe", "is of a kind not read here"),
        ("old.doc", "save it as"),
    ],
)
def test_names_that_no_file_can_have_are_refused(name, reason):
    with pytest.raises(UploadRefused, match=reason if name != "a/" else "has no name"):
        file_name(name)
