import json
import os
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from corpus import read_course
from rag import IndexDamaged, IndexMissing, IndexNotSaved, IndexStale
from rag.chunking import Chunking
from rag.index import Index
from rag.indexing import index_folder, open_index
from tests.conftest import PROJECT, WordEmbedder


class CountingEmbedder(WordEmbedder):
    embedded = 0

    def embed(self, texts):
        self.embedded += len(texts)
        return super().embed(texts)


def test_search_equals_numpy(biology_index):
    matrix = np.stack([biology_index.vector(row) for row in range(len(biology_index.chunks))])
    query = np.random.default_rng(0).normal(size=matrix.shape[1]).astype(np.float32)

    found = biology_index.search(query, 3)

    expected = np.argsort(-matrix @ query, kind="stable")[:3]
    assert [row for row, _ in found] == list(expected)
    np.testing.assert_allclose([score for _, score in found], (matrix @ query)[expected], rtol=1e-5)


def test_search_gives_no_more_than_there_is(biology_index):
    found = biology_index.search(biology_index.vector(0), 1000)

    assert sorted(row for row, _ in found) == list(range(len(biology_index.chunks)))


def test_a_saved_index_comes_back_as_it_was(biology_index, tmp_path):
    biology_index.save(tmp_path / "index")

    loaded = Index.load(tmp_path / "index", "words", Chunking())

    assert loaded.version == biology_index.version
    assert loaded.chunks == biology_index.chunks
    assert dict(loaded.documents) == dict(biology_index.documents)
    assert loaded.report == biology_index.report
    assert loaded.reading == biology_index.reading
    np.testing.assert_array_equal(loaded.vector(2), biology_index.vector(2))


def test_the_folder_explains_itself(biology_index, tmp_path):
    biology_index.save(tmp_path)

    version_folder = tmp_path / (tmp_path / "current").read_text(encoding="utf-8")
    about = json.loads((version_folder / "about.json").read_text(encoding="utf-8"))
    assert sorted(path.name for path in version_folder.iterdir()) == [
        "about.json",
        "chunks.jsonl",
        "documents.jsonl",
        "vectors.faiss",
    ]
    assert about["version"] == biology_index.version
    assert about["embedder"] == "words"
    assert about["files"][0]["name"] == "cells.md"


def test_saving_again_leaves_one_version(biology_index, tmp_path):
    biology_index.save(tmp_path)
    biology_index.save(tmp_path)

    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1


@pytest.mark.parametrize(
    ("other", "chunking", "reason"),
    [("other", Chunking(), "embedder words, not other"), ("words", Chunking(size=99), "another size")],
)
def test_an_index_of_another_embedder_or_chunking_is_refused(biology_index, tmp_path, other, chunking, reason):
    biology_index.save(tmp_path)

    with pytest.raises(IndexStale, match=reason):
        Index.load(tmp_path, other, chunking)


def test_an_index_of_another_release_is_refused(biology_index, tmp_path):
    biology_index.save(tmp_path)
    [about] = tmp_path.glob("*/about.json")
    about.write_text(about.read_text(encoding="utf-8").replace('"format": 2', '"format": 1'), encoding="utf-8")

    with pytest.raises(IndexStale, match="another release"):
        Index.load(tmp_path, "words", Chunking())


def test_no_index_is_missing(tmp_path):
    with pytest.raises(IndexMissing):
        Index.load(tmp_path, "words", Chunking())


@pytest.mark.parametrize("name", ["chunks.jsonl", "vectors.faiss", "about.json", "documents.jsonl"])
@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_index_is_refused_and_built_again(biology, embedder, tmp_path, name, damage):
    course = read_course(biology)
    first = open_index(course, tmp_path / "index", embedder, Chunking())
    [path] = (tmp_path / "index").glob(f"*/{name}")
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-20])
    else:
        path.unlink()

    with pytest.raises((IndexDamaged, IndexMissing)):
        Index.load(tmp_path / "index", "words", Chunking())
    assert open_index(course, tmp_path / "index", embedder, Chunking()).version == first.version
    assert Index.load(tmp_path / "index", "words", Chunking()).version == first.version


