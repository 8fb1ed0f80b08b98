"""Pages of a PDF that are pictures: their text, recognised where the course asks for it, and what to say of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from corpus import ocr
from corpus.loaders.page_numbers import about
from corpus.loaders.pdf_pages import Pages
from corpus.loaders.reading import Reading


@dataclass
class Recognition:
    """Recognises the text of pages as `reading` says; `failure` is why that could not be done, if it could not."""

    pages: Pages
    reading: Reading
    recognised: list[int] = field(default_factory=list)
    failure: str = ""

    def text(self, number: int) -> str:
        """The text of page `number`; empty where it is no picture, where none is asked for, and once one failed."""
        if not self.reading.ocr or self.failure or number not in self.pages.pictures:
            return ""
        try:
            text = ocr.recognised(self.pages.picture(number, ocr.DOTS_PER_INCH), self.reading.language)
        except ocr.RecognitionFailed as error:
            self.failure = str(error)
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
            advice = self.failure or "to have it recognised, set ocr = true in course.toml"
            yield about("Page", unread, "is a picture without text", "are pictures without text") + f"; {advice}."
