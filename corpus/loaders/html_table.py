"""HTML tables → Blocks: data as rows with their headers; what only lays out a page, as what it lays out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree
from lxml.html import HtmlElement

from corpus.loaders.outline import Block
from corpus.loaders.tables import table_text

_WIDEST = 200
"""Columns; a cell that spans more does not mean it."""

_SECTIONS = frozenset({"thead", "tbody", "tfoot"})
_PARTS = {
    "table": frozenset({"caption", "col", "colgroup", "thead", "tbody", "tfoot", "tr"}),
    **dict.fromkeys(_SECTIONS, frozenset({"tr"})),
    "tr": frozenset({"td", "th"}),
}
_BULLETS = frozenset("•·●○▪■◦–—-*")
_OPENING_SIGNS = frozenset("$€£¥(")
_CLOSING_SIGNS = frozenset({")", "%", ")%"})
_MANY_BLOCKS = 6
_LONG_CELL = 1000


def is_regular(table: HtmlElement) -> bool:
    """Whether all that is in it is in its cells and captions; broken pages have text and tables between them."""
    return all(
        part.tag in _PARTS[outer.tag] and not (part.tail or "").strip()
        for outer in (table, *_sections(table), *_rows(table))
        for part in outer.iterchildren(etree.Element)
    )


class HtmlTable:
    """A ``table`` element; `inside` gives the blocks of a cell."""

    def __init__(self, element: HtmlElement, inside: Callable[[HtmlElement], list[Block]]) -> None:
        self._element = element
        self._rows = [_cells(row) for row in _rows(element)]
        self._inside = {cell: inside(cell) for row in self._rows for cell in row}
        self._caption = [block for child in element if child.tag == "caption" for block in inside(child)]

    def blocks(self) -> Iterator[Block]:
        """Its caption, then its rows as one block, or the blocks of its cells one after the other."""
        yield from self._caption
        if self._lays_out():
            for row in self._rows:
                yield from self._laid_out(row)
            return
        heading_rows, grid = self._grid()
        labels = [" ".join(dict.fromkeys(filter(None, column))) for column in zip(*grid[:heading_rows], strict=True)]
        if len(set(filter(None, labels))) < 2:
            heading_rows, labels = 0, []
        rows = grid[heading_rows:] if labels else [_with_signs(row) for row in grid]
        text = table_text(rows, labels)
        if text:
            yield Block(text)

    def _lays_out(self) -> bool:
        """Whether it is there for the look: it holds what no cell of data holds, or only one column."""
        cells = [blocks for blocks in self._inside.values() if blocks]
        return (
            self._element.get("role") in {"presentation", "none"}
            or any(block.level for blocks in cells for block in blocks)
            or any(cell.find(".//table") is not None or cell.find(".//pre") is not None for cell in self._inside)
            or any(len(blocks) > _MANY_BLOCKS or len(_text(blocks)) > _LONG_CELL for blocks in cells)
            or all(sum(bool(self._inside[cell]) for cell in row) < 2 for row in self._rows)
            or all(self._is_bullet(row) for row in self._rows if any(self._inside[cell] for cell in row))
        )

    def _is_bullet(self, row: list[HtmlElement]) -> bool:
        texts = [text for cell in row if (text := _text(self._inside[cell]))]
        return len(texts) == 2 and texts[0] in _BULLETS

    def _laid_out(self, row: list[HtmlElement]) -> Iterator[Block]:
        if self._is_bullet(row):
            yield Block(" ".join(filter(None, (_text(self._inside[cell]) for cell in row))))
            return
        for cell in row:
            yield from self._inside[cell]

    def _grid(self) -> tuple[int, list[list[str]]]:
        """How many rows of headers there are, and all rows with their spans filled.

        A cell that spans rows is told in each of them; one that spans columns only in the first,
        but for headers, which hold for all.
        """
        heading_rows = self._heading_rows()
        grid: list[list[str]] = [[] for _ in self._rows]
        taken: dict[tuple[int, int], str] = {}
        for i, row in enumerate(self._rows):
            column = 0
            for cell in row:
                while (i, column) in taken:
                    column += 1
                text = _text(self._inside[cell])
                for across in range(_span(cell, "colspan")):
                    for down in range(min(_span(cell, "rowspan"), len(self._rows) - i)):
                        taken[i + down, column + across] = text if not across or i < heading_rows else ""
                column += _span(cell, "colspan")
        width = max((column for _, column in taken), default=-1) + 1
        for i, line in enumerate(grid):
            line.extend(taken.get((i, column), "") for column in range(width))
        return heading_rows, grid

    def _heading_rows(self) -> int:
        count = 0
        for row in self._rows:
            told = [cell for cell in row if self._inside[cell]]
            if not all(cell.tag == "th" or cell.getparent().getparent().tag == "thead" for cell in told):
                break
            count += 1
        return count if count < len(self._rows) else 0


def _with_signs(row: list[str]) -> list[str]:
    """Amounts whose signs stand in cells of their own, so that they line up: ``$ | ( 5 | )``."""
    cells: list[str] = []
    for cell in filter(None, row):
        if cells and (cell in _CLOSING_SIGNS or cells[-1] in _OPENING_SIGNS):
            cells[-1] += cell if cell in _CLOSING_SIGNS else f" {cell}"
        else:
            cells.append(cell)
    return cells


def _text(blocks: list[Block]) -> str:
    return " ".join(" ".join(block.text.split()) for block in blocks)


def _sections(table: HtmlElement) -> list[HtmlElement]:
    return [child for child in table if child.tag in _SECTIONS]


def _rows(table: HtmlElement) -> list[HtmlElement]:
    """In page order, whether they stand in a section or not."""
    return [row for child in table for row in (child if child.tag in _SECTIONS else [child]) if row.tag == "tr"]


def _cells(row: HtmlElement) -> list[HtmlElement]:
    return [cell for cell in row if cell.tag in {"td", "th"}]


def _span(cell: HtmlElement, name: str) -> int:
    value = cell.get(name, "1").strip()
    return min(max(int(value), 1), _WIDEST) if value.isdecimal() else 1
