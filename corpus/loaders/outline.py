"""Blocks: headings and what stands under them, in reading order, on their way into a Document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from corpus.assembly import Assembly
from corpus.document import Place


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a list, a table or a piece of code; or, where `level` is above 0, a heading.

    Level 1 is the outermost.
    """

    text: str
    level: int = 0


class Outline:
    """The headings above the place that reading has come to.

    >>> outline = Outline()
    >>> for level, title in [(1, "Cells"), (2, "Mitosis"), (2, "Meiosis")]:
    ...     outline.enter(level, title)
    >>> outline.headings
    ('Cells', 'Meiosis')
    """

    def __init__(self) -> None:
        self._above: list[tuple[int, str]] = []

    def enter(self, level: int, title: str) -> None:
        """A heading ends those of its own level and of all below."""
        self._above = [(outer, name) for outer, name in self._above if outer < level] + [(level, title)]

    @property
    def headings(self) -> tuple[str, ...]:
        """From the outermost to the nearest."""
        return tuple(title for _, title in self._above if title)


def gather(
    assembly: Assembly, blocks: Iterable[Block], place: Place, title: str = "", outline: Outline | None = None
) -> None:
    """Add `blocks` at `place`, under their own headings; one that only repeats what is above it is no new place.

    What is above is `title`, the document's own, and the last heading of `place`. An `outline` given
    is where the blocks before these had come to.
    """
    outline = outline or Outline()
    known = {_folded(name) for name in (title, *place.headings[-1:])}
    for block in blocks:
        if not block.level:
            assembly.add(block.text, replace(place, headings=(*place.headings, *outline.headings)))
        elif block.text.strip():
            name = " ".join(block.text.split())
            outline.enter(block.level, "" if _folded(name) in known else name)
            assembly.heading(name)


def _folded(title: str) -> str:
    return " ".join(title.split()).casefold()
