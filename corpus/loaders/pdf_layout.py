"""Lines of a page → blocks in reading order: columns one after the other, tables row by row.

Columns are found as white space that runs down between blocks (the recursive cuts of Nagy & Seth,
1984), but a cut is made only where both sides read as text of their own: the cells of a table are
kept in their rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise
from statistics import median

from corpus.loaders.pdf_lines import Line

_CLOSEST_LINES = 0.7
"""Of a line's height: neighbours this close belong to one block."""

_NARROWEST_GUTTER = 0.8
"""Of a line's height."""

_EMPTY_LINE = 1.6
"""Of a line's height: code goes on after an empty line."""

_WIDEST_STRETCHED = 2.0
"""Of a line's height: a space in a line that was stretched to its column."""

_FEWEST_CELLS, _FEWEST_CELLS_ANYWHERE = 3, 2
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


@dataclass(frozen=True)
class _Unit:
    """What is ordered as one: a block, or the cells of a row of a table."""

    cells: tuple[Block, ...]

    @cached_property
    def left(self) -> float:
        return min(cell.left for cell in self.cells)

    @cached_property
    def right(self) -> float:
        return max(cell.right for cell in self.cells)

    @cached_property
    def top(self) -> float:
        return min(cell.top for cell in self.cells)

    @cached_property
    def bottom(self) -> float:
        return max(cell.bottom for cell in self.cells)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for cell in self.cells for line in cell.lines)

    @property
    def height(self) -> float:
        return self.lines[0].height

    @property
    def written(self) -> int:
        return self.cells[0].written


@dataclass(frozen=True, slots=True)
class _Columns:
    """Two columns, and what is above and below them."""

    above: Sequence[_Unit]
    left: Sequence[_Unit]
    right: Sequence[_Unit]
    below: Sequence[_Unit]

    @property
    def lines(self) -> int:
        return min(sum(len(unit.lines) for unit in side) for side in (self.left, self.right))


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
            if _closely_follows(before, line, closest):
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
        if groups and _closely_follows(groups[-1][-1], line, closest):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [Block(tuple(group), number) for number, group in enumerate(groups)]


def _closely_follows(above: Line, line: Line, closest: float) -> bool:
    farthest = max(closest, _EMPTY_LINE) if above.mono and line.mono else closest
    return _follows(above, line) and _gap(above, line) < farthest


def _usual_gap(lines: Sequence[Line]) -> float:
    """Between neighbouring lines of the page, in line heights; far more than usual where lines are double-spaced."""
    gaps = [gap for above, line in pairwise(lines) if _follows(above, line) and (gap := _gap(above, line)) < 1.5]
    return median(gaps) if len(gaps) >= _FEWEST_LINES_IN_COLUMN else 0.0


def _gap(above: Line, line: Line) -> float:
    return (line.top - above.bottom) / max(above.height, line.height, 1.0)


def _follows(above: Line, line: Line) -> bool:
    overlap = min(above.right, line.right) - max(above.left, line.left)
    return line.top > above.top and overlap > 0 and _gap(above, line) > -0.5


def _ordered(blocks: Sequence[Block]) -> list[Row]:
    return _in_columns(_table_rows(blocks), *_bounds(blocks)) if blocks else []


def _in_columns(units: Sequence[_Unit], left: float, right: float) -> list[Row]:
    """The units in reading order; where two columns are found, what is above, in and below them by itself."""
    columns = _widest_columns(units)
    if columns is None:
        return [Row(unit.cells, left, right) for unit in _fused(units, _FEWEST_CELLS_ANYWHERE)]
    sides = [_in_columns(side, *_bounds(side)) for side in (columns.left, columns.right)]
    if _right_to_left(units):
        sides.reverse()
    return [*_in_columns(columns.above, left, right), *sides[0], *sides[1], *_in_columns(columns.below, left, right)]


def _bounds(parts: Sequence[Block] | Sequence[_Unit]) -> tuple[float, float]:
    return min(part.left for part in parts), max(part.right for part in parts)


