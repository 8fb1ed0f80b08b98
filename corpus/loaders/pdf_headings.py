"""Headings of a PDF: from its outline (bookmarks) where it has one, else from the size of its letters."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from corpus.loaders.pdf_lines import PageText
from corpus.loaders.pdf_paragraphs import Paragraph, is_contents_entry

_LONGEST = 150
_MOST_LINES = 3
_LARGER, _BOLD_AND_LARGER = 1.15, 1.04
"""Than the body's letters."""

_LEAST_BODY = 0.4
"""Of all letters; where no size has as many, sizes say nothing."""

_LEAST_TEXT = 60
"""Characters under a heading that stands out by nothing but bold letters."""

_LONGEST_NUMBER, _LEAST_TITLE = 12, 4
"""Characters of "Chapter 12.3", and of a title that is told by them alone."""

_DEEPEST = 6
_NUMBER = re.compile(r"(?:chapter |appendix )?((?:\d{1,3}|[A-Z])(?:\.\d{1,3})*)\.?\s+[^\W\d_]", re.IGNORECASE)
_UNFINISHED = re.compile(r"[.,;]$")
_PLAIN_PAGE = re.compile(r"(?:page|slide|folie|seite|p\.?)?\s*\d*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of a PDF's outline; `level` and `page` count from 1."""

    level: int
    title: str
    page: int


@dataclass(frozen=True, slots=True)
class Part:
    """What a page says next. Where `level` is above 0, the heading `title` begins; `text` is as it stands there.

    A heading that only the outline knows has no text. What stands `aside` is to be seen, but is no
    passage: an entry of the table of contents.
    """

    text: str
    level: int = 0
    title: str = ""
    aside: bool = False


class OutlineHeadings:
    """The entries of the outline, found again among the paragraphs of their pages."""

    def __init__(self, bookmarks: Iterable[Bookmark]) -> None:
        self._of_page: dict[int, list[Bookmark]] = defaultdict(list)
        for bookmark in bookmarks:
            if not _PLAIN_PAGE.match(bookmark.title):
                self._of_page[bookmark.page].append(bookmark)

    def __bool__(self) -> bool:
        return sum(map(len, self._of_page.values())) > 1

    def parts(self, page: int, paragraphs: Sequence[Paragraph]) -> Iterator[Part]:
        """The paragraphs of a page, with its headings as printed; one that is not begins where the last one did."""
        at = 0
        headings: dict[int, list[Part]] = defaultdict(list)
        printed: set[int] = set()
        for bookmark in self._of_page.get(page, ()):
            level = min(bookmark.level, _DEEPEST)
            found = next((n for n in range(at, len(paragraphs)) if _is_title(paragraphs[n], bookmark.title)), None)
            if found is None or found in printed:
                headings[at].append(Part("", level, bookmark.title))
            else:
                at = found
                printed.add(found)
                headings[at].append(Part(paragraphs[found].text, level, _one_line(paragraphs[found].text)))
        for number, paragraph in enumerate(paragraphs):
            yield from headings[number]
            if number not in printed:
                yield Part(paragraph.text, aside=is_contents_entry(paragraph.text))


class LetterHeadings:
    """Short paragraphs in larger letters than the body's, or in bold ones; their sizes in a sample rank them."""

    def __init__(self, sample: Sequence[PageText]) -> None:
        letters: Counter[tuple[float, bool]] = Counter()
        for page in sample:
            for line in (line for line in page.lines if not line.tilted):
                letters[line.size, line.bold] += len(line.text)
        sizes = Counter[float]()
        for (size, _), count in letters.items():
            sizes[size] += count
        self.body_size, most = max(sizes.items(), key=lambda entry: entry[1], default=(10.0, 0))
        self._reliable = most >= _LEAST_BODY * sizes.total()
        self._body_bold = letters[self.body_size, True] > letters[self.body_size, False]
        self._sizes = sorted((size for size in sizes if size >= _BOLD_AND_LARGER * self.body_size), reverse=True)

    def parts(self, page: int, paragraphs: Sequence[Paragraph]) -> Iterator[Part]:
        """The paragraphs of a page, each a heading or not; a heading in several lines is one."""
        del page
        levels = [
            self._level(paragraph, following) if self._reliable and not is_contents_entry(paragraph.text) else 0
            for paragraph, following in zip_longest(paragraphs, paragraphs[1:])
        ]
        for level, group in groupby(zip(levels, paragraphs, strict=True), key=lambda entry: entry[0]):
            texts = [paragraph.text for _, paragraph in group]
            if level:
                yield Part("\n".join(texts), level, _one_line(" ".join(texts)))
            else:
                yield from (Part(text, aside=is_contents_entry(text)) for text in texts)

    def _level(self, paragraph: Paragraph, following: Paragraph | None) -> int:
        """Of a heading, from 1; 0 for what is none."""
        if not _may_be_heading(paragraph):
            return 0
        ratio = paragraph.size / self.body_size
        stands_out = paragraph.bold and not self._body_bold
        number = _NUMBER.match(paragraph.text)
        if ratio >= _LARGER or (stands_out and ratio >= _BOLD_AND_LARGER):
            return min(1 + sum(size > paragraph.size for size in self._sizes), _DEEPEST)
        above_text = following is not None and not following.bold and len(following.text) >= _LEAST_TEXT
        if stands_out and ratio > 1 / _BOLD_AND_LARGER and (number or (above_text and paragraph.lines == 1)):
            return min(len(self._sizes) + (1 + number[1].count(".") if number else 1), _DEEPEST)
        return 0


def repeats_heading(text: str, headings: Sequence[str]) -> bool:
    """Whether a text only says again, perhaps with a page number, under which of `headings` a page stands."""
    return any(len(title) >= _LEAST_TITLE and _same_title(text, title) for title in headings)


def _may_be_heading(paragraph: Paragraph) -> bool:
    text = paragraph.text
    return (
        len(text) <= _LONGEST
        and paragraph.lines <= _MOST_LINES
        and not (paragraph.tilted or paragraph.table)
        and sum(map(str.isalpha, text)) > 1
        and not _UNFINISHED.search(text)
    )


def _is_title(paragraph: Paragraph, title: str) -> bool:
    """Whether a paragraph is the heading that the outline calls `title`, perhaps without its number."""
    return not paragraph.table and _same_title(paragraph.text, title)


def _same_title(text: str, title: str) -> bool:
    """Whether two headings are the same but for a number, signs and spaces."""
    one, other = _folded(text), _folded(title)
    shorter, longer = sorted((one, other), key=len)
    return (
        bool(shorter)
        and len(longer) - len(shorter) <= _LONGEST_NUMBER
        and (
            one == other or (len(shorter) >= _LEAST_TITLE and (longer.endswith(shorter) or longer.startswith(shorter)))
        )
    )


def _folded(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _one_line(text: str) -> str:
    return " ".join(text.split())
