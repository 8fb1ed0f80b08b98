import pytest

from tests.corpus.loaders.loading import passages, read_one


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_cell_is_told_with_its_header(delimiter):
    rows = [["Drug", "Dose"], ["Metformin", "500 mg"], ["Insulin", "10 IU"]]

    document = read_one("doses.csv", "\n".join(delimiter.join(row) for row in rows))

    assert passages(document) == [("", "Drug: Metformin | Dose: 500 mg\nDrug: Insulin | Dose: 10 IU")]


def test_quoted_cells_hold_delimiters_and_line_ends():
    assert read_one("a.csv", 'Name,Note\n"Smith, Ann","one\ntwo"\n').text == "Name: Smith, Ann | Note: one two"


def test_a_first_row_with_numbers_blanks_or_repeats_is_no_header():
    for first in ("a,1", "a,", "a,a"):
        assert read_one("a.csv", f"{first}\nb,2\n").text.startswith("a")


def test_the_line_that_excel_writes_first_names_the_delimiter():
    assert read_one("a.csv", "sep=;\nDrug;Dose\nA;1,5\n").text == "Drug: A | Dose: 1,5"


def test_tabs_part_the_cells_of_a_tsv():
    assert read_one("a.tsv", "Drug, name\tDose\nA\t1\n").text == "Drug, name: A | Dose: 1"


def test_a_quote_that_is_never_closed_costs_no_rows():
    text = read_one("a.csv", 'Name,Height\nAnn,"5 ft\n' + "Bob,1.8 m\n" * 20_000).text

    assert "Name: Bob | Height: 1.8 m" in text


def test_any_encoding_is_read():
    assert read_one("a.csv", "名前,年齢\n佐藤太郎,30\n".encode("shift_jis")).text == "名前: 佐藤太郎 | 年齢: 30"


def test_an_empty_table_has_no_passages():
    assert read_one("a.csv", b"\n\n").sections == ()
