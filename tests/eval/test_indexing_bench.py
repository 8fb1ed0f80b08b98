import pytest

from corpus import read_course
from eval.bench.courses import write_slides, write_text, write_textbook
from eval.bench.indexing import table_row
from eval.bench.pipelines import Indexed, coursecite, tutorial


def test_a_textbook_has_its_pages_under_its_chapters(tmp_path):
    write_textbook(tmp_path, 41)

    [read] = read_course(tmp_path).read()

    assert read.documents[0].pages == 41
    assert [str(section.place) for section in read.documents[0].sections][::20] == [
        "page 1, § Chapter 1",
        "page 21, § Chapter 2",
        "page 41, § Chapter 3",
    ]
    assert 2500 < len(read.documents[0].text) / 41 < 4500


def test_slides_have_notes(tmp_path):
    write_slides(tmp_path, 3)

    [read] = read_course(tmp_path).read()

    assert [section.place.notes for section in read.documents[0].sections] == [False, True] * 3


def test_both_pipelines_index_the_same_text(tmp_path, embedder):
    write_text(tmp_path, 12)

    ours, theirs = coursecite(tmp_path, embedder), tutorial(tmp_path, embedder)

    assert ours.characters == theirs.characters
    assert ours.passages == 12
    assert ours.total_s > 0
    assert theirs.passages > 0


def test_slides_go_through_both_pipelines(tmp_path, embedder):
    write_slides(tmp_path, 2)

    assert (coursecite(tmp_path, embedder).pages, tutorial(tmp_path, embedder).pages) == (2, 2)


@pytest.mark.parametrize(("pages", "rate"), [(100, "50"), (0, "")])
def test_a_row_says_rates(pages, rate):
    row = table_row("textbook", "coursecite", Indexed(pages, 9000, 300, 2.0, 10.0), 512.4)

    assert row == f"| textbook | coursecite | {pages} | 300 | 2.0 s | {rate} | 10.0 s | 30 | 512 MB |"