def test_a_current_index_is_loaded_and_a_stale_one_said_to_be_so(biology, embedder, tmp_path):
    notices = []
    first = open_index(read_course(biology), tmp_path / "index", embedder, Chunking(), notice=notices.append)
    again = open_index(read_course(biology), tmp_path / "index", embedder, Chunking(), notice=notices.append)
    (biology / "new.md").write_text("Ribosomes make proteins.", encoding="utf-8")
    changed = open_index(read_course(biology), tmp_path / "index", embedder, Chunking(), notice=notices.append)

    assert again.version == first.version != changed.version
    assert len(notices) == 2
    assert "new.md" in notices[1]


def test_only_changed_files_are_embedded_again_and_deleted_ones_leave(biology, tmp_path):
    embedder = CountingEmbedder()
    (biology / "other.md").write_text("Ribosomes make proteins.", encoding="utf-8")
    open_index(read_course(biology), tmp_path / "index", embedder, Chunking())
    before = embedder.embedded

    (biology / "other.md").write_text("Ribosomes make all proteins.", encoding="utf-8")
    index = open_index(read_course(biology), tmp_path / "index", embedder, Chunking())
    assert embedder.embedded == before + 1
    assert index.documents["other.md"].text == "Ribosomes make all proteins."

    (biology / "other.md").unlink()
    index = open_index(read_course(biology), tmp_path / "index", embedder, Chunking())
    assert embedder.embedded == before + 1
    assert set(index.documents) == {"cells.md"}


def test_what_a_killed_build_had_done_is_not_done_again(biology, tmp_path, monkeypatch):
    monkeypatch.setattr("rag.indexing._SAVED_EVERY", 0.0)
    (biology / "other.md").write_text("Ribosomes make proteins.", encoding="utf-8")

    class Killed(WordEmbedder):
        def embed(self, texts):
            if any("Ribosomes" in text for text in texts):
                raise KeyboardInterrupt
            return super().embed(texts)

    with pytest.raises(KeyboardInterrupt):
        open_index(read_course(biology), tmp_path / "index", Killed(), Chunking())
    with pytest.raises(IndexMissing):
        Index.load(tmp_path / "index", "words", Chunking())
    embedder = CountingEmbedder()
    index = open_index(read_course(biology), tmp_path / "index", embedder, Chunking())

    assert embedder.embedded == 1
    assert len(index.chunks) == index.vectors.ntotal == 5
    assert not (tmp_path / "index" / "unfinished").exists()


def test_settings_that_decide_how_files_are_read_make_the_index_stale(biology, tmp_path):
    embedder = CountingEmbedder()
    open_index(read_course(biology), tmp_path / "index", embedder, Chunking())
    before, notices = embedder.embedded, []
    (biology / "course.toml").write_text("ocr = true", encoding="utf-8")

    index = open_index(read_course(biology), tmp_path / "index", embedder, Chunking(), notice=notices.append)

    assert index.reading.ocr
    assert embedder.embedded == 2 * before
    assert "settings have changed" in notices[0]


def test_what_should_be_looked_at_is_said(biology, embedder, tmp_path):
    notices = []
    (biology / "scan.bin").write_bytes(b"\x00")
    (biology / "copy.md").write_bytes((biology / "cells.md").read_bytes())

    open_index(read_course(biology), tmp_path / "index", embedder, Chunking(), notice=notices.append)

    assert notices[-1].startswith("Of 3 file(s) 1 could not be read and 1 should be looked at")


def test_a_read_only_data_folder_still_answers_from_a_current_index(biology, embedder, tmp_path, monkeypatch):
    open_index(read_course(biology), tmp_path / "index", embedder, Chunking())
    monkeypatch.setattr("rag.indexing.FileLock", _no_writing)

    assert open_index(read_course(biology), tmp_path / "index", embedder, Chunking()).chunks


