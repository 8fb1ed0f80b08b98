"""Lines of a page → blocks in reading order: columns one after the other, tables row by row.

Columns are found as white space that runs down between blocks (the recursive cuts of Nagy & Seth,
1984), but a cut is made only where both sides read as text of their own: the cells of a table are
kept in their rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from statistics import median

from corpus.loaders.pdf_lines import Line

_CLOSEST_LINES = 0.7
"""Of a line's height: neighbours this close belong to one block."""

_NARROWEST_GUTTER = 0.8
"""Of a line's height."""

_WIDEST_STRETCHED = 2.0
"""Of a line's height: a space in a line that was stretched to its column."""

_FEWEST_LINES_IN_COLUMN = 3
_SHORTEST_LINE_IN_COLUMN = 22
_WIDE_CHARACTERS = ("\u2e80", "\uffef")
"""Chinese, Japanese and Korean: each counts as two, as it is as wide as two."""


@dataclass(frozen=True)
class Block:
    """Lines that follow each other closely, of one paragraph or cell or of several."""

    lines: tuple[Line, ...]
    written: int
    """The how many-th of its page it is in the order of writing."""

    @cached_property
    def left(self) -> float:
        """The leftmost point of its lines."""
        return min(line.left for line in self.lines)

    @cached_property
    def right(self) -> float:
        """The rightmost point of its lines."""
        return max(line.right for line in self.lines)

    @cached_property
    def top(self) -> float:
        """The highest point of its lines."""
        return min(line.top for line in self.lines)

    @cached_property
    def bottom(self) -> float:
        """The lowest point of its lines."""
        return max(line.bottom for line in self.lines)


@dataclass(frozen=True, slots=True)
class Row:
    """A block, or where there are more, the cells of a row of a table from left to right.

    `left` and `right` are the bounds of the column that it stands in.
    """

    cells: tuple[Block, ...]
    left: float
    right: float


def reading_order(lines: Sequence[Line]) -> list[Row]:
    """The rows of a page from first to last; tilted text comes last, as it was written."""
    upright = [line for line in lines if not line.tilted]
    tilted = _blocks([line for line in lines if line.tilted], _CLOSEST_LINES)
    closest = max(_CLOSEST_LINES, 1.3 * _usual_gap(upright))
    return [
        *_united(_ordered(_blocks(upright, closest)), closest),
        *(Row((block,), block.left, block.right) for block in tilted),
    ]


def _united(rows: list[Row], closest: float) -> list[Row]:
    """The rows, with those put together that are one block but were not written one after the other."""
    united: list[Row] = []
    for row in rows:
        last = united[-1] if united else None
        if last and len(last.cells) == len(row.cells) == 1 and (last.left, last.right) == (row.left, row.right):
            above, block = last.cells[0], row.cells[0]
            before, line = above.lines[-1], block.lines[0]
            if _ends_before(before, line):
                united[-1] = replace(last, cells=(_in_one_line(above, block),))
                continue
            if _follows(before, line) and _gap(before, line) < closest:
                united[-1] = replace(last, cells=(Block(above.lines + block.lines, above.written),))
                continue
        united.append(row)
    return united


def _ends_before(before: Line, line: Line) -> bool:
    """Whether `line` goes on to the right of `before`, after a space that was too wide for one."""
    beside = abs(before.bottom - line.bottom) < 0.3 * line.height
    return beside and 0 <= line.left - before.right < _WIDEST_STRETCHED * line.height


def _in_one_line(above: Block, block: Block) -> Block:
    """The two blocks, whose last and first lines are one with a wide space in it."""
    whole = above.lines[-1].united(block.lines[0], " ")
    return Block((*above.lines[:-1], whole, *block.lines[1:]), above.written)


def _blocks(lines: Sequence[Line], closest: float) -> list[Block]:
    """Neighbours in the order of writing that stand closely below one another."""
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _follows(groups[-1][-1], line) and _gap(groups[-1][-1], line) < closest:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [Block(tuple(group), number) for number, group in enumerate(groups)]


def _usual_gap(lines: Sequence[Line]) -> float:
    """Between neighbouring lines of the page, in line heights; far more than usual where lines are double-spaced."""
    gaps = [gap for above, line in pairwise(lines) if _follows(above, line) and (gap := _gap(above, line)) < 1.5]
    return median(gaps) if len(gaps) >= _FEWEST_LINES_IN_COLUMN else 0.0


