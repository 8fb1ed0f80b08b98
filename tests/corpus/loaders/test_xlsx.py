"""Workbooks made here, and what is read from them."""

import gc
from datetime import date, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.table import Table

from corpus.errors import FileUnreadable
from corpus.loaders.cell_format import shown
from corpus.loaders.reading import Reading
from corpus.loaders.xlsx import load
from tests.corpus.loaders.loading import passages, read, read_one


def _workbook(*rows, title="Grades"):
    workbook = Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(row)
    return workbook


def _loaded(workbook):
    buffer = BytesIO()
    workbook.save(buffer)
    return read_one("grades.xlsx", buffer.getvalue())


def test_each_sheet_is_a_heading_and_each_row_a_line():
    workbook = _workbook(["Ada", "Lovelace"], ["Alan", "Turing"], title="People")
    workbook.create_sheet("Places").append(["London", "Manchester"])

    assert passages(_loaded(workbook)) == [
        ("§ People", "Ada | Lovelace\nAlan | Turing"),
        ("§ Places", "London | Manchester"),
    ]


def test_words_above_numbers_are_headers():
    loaded = _loaded(_workbook(["Name", "Score"], ["Ada", 9.5], ["Alan", 8]))

    assert passages(loaded)[0][1] == "Name: Ada | Score: 9.5\nName: Alan | Score: 8"


def test_a_bold_first_row_holds_headers():
    workbook = _workbook(["Term", "Meaning"], ["cell", "unit of life"])
    for cell in workbook.active[1]:
        cell.font = Font(bold=True)

    assert passages(_loaded(workbook))[0][1] == "Term: cell | Meaning: unit of life"


def test_the_first_row_of_a_table_holds_headers():
    workbook = _workbook(["Term", "Meaning"], ["cell", "unit of life"])
    workbook.active.add_table(Table(displayName="Terms", ref="A1:B2"))

    assert passages(_loaded(workbook))[0][1] == "Term: cell | Meaning: unit of life"


def test_rows_that_an_empty_one_parts_are_told_apart():
    loaded = _loaded(_workbook(["Exam on Friday"], [], ["Name", "Score"], ["Ada", 9]))

    assert passages(loaded) == [("§ Grades", "Exam on Friday\n\nName: Ada | Score: 9")]


def test_merged_cells_are_told_once_across_and_in_each_row_down():
    workbook = _workbook(["a", "b", "c"], ["d", "e", "f"], ["g", "h", "i"])
    workbook.active.merge_cells("B1:C1")
    workbook.active.merge_cells("A2:A3")

    assert passages(_loaded(workbook))[0][1] == "a | b\nd | e | f\nd | h | i"


def test_numbers_are_told_as_their_cells_show_them():
    workbook = _workbook(["Share", 0.125])
    workbook.active["B1"].number_format = "0.0%"

    assert passages(_loaded(workbook))[0][1] == "Share | 12.5%"


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (None, "General", ""),
        (True, "General", "TRUE"),
        (3.0, "General", "3"),
        (0.1 + 0.2, "General", "0.3"),
        (1234.5, "#,##0.00", "1,234.50"),
        (1234.5, '#,##0.00 "EUR"', "1,234.50 EUR"),
        (5, "[$€-407]0.00", "€5.00"),
        (-3.2, "0.0;(0.0)", "(3.2)"),
        (-3.2, "0.0;[Red]-0.0", "-3.2"),
        (2.5, "0.##", "2.5"),
        (2, "0.##", "2"),
        (0.5, "# ?/?", "0.5"),
        (12345, "0.00E+00", "1.23E+04"),
        (date(2026, 3, 1), "d.m.yy", "2026-03-01"),
        (datetime(2026, 3, 1), "d.m.yy", "2026-03-01"),
        (datetime(2026, 3, 1, 14, 30), "d.m.yy h:mm", "2026-03-01 14:30"),
        ("#DIV/0!", "General", "#DIV/0!"),
    ],
)
def test_formats(value, number_format, text):
    assert shown(value, number_format) == text


def test_hidden_sheets_are_left_out_and_named():
    workbook = _workbook(["Ada"])
    secret = workbook.create_sheet("Key")
    secret.append(["secret"])
    secret.sheet_state = "hidden"

    loaded = _loaded(workbook)

    assert "secret" not in loaded.text
    assert loaded.warnings == ("The sheet “Key” is hidden and was left out.",)


def test_a_cell_at_the_far_corner_costs_nothing():
    workbook = _workbook(["Ada"])
    workbook.active["XFD1048576"] = "far"

    assert passages(_loaded(workbook)) == [("§ Grades", "Ada\n\nfar")]


def test_what_is_no_xlsx_is_refused_with_what_to_do():
    with pytest.raises(FileUnreadable, match="save it as XLSX again"):
        read("grades.xlsx", b"no archive")


@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"])
def test_a_workbook_with_a_damaged_part_is_refused_and_closed(member, tmp_path, recwarn):
    path = tmp_path / "grades.xlsx"
    path.write_bytes(_with_part(_workbook(["Ada", "Lovelace"]), member, b"<worksheet"))

    with pytest.raises(FileUnreadable):
        list(load(path, "grades.xlsx", Reading()))
    gc.collect()

    assert [str(warning.message) for warning in recwarn if warning.category is ResourceWarning] == []


def _with_part(workbook, member, content):
    """The bytes of the workbook, one of its parts replaced."""
    whole, changed = BytesIO(), BytesIO()
    workbook.save(whole)
    with ZipFile(whole) as old, ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, content if name == member else old.read(name))
    return changed.getvalue()
