"""Rows of blocks → paragraphs: lines are joined where a sentence runs on, and kept where the author broke them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from corpus.loaders.pdf_layout import Block, Row
from corpus.loaders.pdf_lines import Line, PageText

_BULLET = re.compile(r"[-*•●○▪■◦–‣∙·➢➤✓]\s|[•●○▪■◦‣➢➤✓]")
_NUMBERED = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)]\s")
_SENTENCE_END = re.compile(r"[.!?:][\"'”’)\]]*$")
_BROKEN_WORD = re.compile(r"(\w+)-$")
_FIRST_WORD = re.compile(r"\w+")
_UNSPACED = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]{2}")
_HANGUL = re.compile("[\uac00-\ud7a3]{2}")
_LEADS_TO_PAGE = re.compile(r"(?:[.…·_]\s?){4,}\s*(?:\d+|[ivxlc]+)$")
_BETWEEN_CELLS = "  "

_SHORTEST_IN_COMPOUND = 4
"""Letters in each word of "open-domain"; "with-out" is one word, broken."""

_OFTEN = 0.15
"""Of all lines."""

_RAGGED, _FEWEST_FULL_LINES = 2.0, 2
"""Line heights from the edge of a block within which a line is full; and how many such lines make it the edge."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text that stands together; `size` in points is of its first line, `bold` of all, `lines` counts them."""

    text: str
    size: float
    bold: bool
    lines: int = 1
    tilted: bool = False
    table: bool = False


def is_contents_entry(text: str) -> bool:
    """Whether a text is an entry of a table of contents: dots that lead to a page number."""
    return bool(_LEADS_TO_PAGE.search(text))


class Vocabulary:
    """The words of a document so far, and of a sample of it: they tell whether a hyphen at a line's end is its own."""

    def __init__(self, sample: Iterable[PageText]) -> None:
        self._words: set[str] = set()
        self._lines = self._spaced = 0
        for page in sample:
            self.learn(page)

    def learn(self, page: PageText) -> None:
        """Take up the words of a page, but for those that are broken."""
        self._lines += len(page.lines)
        self._spaced += sum(line.spaced for line in page.lines)
        for line in page.lines:
            self._words.update(re.findall(r"\w+(?:-\w+)*(?![\w-])", line.text.casefold()))

    @property
    def words_end_in_spaces(self) -> bool:
        """Whether a space is written where a word ends at a line's end; Korean lines end within words, too."""
        return self._spaced > _OFTEN * self._lines

    def joined(self, start: str, end: str) -> str:
        """A word that was broken after `start`, without or with its hyphen."""
        whole, hyphenated = start + end, f"{start}-{end}"
        if whole.casefold() in self._words or not (start.isalpha() and end.isalpha()):
            return whole if start.isalpha() and end.isalpha() else hyphenated
        if hyphenated.casefold() in self._words or not end.islower() or len(start) == 1:
            return hyphenated
        both_known = (
            min(len(start), len(end)) >= _SHORTEST_IN_COMPOUND and {start.casefold(), end.casefold()} <= self._words
        )
        return hyphenated if both_known else whole


def paragraphs(rows: Sequence[Row], vocabulary: Vocabulary) -> list[Paragraph]:
    """The paragraphs of a page from first to last; the rows of a table are the lines of one."""
    found: list[Paragraph] = []
    for is_table, group in groupby(rows, key=lambda row: len(row.cells) > 1):
        if is_table:
            found.append(_table(list(group), vocabulary))
            continue
        for row in group:
            for lines in _parted(row):
                paragraph = _paragraph(lines, row.cells[0], vocabulary)
                if found and _runs_on(found[-1], paragraph):
                    found[-1] = _continued(found[-1], paragraph, vocabulary)
                else:
                    found.append(paragraph)
    return found


def _table(rows: Sequence[Row], vocabulary: Vocabulary) -> Paragraph:
    texts = [_BETWEEN_CELLS.join(_joined(block.lines, vocabulary) for block in row.cells) for row in rows]
    return Paragraph("\n".join(texts), rows[0].cells[0].lines[0].size, bold=False, lines=len(rows), table=True)


