"""Bytes → text, whatever the encoding they were saved in."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import CharsetMatch, from_bytes

from corpus.errors import FileUnreadable
from corpus.loaders.reading import Reading

LARGEST = 128 * 2**20
"""Bytes of one text file; the longest textbooks have a twentieth of it."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_REALLY_MEANT = {"ascii": "cp1252", "iso8859-1": "cp1252", "shift_jis": "cp932", "gb2312": "gb18030", "gbk": "gb18030"}
"""What browsers take for these names, because their writers mean it (encoding.spec.whatwg.org)."""

_OF_LANGUAGE = {
    **dict.fromkeys(("bg", "mk", "ru", "sr", "uk"), ("cp1251",)),
    **dict.fromkeys(("cs", "hr", "hu", "pl", "ro", "sk", "sl"), ("cp1250", "iso8859_2")),
    **dict.fromkeys(("et", "lt", "lv"), ("cp1257",)),
    "el": ("cp1253",),
    "he": ("cp1255",),
    "ja": ("cp932", "euc_jp"),
    "ko": ("cp949",),
    "tr": ("cp1254",),
    "zh": ("gb18030", "big5"),
}
_ESCAPES_TO_JAPANESE = re.compile(rb"\x1b\$[@B]")
_NOT_WITHIN_A_WORD = re.compile(r"[^\W\d_][¢£¤¥¦¨©¬®¯±²³¸¹»¼½¾¿×÷†‡ˆ˜‰¶][^\W\d_]")
_CONTROLS = {code: None for code in (*range(0x20), *range(0x7F, 0xA0), 0xAD, 0x200B, 0xFEFF) if chr(code) not in "\t\n"}
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACED = "\ufffd"


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of some bytes, and what an instructor should know of how it was found."""

    text: str
    warnings: tuple[str, ...] = ()


def read_text(path: Path, reading: Reading) -> Decoded:
    """The text of the file at `path`; as `decode` has it."""
    return decode(path, read_bytes(path), reading)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file that is to be text. Raises `FileUnreadable` where they are too many for one."""
    if path.stat().st_size > LARGEST:
        raise FileUnreadable(path, f"is larger than {LARGEST // 2**20} MB; split it into smaller files")
    return path.read_bytes()


def decode(path: Path, data: bytes, reading: Reading, declared: str = "") -> Decoded:
    r"""The text of `data`: by its byte order mark, as UTF-8, as `declared`, or as its bytes suggest.

    Where many encodings fit, the language of the course decides. Line ends become ``\n``, and
    control characters go. Raises `FileUnreadable`, naming `path`, when the bytes are no text.
    """
    text = _decoded(path, data, reading, declared)
    controls = sum(text.count(chr(code)) for code in range(1, 9))
    if "\x00" in text or controls > max(len(text) / 100, 2):
        raise FileUnreadable(path, "holds binary data, not text; leave it out in course.toml or convert it")
    lost = text.count(_REPLACED) if _REPLACED.encode() not in data else 0
    return Decoded(cleaned(text), (_warning(lost),) if lost else ())


def cleaned(text: str) -> str:
    r"""`text` with ``\n`` for every line end, without control characters, invisible marks and halves of characters.

    >>> cleaned("one\r\ntwo\x07")
    'one\ntwo'
    """
    return whole(_LINE_ENDS.sub("\n", text).translate(_CONTROLS))


def whole(text: str) -> str:
    """`text` with a replacement for each half of a character, which could not be written to a file."""
    return _LONE_SURROGATE.sub(_REPLACED, text)


def _warning(lost: int) -> str:
    return f"{lost} character{'s' * (lost > 1)} could not be read and show as {_REPLACED}; save the file as UTF-8."


def _decoded(path: Path, data: bytes, reading: Reading, declared: str) -> str:
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None) or _without_mark(data)
    if marked:
        return data.decode(marked, errors="replace")
    certain = ("iso2022_jp_2",) if _ESCAPES_TO_JAPANESE.search(data) else ()
    for encoding in (*certain, "utf-8", _named(declared)):
        if (text := _strictly(data, encoding)) is not None:
            return text
    if (text := _nearly_utf8(data)) is not None or (text := _by_language(data, reading.language)) is not None:
        return text
    guess = from_bytes(data).best()
    if guess is None:
        raise FileUnreadable(path, "is not text in any encoding known here; save it as UTF-8")
    return _western(data, guess) or str(guess)


def _without_mark(data: bytes) -> str | None:
    """UTF-16 without its mark shows by the zero bytes between the letters of European text and markup."""
    start = data[:4096]
    even, odd = start[::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if odd > 0.4 * half and even <= 0.02 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd <= 0.02 * half else None


def _named(declared: str) -> str:
    try:
        name = codecs.lookup(declared.strip()).name
    except (LookupError, ValueError):
        return ""
    # Whoever reads such a declaration as ASCII knows that it is wrong.
    return "" if name.startswith(("utf-16", "utf-32")) else _REALLY_MEANT.get(name, name)


def _strictly(data: bytes, encoding: str) -> str | None:
    if not encoding:
        return None
    try:
        text = data.decode(encoding)
    except (UnicodeError, LookupError):
        return None
    return text if isinstance(text, str) else None


def _nearly_utf8(data: bytes) -> str | None:
    """UTF-8 in which some bytes are broken: good sequences must outweigh them by far."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count(_REPLACED)
    good = sum(1 for character in text if character > "\x7f") - broken
    return text if good > 3 * broken else None


def _by_language(data: bytes, language: str) -> str | None:
    for encoding in _OF_LANGUAGE.get(language.partition("-")[0].lower(), ()):
        text = _strictly(data, encoding)
        if text is not None and not _NOT_WITHIN_A_WORD.search(text):
            return text
    return None


def _western(data: bytes, guess: CharsetMatch) -> str | None:
    """Windows-1252, which detectors take for its rarer neighbours, where its letters and signs make sense."""
    if guess.multi_byte_usage or any("Latin" not in name for name in guess.alphabets if _is_letters(name)):
        return None
    text = _strictly(data, "cp1252")
    return None if text is None or _NOT_WITHIN_A_WORD.search(text) else text


def _is_letters(alphabet: str) -> bool:
    return any(script in alphabet for script in ("Latin", "Greek", "Cyrillic", "Hebrew", "Arabic", "CJK", "Hangul"))
