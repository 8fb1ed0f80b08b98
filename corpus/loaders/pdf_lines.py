"""A page of a PDF → its lines: what is written, where on the page, and in what letters. Read with PDFium."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

_WIDEST_SPACE, _WIDEST_INDENT = 1.0, 4.0
"""In letter heights. A wider space parts two columns, or two cells of a table, but not a mark from its text."""

_WIDEST_IN_CODE = 15.0
"""In letter heights: between two columns of aligned code."""

_MARK = re.compile(r"(?:\W|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4})(?:\.\d{1,3})*[.)]?)$")
"""What stands before an item of a list, or before a heading: a bullet or a number."""

_LONE_MARK = re.compile(r"(?:[•●○▪■◦‣➢➤✓–-]|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})[.)])$")
"""A mark that is one even where it was written apart from its text; a mere number may be a cell of a table."""

_FIXED_PITCH, _FORCE_BOLD = 1 << 0, 1 << 18  # PDF 32000-1:2008, table 123
_BOLD_NAME = re.compile(r"bold|black|heavy|cmbx|-medi", re.IGNORECASE)
_MONO_NAME = re.compile(r"mono|courier|consol|cmtt|typewriter", re.IGNORECASE)

_PRESENTATION_FORMS = re.compile("[\ufb00-\ufdff\ufe70-\ufefc]")
_HYPHEN_AT_END = {"\x02", "\ufffe", "\u00ad"}
"""What PDFium tells where a word is broken, and the sign that PDF has for it."""

_SPACES = frozenset(" \t\u00a0\u2007\u2009\u202f\u3000")


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of text on one line, without wide spaces.

    Positions are in points from the upper left corner of the page as it is shown; `size` is of the
    font, in points. `tilted` text does not run as the page does: along an axis, in a margin.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float = 10.0
    bold: bool = False
    mono: bool = False
    tilted: bool = False
    spaced: bool = False
    """Whether a space was written after it: tells where words end in scripts that break lines within them."""

    @property
    def height(self) -> float:
        """From the feet of its letters to their heads, in points."""
        return self.bottom - self.top

    @property
    def letter_width(self) -> float:
        """The mean width of its letters, in points."""
        return max((self.right - self.left) / len(self.text), 0.1)

    def united(self, line: Line, space: str) -> Line:
        """The line with one that goes on after it, parted by `space`; its letters are the larger ones."""
        return replace(
            self if self.size >= line.size else line,
            text=self.text + space + line.text,
            left=min(self.left, line.left),
            top=min(self.top, line.top),
            right=max(self.right, line.right),
            bottom=max(self.bottom, line.bottom),
            spaced=line.spaced,
        )


@dataclass(frozen=True, slots=True)
class PageText:
    """The lines of a page in the order in which they were written, and how many letters could not be read."""

    lines: tuple[Line, ...]
    width: float
    height: float
    letters: int
    unknown: int


@dataclass(frozen=True, slots=True)
class _Word:
    """Letters without a space between them. `first` is the index of the first; `spaced` is whether a space follows."""

    text: str
    first: int
    left: float
    top: float
    right: float
    bottom: float
    spaced: bool

    @property
    def height(self) -> float:
        return max(self.bottom - self.top, 1.0)


_LINE_BREAK = _Word("", 0, 0.0, 0.0, 0.0, 0.0, spaced=False)


def page_text(page: PdfPage) -> PageText:
    """The text of a page. Ligatures are told as their letters."""
    text_page = page.get_textpage()
    try:
        shown = _Shown(page)
        words = list(_words(text_page, shown))
        lines = [_line(text_page, run, shown.turned) for run in _runs(words)]
    finally:
        text_page.close()
    letters = sum(len(word.text) for word in words)
    unknown = sum(map(_is_unknown, (char for word in words for char in word.text)))
    joined = _with_marks(_with_scripts([line for line in lines if line.text]))
    return PageText(tuple(joined), shown.width, shown.height, letters, unknown)


class _Shown:
    """Positions in a page's own coordinates → positions on the page as it is shown."""

    def __init__(self, page: PdfPage) -> None:
        self._left, self._bottom, self._right, self._top = page.get_bbox()
        self.turned = page.get_rotation()
        width, height = self._right - self._left, self._top - self._bottom
        self.width, self.height = (height, width) if self.turned in {90, 270} else (width, height)

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        if self.turned == 90:
            return y - self._bottom, x - self._left
        if self.turned == 180:
            return self._right - x, y - self._bottom
        if self.turned == 270:
            return self._top - y, self._right - x
        return x - self._left, self._top - y


def _words(text_page: PdfTextPage, shown: _Shown) -> Iterator[_Word]:
    """The words of a page, and between them empty ones where PDFium breaks a line."""
    import pypdfium2.raw as pdfium

    text = [chr(pdfium.FPDFText_GetUnicode(text_page, index)) for index in range(text_page.count_chars())]
    start = 0
    for end, char in enumerate([*text, "\n"]):
        breaks_word = char in _HYPHEN_AT_END
        if not breaks_word and char not in _SPACES and char not in "\r\n":
            continue
        if start < end:
            letters = _in_order(text_page, text[start:end], start)
            box = _box(text_page, shown, start, end - 1)
            yield _Word(letters + ("-" if breaks_word else ""), start, *box, spaced=char in _SPACES)
        if breaks_word or char in "\r\n":
            yield _LINE_BREAK
        start = end + 1


def _in_order(text_page: PdfTextPage, letters: list[str], first: int) -> str:
    """The letters of a word. PDFium gives those of a right-to-left ligature, which share a box, back to front."""
    if not any("\u0590" <= letter <= "\u08ff" for letter in letters):
        return _readable("".join(letters))
    boxes = [_loose_box(text_page, first + number) for number in range(len(letters))]
    told = []
    for _, group in groupby(zip(boxes, letters, strict=True), key=lambda entry: entry[0]):
        told += [letter for _, letter in group][::-1]
    return _readable("".join(told))


