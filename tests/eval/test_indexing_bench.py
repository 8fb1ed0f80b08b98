import subprocess
import sys

import numpy as np
import pytest

from corpus import read_course
from eval.bench.courses import write_slides, write_text, write_textbook
from eval.bench.indexing import NoEmbedder, main, table_row
from eval.bench.memory import PeakMemory
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


def test_peak_memory_is_that_of_a_process_and_those_it_started_together():
    child = "held = bytearray(100 * 2**20); import time; time.sleep(0.5)"
    script = f"import subprocess, sys; held = bytearray(100 * 2**20); subprocess.run([sys.executable, '-c', {child!r}])"

    with subprocess.Popen([sys.executable, "-c", script]) as process, PeakMemory(process.pid) as peak:
        process.wait()

    assert 200 < peak.mb < 300


def test_without_the_embedder_everything_else_is_measured(capsys):
    main(["--pages", "0", "--slides", "0", "--passages", "3", "--without-embedder", "--pipeline", "coursecite"])

    [_, _, row] = capsys.readouterr().out.splitlines()
    assert row.startswith("| text | coursecite | 0 | 3 |")


def test_vectors_that_mean_nothing_are_unit_vectors_of_the_embedder_s_size():
    vectors = NoEmbedder().embed(["a", "b"])

    assert vectors.shape == (2, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1])
