"""Report: what reading a course found, file by file: how much text, what to look at, and what was skipped and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from corpus.document import Document
from corpus.files import CourseFile

_LITTLE_ON_A_PAGE = 30
"""Characters: fewer than on a title page, on the average page of a file, are suspiciously few."""

_LITTLE = 200
_LARGE = 100_000
"""Bytes of a file that hardly holds fewer than `_LITTLE` characters."""

_SHORT_PARAGRAPH = 20
_NEARLY_ALL = 0.9


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file: what it yielded, `warnings` (each a sentence), and why it was `skipped`, if it was (a clause)."""

    name: str
    documents: int = 0
    pages: int = 0
    characters: int = 0
    passages: int = 0
    warnings: tuple[str, ...] = ()
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """All files together; `warned` counts files with warnings, `skipped` those that were not read."""

    files: int
    documents: int
    pages: int
    characters: int
    passages: int
    warned: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Report:
    """What reading a course found, in the order of its files."""

    files: tuple[FileReport, ...]

    @property
    def totals(self) -> Totals:
        """The sums."""
        return Totals(
            files=len(self.files),
            documents=sum(file.documents for file in self.files),
            pages=sum(file.pages for file in self.files),
            characters=sum(file.characters for file in self.files),
            passages=sum(file.passages for file in self.files),
            warned=sum(bool(file.warnings) for file in self.files),
            skipped=sum(bool(file.skipped) for file in self.files),
        )

    @property
    def clean(self) -> bool:
        """Whether there is nothing that an instructor should look at."""
        return not self.totals.warned and not self.totals.skipped


def report_row(report: Report) -> dict[str, Any]:
    """The report for JSON: ``{"files": [{"name": …, "pages": …, …}], "totals": {…}}``."""
    return {"files": [asdict(file) for file in report.files], "totals": asdict(report.totals)}


def reading_warnings(file: CourseFile, documents: Sequence[Document]) -> tuple[str, ...]:
    """What to know of a file that was read: what its loader warns of, and whether it has suspiciously little text."""
    warnings = tuple(warning for document in documents for warning in document.warnings)
    return warnings if warnings else tuple(_little_text(file, documents))


def _little_text(file: CourseFile, documents: Sequence[Document]) -> Iterator[str]:
    characters = sum(len("".join(document.text.split())) for document in documents)
    pages = sum(document.pages for document in documents)
    if not characters:
        yield "It holds no text."
    elif characters < _LITTLE_ON_A_PAGE * pages:
        on_pages = f"on {pages} pages" if pages > 1 else "on its page"
        yield f"It holds only {characters} characters {on_pages}; see whether it shows more than its text says."
    elif characters < _LITTLE and file.size > _LARGE:
        yield f"It holds only {characters} characters; see whether it shows more than its text says."


class Copies:
    """Finds files of a course that say again what an earlier one says."""

    def __init__(self) -> None:
        self._by_hash: dict[str, str] = {}
        self._by_paragraph: dict[int, str] = {}

    def warning(self, name: str, sha256: str, documents: Sequence[Document]) -> str:
        """A sentence where the file called `name` repeats one that this was asked about before, else nothing."""
        if sha256 and (original := self._by_hash.setdefault(sha256, name)) != name:
            return f"It is the same file as {original}; leave one of them out."
        paragraphs = {hash(paragraph): len(paragraph) for paragraph in _paragraphs(documents)}
        shared: Counter[str] = Counter()
        for paragraph, length in paragraphs.items():
            if (original := self._by_paragraph.setdefault(paragraph, name)) != name:
                shared[original] += length
        original, length = max(shared.items(), key=lambda item: item[1], default=("", 0))
        if original and length >= _NEARLY_ALL * sum(paragraphs.values()):
            return f"Nearly all of its text stands also in {original}; leave one of them out."
        return ""


def _paragraphs(documents: Sequence[Document]) -> Iterator[str]:
    """Lines of some length, evened out: a paragraph of one format is a line of another."""
    for document in documents:
        for line in document.text.splitlines():
            paragraph = " ".join(line.casefold().split())
            if len(paragraph) >= _SHORT_PARAGRAPH:
                yield paragraph