def _widest_columns(units: Sequence[_Unit]) -> _Columns | None:
    """The two columns with the most lines side by side, of all white space that runs down between units."""
    if len(units) < 2:
        return None
    width = _NARROWEST_GUTTER * median(unit.height for unit in units)
    downwards = sorted(units, key=lambda unit: unit.top + unit.bottom)
    starts = sorted({round(unit.left, 1) for unit in units})
    found = [columns for x in starts[1:] for columns in _columns_at(downwards, x, width)]
    return max(found, key=lambda columns: columns.lines, default=None)


def _columns_at(downwards: Sequence[_Unit], x: float, width: float) -> Iterator[_Columns]:
    """The columns left and right of `x`, wherever no unit comes into the white space before it."""
    end = 0
    for crosses, group in groupby(downwards, key=lambda unit: unit.left < x - 0.1 and unit.right > x - width):
        units = list(group)
        start, end = end, end + len(units)
        if not crosses:
            left = [unit for unit in units if unit.left < x - 0.1]
            right = [unit for unit in units if unit.left >= x - 0.1]
            if _are_columns(left, right):
                yield _Columns(downwards[:start], left, right, downwards[end:])


def _are_columns(left: Sequence[_Unit], right: Sequence[_Unit]) -> bool:
    if not left or not right:
        return False
    beside = min(max(unit.bottom for unit in side) for side in (left, right)) - max(
        min(unit.top for unit in side) for side in (left, right)
    )
    if beside < left[0].height:
        return False
    return (_is_column(left) and _is_column(right)) or _written_one_after_the_other(left, right)


def _is_column(units: Sequence[_Unit]) -> bool:
    lines = [line for unit in units for line in unit.lines]
    return (
        len(lines) >= _FEWEST_LINES_IN_COLUMN
        and median(_width(line.text) for line in lines) >= _SHORTEST_LINE_IN_COLUMN
    )


def _width(text: str) -> int:
    return len(text) + sum(_WIDE_CHARACTERS[0] <= char <= _WIDE_CHARACTERS[1] for char in text)


def _written_one_after_the_other(left: Sequence[_Unit], right: Sequence[_Unit]) -> bool:
    """Whether all of one side was written before the other, as text boxes are and the cells of rows are not."""
    sides = sorted([(unit.written, True) for unit in left] + [(unit.written, False) for unit in right])
    switches = sum(before != after for (_, before), (_, after) in pairwise(sides))
    return switches == 1 and min(sum(len(unit.lines) for unit in side) for side in (left, right)) > 1


def _right_to_left(units: Sequence[_Unit]) -> bool:
    letters = [char for unit in units for line in unit.lines for char in line.text if char.isalpha()]
    return 2 * sum("\u0590" <= char <= "\u08ff" for char in letters) > len(letters)


def _table_rows(blocks: Sequence[Block]) -> list[_Unit]:
    """Each block by itself, but for the cells of rows that no columns of text could make: short, and three or more."""
    return _fused([_Unit((block,)) for block in blocks], _FEWEST_CELLS, _SHORTEST_LINE_IN_COLUMN)


def _fused(units: Sequence[_Unit], fewest: int, shorter_than: int | None = None) -> list[_Unit]:
    """The units from top to bottom, with those beside one another made one where they are `fewest` or more."""
    groups: list[list[_Unit]] = []
    for unit in sorted(units, key=lambda unit: unit.top):
        if groups and _beside(groups[-1], unit):
            groups[-1].append(unit)
        else:
            groups.append([unit])
    fused: list[_Unit] = []
    for group in groups:
        group.sort(key=lambda unit: unit.left)
        cells = tuple(cell for unit in group for cell in unit.cells)
        short = (
            shorter_than is None or median(_width(line.text) for cell in cells for line in cell.lines) < shorter_than
        )
        fused += [_Unit(cells)] if short and len(group) >= fewest else group
    return fused


def _beside(group: Sequence[_Unit], unit: _Unit) -> bool:
    same_top = abs(group[0].top - unit.top) < 0.5 * unit.height
    return same_top and all(unit.left >= other.right or unit.right <= other.left for other in group)