def test_a_data_folder_that_cannot_be_written_is_said_to_be_so(biology, embedder, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(IndexNotSaved, match="COURSECITE_DATA"):
        open_index(read_course(biology), tmp_path / "file" / "index", embedder, Chunking())


def test_a_full_disk_leaves_the_old_index(biology, embedder, tmp_path, monkeypatch):
    folder = tmp_path / "index"
    first = open_index(read_course(biology), folder, embedder, Chunking())
    (biology / "new.md").write_text("Ribosomes make proteins.", encoding="utf-8")
    monkeypatch.setattr("rag.index.os.fsync", _no_space)

    with pytest.raises(IndexNotSaved, match="No space left"):
        open_index(read_course(biology), folder, embedder, Chunking())

    monkeypatch.undo()
    assert Index.load(folder, "words", Chunking()).version == first.version
    assert len([path for path in folder.iterdir() if path.is_dir()]) == 1


def test_two_courses_of_one_name_have_their_own_folders(tmp_path, biology):
    twin = tmp_path / "twin" / "biology"
    twin.mkdir(parents=True)
    (twin / "a.md").write_text("A.", encoding="utf-8")

    assert index_folder(tmp_path, biology) != index_folder(tmp_path, twin)


def test_processes_that_index_one_course_take_turns_while_the_old_index_answers(biology, embedder, tmp_path):
    folder = tmp_path / "index"
    old = open_index(read_course(biology), folder, embedder, Chunking())
    for number in range(30):
        (biology / f"new{number:02}.md").write_text(f"Ribosome {number} makes proteins.", encoding="utf-8")
    script = textwrap.dedent(
        f"""
        import sys
        from pathlib import Path
        from corpus import read_course
        from rag.chunking import Chunking
        from rag.indexing import open_index
        from tests.conftest import WordEmbedder
        course = read_course(Path({str(biology)!r}))
        print(open_index(course, Path({str(folder)!r}), WordEmbedder(), Chunking(), rebuild=True).version)
        """
    )
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    processes = [
        subprocess.Popen([sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]

    versions = []
    while any(process.poll() is None for process in processes):
        versions.append(Index.load(folder, "words", Chunking()).version)
    printed = {process.communicate()[0].strip() for process in processes}

    [new] = printed
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert versions == sorted(versions, key=[old.version, new].index)
    assert versions[0] == old.version
    assert Index.load(folder, "words", Chunking()).version == new
    assert len([path for path in folder.iterdir() if path.is_dir()]) == 1


def test_an_index_that_is_replaced_while_it_is_read_is_read_anew(biology_index, tmp_path, monkeypatch):
    biology_index.save(tmp_path)
    read = Index._read.__func__
    replaced = []

    def replacing(cls, folder, about):
        if not replaced:
            replaced.append(folder)
            biology_index.save(tmp_path)
        return read(cls, folder, about)

    monkeypatch.setattr(Index, "_read", classmethod(replacing))

    assert Index.load(tmp_path, "words", Chunking()).version == biology_index.version
    assert not replaced[0].exists()


@pytest.mark.parametrize("moment", range(1, 8))
def test_a_kill_while_saving_leaves_the_old_index_or_the_new_one(biology, embedder, tmp_path, moment):
    """The process is killed at its `moment`th write; whatever is left must load."""
    folder = tmp_path / "index"
    first = open_index(read_course(biology), folder, embedder, Chunking())
    (biology / "new.md").write_text("Ribosomes make proteins.", encoding="utf-8")
    script = textwrap.dedent(
        f"""
        import os, signal
        from pathlib import Path
        from corpus import read_course
        from rag.chunking import Chunking
        from rag.indexing import open_index
        from tests.conftest import WordEmbedder
        calls, real = 0, os.fsync
        def fsync(number):
            global calls
            calls += 1
            if calls == {moment}:
                os.kill(os.getpid(), signal.SIGKILL)
            real(number)
        os.fsync = fsync
        open_index(read_course(Path({str(biology)!r})), Path({str(folder)!r}), WordEmbedder(), Chunking())
        """
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": str(PROJECT)}, check=False, timeout=120
    )

    left = Index.load(folder, "words", Chunking())
    assert ended.returncode in (0, -signal.SIGKILL)
    assert (left.version == first.version) == (ended.returncode != 0)
    assert open_index(read_course(biology), folder, embedder, Chunking()).documents.keys() == {"cells.md", "new.md"}
    assert len([path for path in folder.iterdir() if path.is_dir()]) == 1


def _no_writing(_path):
    raise PermissionError(13, "Permission denied")


def _no_space(_descriptor):
    raise OSError(28, "No space left on device")
