import numpy as np
import pytest

from corpus import CourseEmpty, Limits, read_course
from rag.building import build
from rag.chunking import Chunking
from rag.index import Index, indexed_text


@pytest.fixture
def mixed(biology):
    """A course with a sound file, its copy, a paraphrase of its paragraphs, an empty file and a strange one."""
    cells = (biology / "cells.md").read_text(encoding="utf-8")
    (biology / "copy.md").write_text(cells, encoding="utf-8")
    (biology / "empty.md").write_text("\n \n", encoding="utf-8")
    (biology / "handout.txt").write_text(cells.replace("#", "").replace("\n\n", "\n"), encoding="utf-8")
    (biology / "scan.bin").write_bytes(b"\x00")
    return biology


def test_the_report_says_what_was_found_in_each_file(mixed, embedder):
    report = build(read_course(mixed), embedder, Chunking()).report
    found = {file.name: file for file in report.files}

    assert list(found) == ["cells.md", "copy.md", "empty.md", "handout.txt", "scan.bin"]
    assert found["cells.md"].characters > 400
    assert (found["cells.md"].documents, found["cells.md"].passages, found["cells.md"].warnings) == (1, 4, ())
    assert found["copy.md"].warnings == ("It is the same file as cells.md; leave one of them out.",)
    assert found["empty.md"].warnings == ("It holds no text.",)
    assert found["handout.txt"].warnings == ("Nearly all of its text stands also in cells.md; leave one of them out.",)
    assert "save it as" in found["scan.bin"].skipped
    assert (report.totals.files, report.totals.warned, report.totals.skipped, report.clean) == (5, 3, 1, False)


def test_the_report_stays_right_when_files_go(mixed, embedder):
    first = build(read_course(mixed), embedder, Chunking())
    (mixed / "cells.md").unlink()

    report = build(read_course(mixed), embedder, Chunking(), previous=[first]).report

    assert report.files[0].name == "copy.md"
    assert report.files[0].warnings == ()
    assert "stands also in copy.md" in report.files[2].warnings[0]


def test_vectors_stay_with_their_passages_when_files_come_and_go(mixed, embedder):
    first = build(read_course(mixed), embedder, Chunking())
    (mixed / "a.md").write_text("Ribosomes make proteins.", encoding="utf-8")
    (mixed / "copy.md").unlink()
    (mixed / "handout.txt").write_text("Enzymes are proteins.", encoding="utf-8")

    index = build(read_course(mixed), embedder, Chunking(), previous=[first])

    expected = embedder.embed([indexed_text(chunk) for chunk in index.chunks])
    np.testing.assert_allclose([index.vector(row) for row in range(len(index.chunks))], expected, atol=1e-6)


def test_what_could_not_be_read_is_tried_again(biology, embedder):
    tight = Limits(characters=100)
    (biology / "short.md").write_text("Ribosomes make proteins.", encoding="utf-8")
    first = build(read_course(biology), embedder, Chunking(), limits=tight)

    second = build(read_course(biology), embedder, Chunking(), previous=[first])

    assert [bool(file.skipped) for file in first.report.files] == [True, False]
    assert second.report.clean


def test_an_id_names_one_document_also_when_one_file_was_read_before(biology, embedder):
    line = '{"doc_id": "x", "title": "X", "text": "Ribosomes make proteins."}'
    (biology / "one").mkdir()
    (biology / "one" / "corpus.jsonl").write_text(line, encoding="utf-8")
    first = build(read_course(biology), embedder, Chunking())
    (biology / "another").mkdir()
    (biology / "another" / "corpus.jsonl").write_text(f"{line}\n", encoding="utf-8")

    second = build(read_course(biology), embedder, Chunking(), previous=[first])
    (biology / "one" / "corpus.jsonl").unlink()
    third = build(read_course(biology), embedder, Chunking(), previous=[second])

    assert "'x', which one/corpus.jsonl has already" in second.report.files[0].skipped
    assert third.report.clean
    assert "x" in third.documents


def test_progress_ends_where_it_must(mixed, embedder):
    course, seen = read_course(mixed), []

    index = build(course, embedder, Chunking(), progress=seen.append)

    assert [at.passages for at in seen] == sorted(at.passages for at in seen)
    assert (seen[-1].passages, seen[-1].done) == (len(index.chunks), sum(file.size for file in course.files))
    assert {at.total for at in seen} == {seen[-1].done}
    assert seen[0].name == "cells.md"


def test_a_checkpoint_is_an_index_of_its_own(mixed, embedder, tmp_path):
    saved = []

    def save(index):
        if index.chunks:
            index.save(tmp_path / "index")
            saved.append(Index.load(tmp_path / "index", "words", Chunking()))

    index = build(read_course(mixed), embedder, Chunking(), checkpoint=save)

    assert [len(each.chunks) for each in saved] == [4, 8, 8, len(index.chunks), len(index.chunks)]


def test_a_course_that_yields_nothing_is_an_error(tmp_path, embedder):
    (tmp_path / "a.bin").write_bytes(b"\x00")
    (tmp_path / "b.md").write_text("\n \n", encoding="utf-8")

    with pytest.raises(CourseEmpty, match=r"a\.bin .*; b\.md holds no text"):
        build(read_course(tmp_path), embedder, Chunking())


def test_an_error_of_many_files_names_some(tmp_path, embedder):
    for number in range(9):
        (tmp_path / f"{number}.bin").write_bytes(b"\x00")

    with pytest.raises(CourseEmpty, match=r"4\.bin is [^;]*; save [^;]*; and 4 more"):
        build(read_course(tmp_path), embedder, Chunking())
