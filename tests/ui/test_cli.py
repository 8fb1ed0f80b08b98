"""The command as a person types it, in a process of its own: output, exit code, no traceback."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.conftest import COURSE, PROJECT
from ui.cli import app

COMMAND = [sys.executable, "-c", "from ui.cli import main; main()"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": str(PROJECT),
        "COURSECITE_DATA": str(home / "data"),
        "COLUMNS": "100",
    }


@pytest.fixture
def run(environment):
    def run_with(*arguments, **more):
        ended = subprocess.run(
            [*COMMAND, *map(str, arguments)],
            env=environment | more,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in ended.stderr
        return ended

    return run_with


def _sentence(ended):
    """The one line that a failed command leaves."""
    lines = [line for line in ended.stderr.strip().splitlines() if line.startswith("coursecite: ")]
    assert len(lines) == 1, ended.stderr
    return lines[0]


def test_help_is_there_within_half_a_second(run):
    """In processor time: what else runs on the machine is not the command's."""
    took = []
    for _ in range(3):
        before = os.times()
        assert "index" in run("--help").stdout
        after = os.times()
        took.append(after.children_user + after.children_system - before.children_user - before.children_system)

    assert min(took) < 0.5


def test_help_loads_nothing_heavy():
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, ui.cli; print(*sys.modules)"],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert not {"torch", "faiss", "gradio", "llama_cpp", "sentence_transformers", "numpy"} & set(loaded)


def test_ask_prints_the_answer_and_the_words_that_prove_it(run):
    ended = run("ask", "What are the gates of an LSTM?")

    assert ended.returncode == 0
    assert "input gate, output gate, and forget gate" in ended.stdout
    assert "[1] Deep Learning Applications in Healthcare § Long Short-Term Memory (LSTM)" in ended.stdout
    assert "“LSTMs use a memory cell" in ended.stdout


def test_ask_says_how_a_typo_was_understood(run):
    ended = run("ask", "What are the gates of an LSMT in long shrot term memory?")

    assert "Understood as: What are the gates of an LSMT in long short term memory?" in ended.stderr
    assert "Understood" not in ended.stdout


def test_ask_json_is_one_object(run):
    row = json.loads(run("ask", "exam date", "--json").stdout)

    assert row["answered"] is False
    assert row["nearest"]


def test_index_says_what_it_read_and_does_it_once(run, course_copy):
    (course_copy / "scan.bin").write_bytes(b"\x00")

    first, again = run("index", course_copy), run("index", course_copy)

    assert "2 files, 1 skipped; 10,773 characters in 25 passages" in first.stdout
    assert "scan.bin: skipped, because it is of a kind not read here" in first.stdout
    assert first.stdout == again.stdout
    assert "Indexing Deep Learning" in first.stderr
    assert "Indexing" not in again.stderr


def test_index_is_quiet_about_one_file_without_a_flaw(run, course_copy):
    lines = run("index", course_copy).stdout.splitlines()

    assert len(lines) == 1
    assert "1 file; 10,773 characters in 25 passages" in lines[0]


def test_index_json_is_the_report(run, course_copy):
    (course_copy / "scan.bin").write_bytes(b"\x00")

    row = json.loads(run("index", course_copy, "--json").stdout)

    assert row["course"] == course_copy.name
    assert [file["passages"] for file in row["files"]] == [25, 0]
    assert row["totals"]["skipped"] == 1


def test_names_of_files_cannot_drive_the_terminal(run, tmp_path):
    (tmp_path / "[bold]\x1b[31m.md").write_text("Cells divide.", encoding="utf-8")
    (tmp_path / "b.bin").write_bytes(b"\x00")

    ended = run("index", tmp_path)

    assert "\x1b" not in ended.stdout + ended.stderr
    assert "[bold][31m.md" in ended.stdout


def test_ask_refreshes_a_stale_index_and_says_so(run, course_copy):
    run("index", course_copy)
    (course_copy / "extra.md").write_text("# Exam\n\nThe exam is on 3 May 2027 in room 12.", encoding="utf-8")

    ended = run("ask", "When is the exam?", "--course", course_copy)

    assert "extra.md" in ended.stderr
    assert "3 May 2027" in ended.stdout


@pytest.mark.parametrize(
    ("question", "reason"),
    [("", "empty"), ("?!", "no word"), ("x" * 100_000, "100000 characters"), ("a\x1bb", "not text")],
)
def test_what_is_no_question_is_a_usage_error(run, question, reason):
    ended = run("ask", question)

    assert ended.returncode == 2
    assert reason in _sentence(ended)