def _box(text_page: PdfTextPage, shown: _Shown, first: int, last: int) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a word on the page as it is shown, from its first and last letters."""
    left, bottom, right, top = _loose_box(text_page, first)
    left1, bottom1, right1, top1 = _loose_box(text_page, last) if last > first else (left, bottom, right, top)
    x0, y0 = shown(min(left, left1), min(bottom, bottom1))
    x1, y1 = shown(max(right, right1), max(top, top1))
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _loose_box(text_page: PdfTextPage, index: int) -> tuple[float, float, float, float]:
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text_page, index, box)
    return box.left, box.bottom, box.right, box.top


def _runs(words: list[_Word]) -> Iterator[list[_Word]]:
    """The words that make a line, parted where PDFium breaks it and where the space is wide."""
    run: list[_Word] = []
    for word in words:
        if run and (word is _LINE_BREAK or _apart(run, word)):
            yield run
            run = []
        if word is not _LINE_BREAK:
            run.append(word)
    if run:
        yield run


def _apart(run: list[_Word], word: _Word) -> bool:
    before = run[-1]
    height = max(before.height, word.height)
    widest = _WIDEST_INDENT if len(run) == 1 and _MARK.match(before.text) else _WIDEST_SPACE
    gap = max(word.left - before.right, before.left - word.right)  # to the right, or in some scripts to the left
    beside = abs(word.top - before.top) < 0.5 * height
    return word.top - before.top > 0.8 * height or (beside and gap > widest * height)


def _line(text_page: PdfTextPage, run: list[_Word], turned: int) -> Line:
    size, bold, mono, angle = _letters(text_page, run[len(run) // 2].first)
    return Line(
        " ".join(filter(None, (word.text for word in run))),
        min(word.left for word in run),
        min(word.top for word in run),
        max(word.right for word in run),
        max(word.bottom for word in run),
        size,
        bold,
        mono,
        tilted=abs((math.degrees(angle) + turned + 180) % 360 - 180) > 10,
        spaced=run[-1].spaced,
    )


def _letters(text_page: PdfTextPage, index: int) -> tuple[float, bool, bool, float]:
    """Size in points, whether bold, whether of fixed width, and angle (radians) of one letter."""
    import pypdfium2.raw as pdfium

    matrix, flags = pdfium.FS_MATRIX(), ctypes.c_int()
    name = ctypes.create_string_buffer(128)
    pdfium.FPDFText_GetFontInfo(text_page, index, name, len(name), flags)
    font = name.value.decode("utf-8", errors="replace")
    scale = math.hypot(matrix.c, matrix.d) if pdfium.FPDFText_GetMatrix(text_page, index, matrix) else 1.0
    size = round(2 * pdfium.FPDFText_GetFontSize(text_page, index) * scale) / 2
    bold = bool(_BOLD_NAME.search(font)) or bool(flags.value & _FORCE_BOLD)
    mono = bool(_MONO_NAME.search(font)) or bool(flags.value & _FIXED_PITCH)
    return size, bold, mono, pdfium.FPDFText_GetCharAngle(text_page, index)


def _readable(text: str) -> str:
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    folded = _PRESENTATION_FORMS.sub(lambda form: unicodedata.normalize("NFKC", form[0]), whole)
    return "".join(char for char in folded if char >= " ")


def _is_unknown(char: str) -> bool:
    return char == "\ufffd" or unicodedata.category(char) in {"Co", "Cn"}


def _with_scripts(lines: list[Line]) -> list[Line]:
    """Put lines together that are parted at a super- or subscript, or at the wide spaces of code."""
    joined: list[Line] = []
    for line in lines:
        before = joined[-1] if joined else None
        if before and _goes_on_in_code(before, line):
            joined[-1] = before.united(line, " " * max(1, round((line.left - before.right) / before.letter_width)))
        elif before and _continues(before, line):
            space = " " if line.left - before.right > 0.15 * before.height else ""
            joined[-1] = before.united(line, space)
        else:
            joined.append(line)
    return joined


def _goes_on_in_code(before: Line, line: Line) -> bool:
    beside = abs(before.bottom - line.bottom) < 0.3 * line.height
    return before.mono and line.mono and beside and 0 < line.left - before.right < _WIDEST_IN_CODE * line.height


def _continues(before: Line, line: Line) -> bool:
    overlap = min(before.bottom, line.bottom) - max(before.top, line.top)
    gap = line.left - before.right
    height = max(before.height, line.height)
    return (
        not before.tilted
        and not line.tilted
        and overlap > 0.4 * min(before.height, line.height)
        and (-2.0 if line.size < 0.85 * before.size else -0.5) * height
        < gap
        < 0.6 * height  # an index below an exponent
    )


def _with_marks(lines: list[Line]) -> list[Line]:
    """Put the marks of a list before their items, where they were written apart from them."""
    marks = [line for line in lines if _LONE_MARK.match(line.text)]
    marked: dict[Line, Line] = {}
    for mark in marks:
        item = next((line for line in lines if line is not mark and _is_marked(mark, line)), None)
        if item is not None:
            marked[item] = mark
    used = set(marked.values())
    return [marked[line].united(line, " ") if line in marked else line for line in lines if line not in used]


def _is_marked(mark: Line, line: Line) -> bool:
    beside = abs(mark.top - line.top) < 0.5 * line.height and abs(mark.bottom - line.bottom) < line.height
    return beside and 0 < line.left - mark.right < _WIDEST_INDENT * line.height
