import json

import pytest

from corpus import CourseFile, FileUnreadable, Pin, Reading, read_course, read_file
from corpus.loaders.corrections import correction_id

ROW = {"id": "7", "question": "When is the\nexam?", "answer": " On 12 June.\n", "author": "ignored"}


def documents(tmp_path, *rows, language="en"):
    path = tmp_path / "corrections.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return list(read_file(CourseFile(path, path.name, ""), Reading(ocr=False, language=language)))


def test_each_line_is_a_document_pinned_to_its_question(tmp_path):
    proof = {"doc_id": "a.md", "quote": "12 June"}
    first, second = documents(tmp_path, ROW, "", ROW | {"id": "b-8", "proof": proof})

    assert (first.doc_id, first.title) == ("corrections.jsonl#7", "Instructor's answer")
    assert first.text == "When is the exam?\n\nOn 12 June."
    (section,) = first.sections
    assert first.text[section.start : section.end] == "On 12 June."
    assert section.place.headings == ("When is the exam?",)
    assert first.pin == Pin("When is the exam?")
    assert second.pin == Pin("When is the exam?", "a.md", "12 June")
    assert correction_id(second.doc_id) == "b-8"


def test_the_title_is_in_the_courses_language(tmp_path):
    assert documents(tmp_path, ROW, language="de")[0].title == "Antwort der Lehrkraft"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "line 2 is not JSON"),
        ("[]", 'line 2 needs "id", "question" and "answer"'),
        (ROW | {"answer": " "}, 'line 2 needs "id", "question" and "answer"'),
        (ROW | {"id": "../x"}, 'line 2: an "id" is made of letters'),
        (ROW | {"id": "8", "proof": {"doc_id": "a.md"}}, 'line 2: a "proof" needs'),
    ],
)
def test_a_line_that_is_none_is_named(tmp_path, line, reason):
    with pytest.raises(FileUnreadable, match=reason):
        documents(tmp_path, ROW, line)


def test_text_that_is_no_utf8_is_named(tmp_path):
    (tmp_path / "corrections.jsonl").write_bytes(b'{"id": "\xff"}')
    with pytest.raises(FileUnreadable, match="line 1 is not UTF-8"):
        list(read_file(CourseFile(tmp_path / "corrections.jsonl", "corrections.jsonl", ""), Reading()))


def test_corrections_are_course_material_and_other_jsonl_files_are_not(tmp_path):
    for name in ("corrections.jsonl", "evaluation.jsonl", "corpus.jsonl"):
        (tmp_path / name).write_text("", encoding="utf-8")

    assert [file.name for file in read_course(tmp_path).files] == ["corpus.jsonl", "corrections.jsonl"]
