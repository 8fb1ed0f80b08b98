"""A PDF → its pages, one after the other: their text, and whether they are pictures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.loaders.pdf_headings import Bookmark
from corpus.loaders.pdf_lines import PageText, page_text

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument, PdfPage

_LITTLE_TEXT = 100
"""Letters; a page with fewer may be a scan with a stamp."""

_COVERS = 0.5
"""Of the page's area, by a picture that is the page."""

_GARBLED = 0.2
"""Of the letters of a page, that its fonts give no meaning."""

_POINTS_PER_INCH = 72
_MOST_PIXELS = 36_000_000
"""Of the picture of a page: what A2 has at 300 dots per inch, and 108 MB."""

_SAMPLE = 24
_NOTHING = PageText((), 0.0, 0.0, 0, 0)


@dataclass
class Pages:
    """The pages of an open PDF. Iterating reads one page at a time and notes what was wrong with it.

    `pictures`, `empty`, `garbled` and `broken` hold page numbers, from 1, of the pages read so far.
    """

    pdf: PdfDocument
    pictures: list[int] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)
    garbled: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.pdf)

    def __iter__(self) -> Iterator[PageText]:
        for number in range(1, len(self.pdf) + 1):
            yield self._read(number)

    def sample(self) -> list[PageText]:
        """Pages from all over the document."""
        step = max(1, len(self.pdf) // _SAMPLE)
        return [Pages(self.pdf)._read(number) for number in range(1, len(self.pdf) + 1, step)]

    def picture(self, number: int, dots_per_inch: int) -> Image:
        """Page `number` as it looks; a very large page with fewer dots than asked for."""
        with closing(self.pdf[number - 1]) as page:
            width, height = page.get_size()
            scale = min(dots_per_inch / _POINTS_PER_INCH, math.sqrt(_MOST_PIXELS / (width * height)))
            with closing(page.render(scale=scale)) as bitmap:
                image: Image = bitmap.to_pil().copy()
                return image

    def bookmarks(self) -> Iterator[Bookmark]:
        """The entries of the outline that lead to a page."""
        for entry in self.pdf.get_toc():
            target = entry.get_dest()
            index = target.get_index() if target else None
            if index is not None:
                yield Bookmark(entry.level + 1, " ".join(entry.get_title().split()), index + 1)

    def _read(self, number: int) -> PageText:
        from pypdfium2 import PdfiumError

        try:
            with closing(self.pdf[number - 1]) as page:
                text = page_text(page)
                if text.letters < _LITTLE_TEXT:
                    self._judge(number, page, text)
        except PdfiumError:
            self.broken.append(number)
            return _NOTHING
        if text.unknown > _GARBLED * text.letters:
            self.garbled.append(number)
        return text

    def _judge(self, number: int, page: PdfPage, text: PageText) -> None:
        if _is_picture(page, text):
            self.pictures.append(number)
        elif not text.letters:
            self.empty.append(number)


def _is_picture(page: PdfPage, text: PageText) -> bool:
    """Whether a page with little text is a picture: of a scanner, or of letters drawn as lines."""
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    drawn = False
    for part in page.get_objects(max_depth=3):
        drawn = True
        if part.type == FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = part.get_bounds()
            if (right - left) * (top - bottom) > _COVERS * text.width * text.height:
                return True
    return drawn and not text.letters
