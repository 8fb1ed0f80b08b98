"""Bytes → text, whatever the encoding they were saved in."""

from __future__ import annotations

from pathlib import Path

from charset_normalizer import from_bytes

from corpus.errors import FileUnreadable


def read_text(path: Path) -> str:
    r"""The text of `path`: UTF-8 (with or without a mark) where it is that, else detected.

    Line ends become ``\n``. Raises `FileUnreadable` when the bytes are no text.
    """
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        best = from_bytes(data).best()
        if best is None:
            raise FileUnreadable(path, "is not text in any encoding known here; save it as UTF-8") from None
        text = str(best)
    if "\x00" in text:
        raise FileUnreadable(path, "holds binary data, not text; leave it out in course.toml or convert it")
    return text.replace("\r\n", "\n").replace("\r", "\n")