def test_a_course_folder_that_is_not_there_is_a_usage_error(run, tmp_path):
    ended = run("ask", "Why?", "--course", tmp_path / "nowhere")

    assert ended.returncode == 2
    assert "There is no course folder" in _sentence(ended)


def test_an_empty_course_folder_is_a_failure(run, tmp_path):
    ended = run("index", tmp_path)

    assert ended.returncode == 1
    assert "holds no files" in _sentence(ended)


def test_a_course_of_unreadable_files_is_a_failure_that_names_them(run, tmp_path):
    (tmp_path / "a.bin").write_bytes(b"\x00")

    ended = run("index", tmp_path)

    assert ended.returncode == 1
    assert "a.bin" in _sentence(ended)


def test_a_model_that_is_no_gguf_is_a_failure(run, tmp_path):
    (tmp_path / "m.gguf").write_text("no model", encoding="utf-8")

    ended = run("ask", "Why?", COURSECITE_MODEL=str(tmp_path / "m.gguf"))

    assert ended.returncode == 1
    assert "no GGUF model" in _sentence(ended)


def test_a_data_folder_that_cannot_be_written_is_a_failure(run, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")

    ended = run("index", COURSE, COURSECITE_DATA=str(tmp_path / "file"))

    assert ended.returncode == 1
    assert "COURSECITE_DATA" in _sentence(ended)


def test_a_setting_that_is_none_is_a_usage_error(run):
    ended = run("index", COURSE, COURSECITE_THREADS="many")

    assert ended.returncode == 2
    assert "COURSECITE_THREADS" in ended.stderr


def test_an_index_of_another_embedder_is_built_again(run, environment, course_copy):
    run("index", course_copy)
    about = max(Path(environment["COURSECITE_DATA"]).rglob("about.json"), key=lambda path: path.stat().st_mtime)
    about.write_text(about.read_text(encoding="utf-8").replace("all-MiniLM-L6-v2", "other"), encoding="utf-8")

    ended = run("index", course_copy)

    assert ended.returncode == 0
    assert "embedder other" in ended.stderr


def test_a_port_in_use_is_a_failure_said_before_any_model_is_loaded(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = run("serve", "--port", taken.getsockname()[1])

    assert ended.returncode == 1
    assert "cannot be opened" in _sentence(ended)
    assert "Loading" not in ended.stderr


def test_serving_the_network_without_accounts_is_refused(run):
    ended = run("serve", "--host", "0.0.0.0")

    assert ended.returncode == 1
    assert "coursecite user add NAME --role admin" in _sentence(ended)


def test_course_text_cannot_drive_the_terminal(run, tmp_path):
    (tmp_path / "a.md").write_text(
        "# Trick\n\nThe trick \x1b[31m\x1b]0;owned\x07 uses [bold]brackets[/bold]. " + "It is an old one. " * 20,
        encoding="utf-8",
    )

    ended = run("ask", "What does the trick use?", "--course", tmp_path)

    assert "\x1b" not in ended.stdout
    assert "[bold]brackets[/bold]" in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "after_s"),
    [
        (("ask", "What are the gates of an LSTM?"), 0.3),
        (("ask", "What are the gates of an LSTM?"), 4.0),
        (("index", str(COURSE), "--rebuild"), 4.5),
    ],
)
def test_ctrl_c_ends_with_one_line_and_nothing_half_written(environment, arguments, after_s):
    started = "import sys; from ui.cli import main; print('started', file=sys.stderr, flush=True); main()"
    process = subprocess.Popen(
        [sys.executable, "-c", started, *arguments], env=environment, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr.readline() == "started\n"
    time.sleep(after_s)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)

    assert process.returncode in (0, 130)
    assert "Traceback" not in stderr
    assert not list(Path(environment["COURSECITE_DATA"]).rglob("current-*"))


@pytest.mark.loopback
def test_serve_answers_until_ctrl_c(environment):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", str(port)], env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        page = _read(f"http://127.0.0.1:{port}/")
    finally:
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)

    assert "Coursecite" in page
    assert f"http://127.0.0.1:{port}" in stderr
    assert "Traceback" not in stderr
    assert process.returncode in (0, 130)


def test_no_command_shows_the_help():
    assert "Commands" in CliRunner().invoke(app, []).output


def _read(address):
    for _ in range(480):
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                return response.read().decode()
        except OSError:
            time.sleep(0.25)
    raise TimeoutError(address)
