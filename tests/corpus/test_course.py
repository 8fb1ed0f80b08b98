import json
import os
from pathlib import Path

import pytest

from corpus import CourseEmpty, CourseNotFound, CourseSettingsInvalid, FileUnreadable, read_course
from tests.conftest import COURSE


def _documents(folder):
    return [document for read in read_course(folder).read() for document in read.documents]


def test_the_included_course_is_read_into_its_sections():
    [document] = _documents(COURSE)
    headings = [section.place.headings for section in document.sections]

    assert document.title == "Deep Learning Applications in Healthcare"
    assert headings[0] == ()
    assert headings[1] == ("Deep Learning",)
    assert ("Long Short-Term Memory (LSTM)",) in headings
    assert headings[-1] == ("Key takeaways",)
    assert len(headings) == 25


def test_the_included_course_is_unchanged():
    text = (COURSE / "deep-learning-applications-in-healthcare.txt").read_text(encoding="utf-8")

    assert _documents(COURSE)[0].text == text


def test_files_come_in_the_order_of_their_names_without_hidden_ones(tmp_path):
    for name in ("b.md", "a.txt", ".hidden.md", "sub/c.md", ".git/d.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("Text.", encoding="utf-8")

    assert [file.name for file in read_course(tmp_path).files] == ["a.txt", "b.md", "sub/c.md"]


def test_course_toml_sets_title_and_language_and_leaves_files_out(tmp_path):
    (tmp_path / "a.md").write_text("A.", encoding="utf-8")
    (tmp_path / "draft.md").write_text("B.", encoding="utf-8")
    (tmp_path / "course.toml").write_text('title = "Zellen"\nlanguage = "de"\nleave_out = ["draft*"]', encoding="utf-8")

    course = read_course(tmp_path)

    assert (course.title, course.language) == ("Zellen", "de")
    assert [file.name for file in course.files] == ["a.md"]


@pytest.mark.parametrize("settings", ["title =", "titel = 'x'", "title = 3"])
def test_course_toml_that_is_wrong_is_named(tmp_path, settings):
    (tmp_path / "a.md").write_text("A.", encoding="utf-8")
    (tmp_path / "course.toml").write_text(settings, encoding="utf-8")

    with pytest.raises(CourseSettingsInvalid, match=r"course\.toml"):
        read_course(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CourseNotFound, match="nowhere"):
        read_course(tmp_path / "nowhere")


def test_an_empty_folder_is_an_error(tmp_path):
    with pytest.raises(CourseEmpty, match="holds no files"):
        read_course(tmp_path)


def test_a_link_out_of_the_course_is_not_followed(tmp_path):
    (tmp_path / "secret.txt").write_text("Not the course's own.", encoding="utf-8")
    course = tmp_path / "course"
    course.mkdir()
    (course / "a.md").write_text("A.", encoding="utf-8")
    (course / "leak.txt").symlink_to(tmp_path / "secret.txt")

    assert [file.name for file in read_course(course).files] == ["a.md"]


def test_a_name_that_is_no_utf8_can_be_written_down(tmp_path):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.md")).write_text("Cells divide.", encoding="utf-8")

    [read] = read_course(tmp_path).read()

    assert read.file.name == read.documents[0].doc_id == "caf\ufffd.md"


def test_one_bad_file_does_not_stop_the_rest(tmp_path):
    (tmp_path / "a.bin").write_bytes(b"\x00\x01")
    (tmp_path / "b.txt").write_bytes(b"\x00\x01\x02\x00")
    (tmp_path / "c.md").write_text("Fine.", encoding="utf-8")

    problems = {read.file.name: read.problem for read in read_course(tmp_path).read()}

    assert "save it as" in problems["a.bin"]
    assert "binary data" in problems["b.txt"]
    assert problems["c.md"] == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_plain_text_is_read_in_any_encoding(tmp_path, encoding):
    text = "Größe und Maß sind für die Prüfung wichtig. Die Lösung heißt „Größe“.\n" * 5
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))

    assert _documents(tmp_path)[0].text == text


def test_line_ends_of_other_systems_become_one(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"One.\r\nTwo.\rThree.")

    assert _documents(tmp_path)[0].text == "One.\nTwo.\nThree."


def test_corpus_jsonl_is_one_document_a_line(tmp_path):
    rows = [
        {"doc_id": "x", "title": "X", "text": "# H\n\nBody.", "chapter": "1"},
        {"doc_id": "y", "title": "Y", "text": "Y."},
    ]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n\n", encoding="utf-8")
    (tmp_path / "questions.jsonl").write_text("{}", encoding="utf-8")

    documents = _documents(tmp_path)

    assert [document.doc_id for document in documents] == ["x", "y"]
    assert documents[0].sections[0].place.headings == ("H",)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "line 2 is not JSON"),
        ('{"doc_id": "z"}', "line 2 needs"),
        ('{"doc_id": 1, "title": "t", "text": "t"}', "line 2 needs"),
        ("[]", "line 2 needs"),
        ('{"doc_id": "x", "title": "t", "text": "t"}', "doc_id 'x'"),
    ],
)
def test_a_bad_line_of_corpus_jsonl_is_named(tmp_path, line, reason):
    good = json.dumps({"doc_id": "x", "title": "X", "text": "X."})
    (tmp_path / "corpus.jsonl").write_text(f"{good}\n{line}\n", encoding="utf-8")

    [read] = read_course(tmp_path).read()

    assert reason in read.problem


def test_the_error_of_one_file_names_it(tmp_path):
    assert str(FileUnreadable(tmp_path / "a.doc", "is odd")) == "a.doc: is odd"
