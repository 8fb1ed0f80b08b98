import pytest

from corpus.errors import FileUnreadable
from tests.corpus.loaders.loading import passages, read_one


def test_outline_levels_are_places_and_rows_stay_rows():
    document = read_one(
        "cells.rtf",
        r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\pard\outlinelevel0\b Cells\par}{\pard A cell divides.\par}"
        r"{\pard\outlinelevel1 Drugs\par}{\trowd\intbl Drug\cell Dose\cell\row}{\pard End.\par}}",
    )

    assert document.title == "cells"
    assert passages(document) == [("§ Cells", "A cell divides."), ("§ Cells › Drugs", "Drug | Dose\nEnd.")]


def test_headings_show_by_their_look_where_nothing_marks_them():
    document = read_one("a.rtf", r"{\rtf1 {\b Cells\par}A cell divides many times over.\par}")

    assert passages(document) == [("§ Cells", "A cell divides many times over.")]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"{\rtf1\ansi\ansicpg1252 Gr\'f6\'dfe}", "Größe"),
        (r"{\rtf1\ansi\ansicpg1251 \'cd\'e5\'e9\'f0\'ee\'ed}", "Нейрон"),
        (r"{\rtf1\uc1 Gr\u246?\u223?e \u-10179?\u-8694?}", "Größe 🔊"[:6] + "\U0001f60a"),
        (r"{\rtf1\ansicpg99 plain}", "plain"),
    ],
)
def test_characters_are_read_however_they_are_written(source, text):
    assert read_one("a.rtf", source).text == text


@pytest.mark.parametrize("content", [b"", b"plain text", b"PK\x03\x04"])
def test_what_is_no_rtf_is_refused(content):
    with pytest.raises(FileUnreadable, match="is no RTF file"):
        read_one("a.rtf", content)
