import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from corpus import CourseFile, Limits, ocr, read_course, read_file
from corpus.loaders.reading import Reading
from corpus.reader import Reader
from tests.conftest import COURSE, PROJECT

MIDDLE = "m.odd"
TIGHT = Limits(seconds=20.0, memory=2**29, characters=2_000_000, documents=500)


@pytest.fixture
def odd(tmp_path, monkeypatch):
    """A course with two sound files, and between them one for a parser that does what the file says."""
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "a.md").write_text("Cells divide.", encoding="utf-8")
    (folder / "z.txt").write_text("Cells grow.", encoding="utf-8")
    startup = tmp_path / "startup"
    startup.mkdir()
    (startup / "sitecustomize.py").write_text(
        f"import corpus.loaders\ncorpus.loaders.__path__.append({str(Path(__file__).parent)!r})\n"
        "corpus.loaders.LOADERS['.odd'] = 'odd_parser'\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(startup))

    def with_file(word):
        (folder / MIDDLE).write_text(word, encoding="utf-8")
        return read_course(folder)

    return with_file


def _read(course, limits=TIGHT):
    return {read.file.name: read for read in course.read(limits=limits)}


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("crash", "made its parser crash"),
        ("segfault", "made its parser crash"),
        ("recurse", "nested too deeply"),
        ("raise", "its parser failed (KeyError)"),
        ("eat", "needs more than 512 MB of memory"),
        ("endless", "more than 500 documents"),
        ("long", "more than 2,000,000 characters"),
    ],
)
def test_what_a_parser_does_is_the_problem_of_its_file_alone(odd, word, reason):
    reads = _read(odd(word))

    assert reason in reads[MIDDLE].problem
    assert reads[MIDDLE].documents == ()
    assert [reads[name].documents[0].text for name in ("a.md", "z.txt")] == ["Cells divide.", "Cells grow."]


def test_a_parser_that_hangs_is_given_up(odd):
    began = time.monotonic()
    reads = _read(odd("hang"), Limits(seconds=1.0))

    assert "took too long" in reads[MIDDLE].problem
    assert reads["z.txt"].documents
    assert time.monotonic() - began < 20


def test_what_a_parser_prints_is_no_answer(odd):
    assert _read(odd("print"))[MIDDLE].documents[0].text == "Fine."


def test_a_parser_learns_no_key_of_a_model(odd, monkeypatch):
    monkeypatch.setenv("COURSECITE_MODEL_KEY", "secret")

    [document] = _read(odd("environment"))[MIDDLE].documents

    assert "PATH" in document.text
    assert "COURSECITE" not in document.text


def test_many_files_are_read_by_one_worker_and_a_lost_one_is_replaced(odd):
    course = odd("crash")
    for name in ("b.odd", "c.odd", "x.odd", "y.odd"):
        (course.folder / name).write_text("process", encoding="utf-8")

    reads = _read(read_course(course.folder))
    process = {name: reads[name].documents[0].text for name in ("b.odd", "c.odd", "x.odd", "y.odd")}

    assert process["b.odd"] == process["c.odd"] != process["x.odd"] == process["y.odd"]


def test_documents_come_as_they_were_read():
    course = read_course(COURSE)

    [read] = course.read()

    assert read.documents == tuple(read_file(course.files[0], Reading()))


def test_a_large_file_comes_in_pieces_without_loss(tmp_path):
    (tmp_path / "corpus.jsonl").write_text(
        "".join(f'{{"doc_id": "{n}", "title": "T", "text": "{"é" * 999}."}}\n' for n in range(2000)), encoding="utf-8"
    )

    [read] = read_course(tmp_path).read()

    assert [document.doc_id for document in read.documents] == [str(n) for n in range(2000)]
    assert all(len(document.text) == 1000 for document in read.documents)


def test_a_line_of_hundreds_of_megabytes_is_refused(tmp_path):
    for name in ("a.txt", "corpus.jsonl"):
        with (tmp_path / name).open("wb") as stream:
            stream.truncate(200 * 2**20)

    assert all("MB; split it" in read.problem for read in read_course(tmp_path).read())


def test_a_file_that_is_gone_by_now_is_named(tmp_path):
    (tmp_path / "a.md").write_text("A.", encoding="utf-8")
    course = read_course(tmp_path)
    (tmp_path / "a.md").unlink()

    [read] = course.read()

    assert "cannot be opened" in read.problem


def test_a_course_in_the_current_folder_does_not_stand_in_for_modules(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit", encoding="utf-8")
    (tmp_path / "a.md").write_text("Cells divide.", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert {read.file.name: len(read.documents) for read in read_course(tmp_path).read()} == {"a.md": 1, "json.py": 0}


def test_files_are_read_in_a_server_s_thread_too(odd):
    course, reads = odd("fine"), {}
    thread = threading.Thread(target=lambda: reads.update(_read(course)))
    thread.start()
    thread.join(timeout=60)

    assert {name: bool(read.documents) for name, read in reads.items()} == {"a.md": True, "m.odd": True, "z.txt": True}


def test_leaving_early_ends_the_worker_and_what_it_unpacked(odd):
    course = odd("unpack")
    reads = course.read()
    assert next(reads).file.name == "a.md"
    marker = course.folder / "unpacked"
    while not marker.exists():
        time.sleep(0.02)

    began = time.monotonic()
    reads.close()

    assert time.monotonic() - began < 5
    assert not Path(marker.read_text(encoding="utf-8")).exists()


def test_time_grows_with_the_file():
    def seconds(megabytes, reading):
        return Limits().seconds_for(CourseFile(Path("a.pdf"), "a.pdf", "", megabytes * 2**20), reading)

    assert seconds(0, Reading()) == 60
    assert seconds(4, Reading()) > 10_000 * 0.016
    assert seconds(1, Reading(ocr=True)) > seconds(1, Reading())
    assert seconds(0, Reading(ocr=True)) > 3 * ocr.LONGEST
    assert seconds(10**6, Reading()) == Limits().longest


def test_a_reader_that_was_stopped_reads_nothing_more():
    course = read_course(COURSE)
    with Reader(course.reading) as reader:
        reader.stop()

        assert [read.problem for read in reader.read_all(course.files)] == ["was not read, because reading was stopped"]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_is_left_when_the_process_that_reads_ends(odd, sent):
    course = odd("unpack")
    script = textwrap.dedent(
        f"""
        import signal
        from pathlib import Path
        from corpus import read_course
        signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where a shell runs the tests behind it
        list(read_course(Path({str(course.folder)!r})).read())
        """
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": f"{PROJECT}{os.pathsep}{os.environ['PYTHONPATH']}"},
        stderr=subprocess.DEVNULL,
    )
    while not (course.folder / "unpacked").exists():
        time.sleep(0.02)
    [worker] = _children(process.pid)
    process.send_signal(sent)
    process.wait(timeout=30)

    deadline = time.monotonic() + 10
    while _alive(worker) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _alive(worker)


def _children(process):
    tasks = Path(f"/proc/{process}/task")
    return [int(child) for task in tasks.iterdir() for child in (task / "children").read_text("utf-8").split()]


def _alive(process):
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text("utf-8")
    except FileNotFoundError:
        return False
