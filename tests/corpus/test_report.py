import json
from pathlib import Path

import pytest

from corpus import CourseFile, Document, FileReport, Report, reading_warnings, report_row

PICTURE = Document("a.pdf", "A", "", pages=3, warnings=("Pages 1-3 are pictures without text.",))


def _file(size):
    return CourseFile(Path("a.pdf"), "a.pdf", "", size)


@pytest.mark.parametrize(
    ("document", "size", "warnings"),
    [
        (Document("a.pdf", "A", "Cells divide. " * 30, pages=2), 10_000, ()),
        (Document("a.pdf", "A", "Cells.", pages=20), 10_000, ("It holds only 6 characters on 20 pages",)),
        (Document("a.pdf", "A", "Cells.", pages=1), 10_000, ("It holds only 6 characters on its page",)),
        (Document("a.docx", "A", "Cells divide."), 10_000, ()),
        (Document("a.docx", "A", "Cells divide."), 5_000_000, ("It holds only 12 characters;",)),
        (Document("a.docx", "A", " \n"), 10_000, ("It holds no text.",)),
        (PICTURE, 10_000, PICTURE.warnings),
    ],
)
def test_suspiciously_little_text_is_said_once(document, size, warnings):
    found = reading_warnings(_file(size), [document])

    assert len(found) == len(warnings)
    assert all(said.startswith(expected) for said, expected in zip(found, warnings, strict=True))


def test_the_report_is_json():
    report = Report((FileReport("a.pdf", 1, 3, 500, 2, ("Page 3 is empty.",)), FileReport("b.bin", skipped="is odd")))

    row = json.loads(json.dumps(report_row(report)))

    assert row["files"][0] == {
        "name": "a.pdf",
        "documents": 1,
        "pages": 3,
        "characters": 500,
        "passages": 2,
        "warnings": ["Page 3 is empty."],
        "skipped": "",
    }
    assert row["files"][1]["skipped"] == "is odd"
    assert row["totals"] == {
        "files": 2,
        "documents": 1,
        "pages": 3,
        "characters": 500,
        "passages": 2,
        "warned": 1,
        "skipped": 1,
    }
