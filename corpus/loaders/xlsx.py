"""XLSX: workbooks, read with openpyxl; each sheet is a heading, each row a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING
from warnings import catch_warnings, simplefilter

from corpus.assembly import Assembly
from corpus.document import Document, Place
from corpus.loaders import office_package
from corpus.loaders.cell_format import shown
from corpus.loaders.reading import Reading
from corpus.loaders.tables import table_text
from corpus.loaders.titles import document_title

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_LARGEST_SHEET = 64 * 2**20
"""Bytes of XML; openpyxl needs some twenty times as much memory."""


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """One Document: the results of formulas, numbers as their cells show them, hidden sheets left out.

    Rows that belong together are told together. Where their first is known to hold the headers
    (that of a table or a filter, or bold, or nothing but words above numbers), each cell is told
    with its own.
    """
    del reading
    with office_package.reading(path, "XLSX", largest_part=_LARGEST_SHEET):
        workbook = _open(path)
        assembly = Assembly()
        for sheet in workbook.worksheets:
            if sheet.sheet_state == "visible":
                assembly.heading(sheet.title)
                for rows in _blocks(sheet):
                    assembly.add(_text(sheet, rows), Place((sheet.title,)))
        title = document_title(workbook.properties.title or "", path)
    hidden = [sheet.title for sheet in workbook.worksheets if sheet.sheet_state != "visible"]
    warnings = tuple(f"The sheet “{name}” is hidden and was left out." for name in hidden)
    yield assembly.document(doc_id, title, warnings=warnings)


def _open(path: Path) -> Workbook:
    import openpyxl

    # openpyxl leaves a file open that it cannot read to the end, so it is opened, and closed, here.
    with path.open("rb") as stream, catch_warnings():
        simplefilter("ignore", UserWarning)  # of looks and validations that openpyxl does not keep
        return openpyxl.load_workbook(stream, data_only=True)


def _blocks(sheet: Worksheet) -> Iterator[list[list[Cell]]]:
    """The rows with something in them, split where rows without come between."""
    filled = sorted(key for key, cell in sheet._cells.items() if cell.value is not None)  # sparse, where rows are not
    rows = [(number, [sheet.cell(*key) for key in keys]) for number, keys in groupby(filled, key=lambda key: key[0])]
    for _, group in groupby(enumerate(rows), key=lambda entry: entry[1][0] - entry[0]):
        yield [cells for _, (_, cells) in group]


def _text(sheet: Worksheet, rows: list[list[Cell]]) -> str:
    columns = sorted({cell.column for row in rows for cell in row})
    above = _merged_down(sheet, rows[-1][0].row)
    cells = [[sheet.cell(*above.get(key, key)) for column in columns if (key := (row[0].row, column))] for row in rows]
    told = [[shown(cell.value, cell.number_format) for cell in row] for row in cells]
    if len(rows) > 1 and _holds_headers(sheet, rows):
        return table_text(told[1:], told[0])
    return table_text(told)


def _merged_down(sheet: Worksheet, last_row: int) -> dict[tuple[int, int], tuple[int, int]]:
    """The cells that another above them reaches down over, each with that one: it is told in each of its rows."""
    return {
        (row, merged.min_col): (merged.min_row, merged.min_col)
        for merged in sheet.merged_cells.ranges
        for row in range(merged.min_row + 1, min(merged.max_row, last_row) + 1)
    }


def _holds_headers(sheet: Worksheet, rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first row is one of headers: words, above more than one column, and set apart or above numbers."""
    first, below = rows[0], rows[1:]
    if len(first) < 2 or not all(isinstance(cell.value, str) for cell in first):
        return False
    tops = [table.ref.partition(":")[0] for table in sheet.tables.values()] + [sheet.auto_filter.ref or ""]
    if first[0].coordinate in {top.partition(":")[0] for top in tops} or all(cell.font.b for cell in first):
        return True
    words_below = [isinstance(cell.value, str) for row in below for cell in row]
    return not all(words_below) and len(first) >= max(map(len, below))
