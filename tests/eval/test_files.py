import errno
import os

import pytest

from eval.errors import RunNotSaved
from eval.files import LineAppender, whole_lines, write_whole


class FullDisk:
    """Stands in for `os.write`: takes `room` bytes more, then says that the disk is full."""

    def __init__(self, room):
        self.room = room
        self.write = os.write

    def __call__(self, file, content):
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = self.write(file, content[: self.room])
        self.room -= written
        return written


def test_lines_are_added_to_those_there(tmp_path):
    path = tmp_path / "rows.jsonl"
    for line in (b"one\n", b"two\n"):
        with LineAppender(path) as file:
            file.append(line)

    assert path.read_bytes() == b"one\ntwo\n"


def test_a_line_cut_off_by_a_crash_is_dropped_before_the_next(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'one\n{"id": "tw')

    assert whole_lines(path) == [b"one\n"]
    with LineAppender(path) as file:
        file.append(b"two\n")
    assert path.read_bytes() == b"one\ntwo\n"


def test_a_full_disk_leaves_the_lines_before_whole(tmp_path, monkeypatch):
    path = tmp_path / "rows.jsonl"
    monkeypatch.setattr("eval.files.os.write", FullDisk(room=6))

    with LineAppender(path) as file:
        file.append(b"one\n")
        with pytest.raises(RunNotSaved, match="the disk is full") as caught:
            file.append(b"second\n")

    assert path.read_bytes() == b"one\n"
    assert "\n" not in str(caught.value)


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(RunNotSaved, match="Not a directory"):
        LineAppender(tmp_path / "file" / "rows.jsonl")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "summary.json"
    write_whole(path, b"old")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("eval.files.os.fsync", full)
    with pytest.raises(RunNotSaved, match="the disk is full"):
        write_whole(path, b"new")

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
