"""Assembly: pieces of text, each with its place, put together into one Document."""

from __future__ import annotations

from corpus.document import Document, Place, Section


class Assembly:
    r"""Gathers a document piece by piece, in reading order.

    Pieces are parted by a blank line. Neighbours of one place become one section, so that passages
    may run over paragraphs but never over two places.

    >>> gathered = Assembly()
    >>> gathered.heading("Cells")
    >>> gathered.add("A cell divides.", Place(("Cells",)))
    >>> gathered.document("a", "Biology").text
    'Cells\n\nA cell divides.'
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._sections: list[Section] = []
        self._length = 0
        self._open = False

    def heading(self, text: str) -> None:
        """Text that belongs to no passage but is kept, so that a reader sees the source as it is."""
        if self._append(text) is not None:
            self._open = False

    def add(self, text: str, place: Place) -> None:
        """Text that stands at `place`; nothing where it is blank."""
        start = self._append(text)
        if start is None:
            return
        last = self._sections[-1] if self._sections else None
        if last and self._open and last.place == place:
            self._sections[-1] = Section(last.start, self._length, place)
        else:
            self._sections.append(Section(start, self._length, place))
        self._open = True

    def _append(self, text: str) -> int | None:
        stripped = text.strip()
        if not stripped:
            return None
        if self._pieces:
            self._pieces.append("\n\n")
            self._length += 2
        start = self._length
        self._pieces.append(stripped)
        self._length += len(stripped)
        return start

    def document(
        self, doc_id: str, title: str, *, pages: int = 0, warnings: tuple[str, ...] = (), source: str = ""
    ) -> Document:
        """What was gathered so far."""
        return Document(doc_id, title, "".join(self._pieces), tuple(self._sections), pages, warnings, source)
