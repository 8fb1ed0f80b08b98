"""Pages of a PDF that are pictures: their text, recognised where the course asks for it, and what to say of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from corpus import ocr
from corpus.loaders.page_numbers import about
from corpus.loaders.pdf_pages import Pages
from corpus.loaders.reading import Reading

_PATIENCE = 3
"""Pages of a file that may fail before the rest of them is not tried."""


@dataclass
class Recognition:
    """Recognises the text of pages as `reading` says; `failures` are why that could not be done for some."""

    pages: Pages
    reading: Reading
    recognised: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def text(self, number: int) -> str:
        """The text of page `number`; empty where it is no picture, none is asked for, or too many have failed."""
        if not self.reading.ocr or len(self.failures) == _PATIENCE or number not in self.pages.pictures:
            return ""
        try:
            text = ocr.recognised(self.pages.picture(number, ocr.DOTS_PER_INCH), self.reading.language)
        except ocr.RecognitionFailed as error:
            self.failures.append(str(error))
            return ""
        self.recognised.append(number)
        return text

    def warnings(self) -> Iterator[str]:
        """What an instructor should know, each one sentence."""
        if self.recognised:
            yield about("Page", self.recognised, "is a picture", "are pictures") + (
                "; the text was recognised and may hold mistakes."
            )
        unread = [number for number in self.pages.pictures if number not in self.recognised]
        if unread:
            advice = self.failures[0] if self.failures else "to have it recognised, set ocr = true in course.toml"
            yield about("Page", unread, "is a picture without text", "are pictures without text") + f"; {advice}."