def _parted(row: Row) -> Iterator[list[Line]]:
    """The paragraphs of a block, as their lines."""
    block = row.cells[0]
    full_left = sum(line.left < block.left + _RAGGED * line.height for line in block.lines) >= _FEWEST_FULL_LINES
    full_right = sum(line.right > block.right - _RAGGED * line.height for line in block.lines) >= _FEWEST_FULL_LINES
    left, right = block.left if full_left else row.left, block.right if full_right else row.right
    lines = [block.lines[0]]
    for line in block.lines[1:]:
        if _ends(lines[-1], line, left, right):
            yield lines
            lines = []
        lines.append(line)
    yield lines


def _ends(above: Line, line: Line, left: float, right: float) -> bool:
    """Whether `above` is the last line of its paragraph, in a column from `left` to `right`."""
    if above.mono and line.mono:
        return False
    if (
        abs(above.size - line.size) > 0.12 * above.size
        or above.mono != line.mono
        or _BULLET.match(line.text)
        or is_contents_entry(above.text)
    ):
        return True
    numbered = bool(_NUMBERED.match(line.text))
    starts_anew = numbered or above.bold != line.bold or not line.text[0].islower()
    indented = line.left - left > 0.8 * line.height and above.left - left < 0.8 * line.height
    if _SENTENCE_END.search(above.text):
        return _ended_early(above, line, left, right) or (starts_anew and (indented or numbered))
    return starts_anew and _ended_early(above, line, left, right)


def _ended_early(above: Line, line: Line, left: float, right: float) -> bool:
    """Whether the first word of `line` would have fitted at the end of `above`."""
    word = line.text.split(maxsplit=1)[0]
    needed = (len(word) + 2) * (line.right - line.left) / max(len(line.text), 1)
    return above.left - left > needed if _right_to_left(above.text) else right - above.right > needed


def _right_to_left(text: str) -> bool:
    return any("\u0590" <= char <= "\u08ff" for char in text)


def _paragraph(lines: Sequence[Line], block: Block, vocabulary: Vocabulary) -> Paragraph:
    text = _code(lines, block) if all(line.mono for line in lines) else _joined(lines, vocabulary)
    return Paragraph(text, lines[0].size, all(line.bold for line in lines), len(lines), lines[0].tilted)


def _code(lines: Sequence[Line], block: Block) -> str:
    """Lines in letters of fixed width keep their breaks, and their indents as spaces."""
    width = max(lines, key=lambda line: len(line.text)).letter_width
    return "\n".join(" " * round((line.left - block.left) / width) + line.text for line in lines)


def _joined(lines: Sequence[Line], vocabulary: Vocabulary) -> str:
    text = lines[0].text
    right = max(line.right for line in lines)
    for above, line in pairwise(lines):
        full = not above.spaced and right - above.right < _RAGGED * above.height
        within_word = full and vocabulary.words_end_in_spaces and _HANGUL.match(text[-1] + line.text[0])
        text = text + line.text if within_word else _run_together(text, line.text, vocabulary)
    return text


def _run_together(text: str, following: str, vocabulary: Vocabulary) -> str:
    broken, rest = _BROKEN_WORD.search(text), _FIRST_WORD.match(following)
    if broken and rest:
        return text[: broken.start()] + vocabulary.joined(broken[1], rest[0]) + following[rest.end() :]
    return text + ("" if _UNSPACED.match(text[-1] + following[0]) else " ") + following


def _runs_on(before: Paragraph, paragraph: Paragraph) -> bool:
    """Whether a sentence runs on from the foot of one column to the head of the next."""
    return (
        before.size == paragraph.size
        and before.lines > 1
        and "\n" not in before.text
        and not _SENTENCE_END.search(before.text)
        and paragraph.text[0].islower()
        and not _NUMBERED.match(paragraph.text)
    )


def _continued(before: Paragraph, paragraph: Paragraph, vocabulary: Vocabulary) -> Paragraph:
    text = _run_together(before.text, paragraph.text, vocabulary)
    return Paragraph(text, before.size, before.bold, before.lines + paragraph.lines)
