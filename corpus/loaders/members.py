"""What lies in an archive: each member read by the loader of its own kind, one that fails not stopping the rest."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO

from corpus.document import Document
from corpus.errors import FileUnreadable
from corpus.loaders.legacy import SAVE_AS
from corpus.loaders.reading import Reading

DEEPEST = 2
"""Archives within archives: one in a course's archive is a mistake of packing, one deeper is an attack."""

_NAMED = 10
_LONGEST_NAME = 60
_NOT_IN_NAMES = re.compile(r"[^\w .,()+-]")


@dataclass(slots=True)
class Contents:
    """The documents of the archive at `path`, and what kept others from being read."""

    path: Path
    doc_id: str
    reading: Reading
    problems: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """Members of kinds that are not read here: pictures, programs."""

    def __post_init__(self) -> None:
        if self.reading.inside > DEEPEST:
            raise FileUnreadable(self.path, "lies deeper in archives than is read here; unpack the outer ones")

    def read(self, name: PurePosixPath, stream: IO[bytes]) -> Iterator[Document]:
        """The documents of one member, under ids that say where it lies; its problems are kept."""
        from corpus.loaders import LOADERS  # here, because the registry names the loaders that call this

        suffix = name.suffix.lower()
        if suffix in SAVE_AS:
            self.problems.append(f"{name} is in a format not read here; save it as {SAVE_AS[suffix]}.")
        elif suffix not in LOADERS or (suffix == ".jsonl" and name.name != "corpus.jsonl"):
            self.left_out.append(str(name))
        else:
            with TemporaryDirectory(prefix="coursecite-") as folder:
                file = Path(folder) / f"{_NOT_IN_NAMES.sub('_', name.stem[:_LONGEST_NAME])}{suffix}"
                with file.open("wb") as copy:
                    shutil.copyfileobj(stream, copy)
                yield from self._documents(name, file)

    def _documents(self, name: PurePosixPath, file: Path) -> Iterator[Document]:
        from corpus.loaders import loader_for

        reading = replace(self.reading, inside=self.reading.inside + 1)
        try:
            for document in loader_for(file)(file, f"{self.doc_id}/{name}", reading):
                warnings = tuple(f"{name}: {warning}" for warning in document.warnings)
                yield replace(document, source=self.doc_id, warnings=warnings)
        except FileUnreadable as error:
            self.problems.append(f"{name} {error.reason}.")

    def warned(self, documents: Iterator[Document]) -> Iterator[Document]:
        """The `documents`, the last of them with what is to be known of the others.

        Raises `FileUnreadable` where there are none.
        """
        last: Document | None = None
        for document in documents:
            if last is not None:
                yield last
            last = document
        if last is None:
            reasons = " ".join(self._warnings())
            raise FileUnreadable(
                self.path, f"holds nothing that can be read here{f': {reasons[:-1]}' if reasons else ''}"
            )
        yield replace(last, warnings=(*last.warnings, *self._warnings()))

    def _warnings(self) -> list[str]:
        if not self.left_out:
            return self.problems
        named = ", ".join(self.left_out[:_NAMED]) + (", …" if len(self.left_out) > _NAMED else "")
        count = len(self.left_out)
        return [*self.problems, f"{count} file{'s' * (count > 1)} of kinds not read here left out: {named}."]


def under(headings: tuple[str, ...], document: Document) -> Document:
    """`document` with `headings` above all of its places: the module and the item that it belongs to."""
    sections = tuple(
        replace(section, place=replace(section.place, headings=(*headings, *section.place.headings)))
        for section in document.sections
    )
    return replace(document, sections=sections)