def _gap(above: Line, line: Line) -> float:
    return (line.top - above.bottom) / max(above.height, line.height, 1.0)


def _follows(above: Line, line: Line) -> bool:
    overlap = min(above.right, line.right) - max(above.left, line.left)
    return line.top > above.top and overlap > 0 and _gap(above, line) > -0.5


def _ordered(blocks: list[Block]) -> list[Row]:
    rows: list[Row] = []
    left, right = (
        min((block.left for block in blocks), default=0.0),
        max((block.right for block in blocks), default=0.0),
    )
    for region in _regions(blocks):
        gutter = _gutter(region)
        if gutter is None:
            rows += [Row(tuple(cells), left, right) for cells in _table_rows(region)]
        else:
            sides = _sides(region, gutter)
            for side in reversed(sides) if _right_to_left(region) else sides:
                rows += _ordered(side)
    return rows


def _regions(blocks: list[Block]) -> list[list[Block]]:
    """Parts of the page from top to bottom: those through which white space runs down, and those between."""
    regions: list[list[Block]] = []
    for band in _bands(blocks):
        if regions:
            merged = regions[-1] + band
            if _gaps(merged) or not (_gaps(regions[-1]) or _gaps(band)):
                regions[-1] = merged
                continue
        regions.append(band)
    return regions


def _bands(blocks: list[Block]) -> list[list[Block]]:
    """Blocks that stand beside one another, from top to bottom."""
    bands: list[list[Block]] = []
    bottom = 0.0
    for block in sorted(blocks, key=lambda block: block.top):
        if bands and block.top < bottom - 0.3 * block.lines[0].height:
            bands[-1].append(block)
        else:
            bands.append([block])
            bottom = block.bottom
        bottom = max(bottom, block.bottom)
    return bands


def _gaps(blocks: Sequence[Block]) -> list[float]:
    """Where white space runs down between blocks: the middle of each gap."""
    gaps = []
    height = median(line.height for block in blocks for line in block.lines)
    ordered = sorted(blocks, key=lambda block: block.left)
    right = ordered[0].right
    for block in ordered[1:]:
        if block.left - right > _NARROWEST_GUTTER * height:
            gaps.append((block.left + right) / 2)
        right = max(right, block.right)
    return gaps


def _gutter(blocks: list[Block]) -> float | None:
    """The white space that parts two columns of text, None where there is none or the blocks are cells."""
    for gap in _gaps(blocks):
        if all(map(_is_column, sides := _sides(blocks, gap))) or _written_one_after_the_other(sides, blocks):
            return gap
    return None


def _sides(blocks: Sequence[Block], x: float) -> tuple[list[Block], list[Block]]:
    return [block for block in blocks if block.right < x], [block for block in blocks if block.right >= x]


def _is_column(blocks: Sequence[Block]) -> bool:
    lines = [line for block in blocks for line in block.lines]
    return (
        len(lines) >= _FEWEST_LINES_IN_COLUMN
        and median(_width(line.text) for line in lines) >= _SHORTEST_LINE_IN_COLUMN
    )


def _width(text: str) -> int:
    return len(text) + sum(_WIDE_CHARACTERS[0] <= char <= _WIDE_CHARACTERS[1] for char in text)


def _written_one_after_the_other(sides: tuple[list[Block], list[Block]], blocks: list[Block]) -> bool:
    """Whether all of one side was written before the other, as text boxes are and the cells of rows are not."""
    in_order = [block in sides[0] for block in sorted(blocks, key=lambda block: block.written)]
    lines = [sum(len(block.lines) for block in side) for side in sides]
    return min(lines) >= 2 and sum(before != after for before, after in pairwise(in_order)) == 1


def _right_to_left(blocks: Sequence[Block]) -> bool:
    letters = [char for block in blocks for line in block.lines for char in line.text if char.isalpha()]
    return 2 * sum("\u0590" <= char <= "\u08ff" for char in letters) > len(letters)


def _table_rows(blocks: list[Block]) -> list[list[Block]]:
    rows: list[list[Block]] = []
    for block in sorted(blocks, key=lambda block: block.top):
        if rows and _beside(rows[-1], block):
            rows[-1].append(block)
        else:
            rows.append([block])
    return [sorted(row, key=lambda block: block.left) for row in rows]


def _beside(row: list[Block], block: Block) -> bool:
    height = block.lines[0].height
    return abs(row[0].top - block.top) < 0.5 * height and all(
        block.left >= other.right or block.right <= other.left for other in row
    )
