"""The `coursecite eval` commands with an assistant that needs no model; the last tests in a process of their own."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.conftest import COURSE_SET, PROJECT, FakeLLM
from tests.eval.conftest import FakeAssistant, course_documents, question_items, write_jsonl
from tests.eval.test_files import FullDisk
from tests.eval.test_judge import PAIRS, JudgeServer
from ui import eval_commands
from ui.cli import app
from ui.self_tests import SelfTests

GATES = "How many gates does an LSTM have?"


class Assistants:
    """Opens an assistant for each command and keeps it; what the next one does differently can be said before."""

    def __init__(self):
        self.opened = []
        self.models = []
        self.failing = ()
        self.change = {}

    def open(self, folder, settings, llm=None):
        assistant = FakeAssistant(course_documents(), failing=self.failing)
        for name, value in self.change.items():
            setattr(assistant, name, value)
        self.failing, self.change = (), {}
        self.opened.append(assistant)
        self.models.append(llm)
        return assistant


@pytest.fixture
def assistants(monkeypatch, tmp_path):
    assistants = Assistants()
    monkeypatch.setattr(eval_commands, "open_assistant", assistants.open)
    monkeypatch.setenv("COURSECITE_DATA", str(tmp_path / "data"))
    return assistants


@pytest.fixture
def coursecite(assistants):
    def invoke(*arguments):
        return CliRunner(env={"COLUMNS": "160"}).invoke(app, ["eval", *map(str, arguments)])

    return invoke


@pytest.fixture
def question_file(tmp_path):
    return write_jsonl(tmp_path / "biology.jsonl", question_items())


@pytest.fixture(scope="module")
def runs_once(tmp_path_factory):
    """Two finished runs of the same questions, made once: "run", and "worse", whose assistant finds nothing."""
    folder = tmp_path_factory.mktemp("runs")
    questions = write_jsonl(folder / "biology.jsonl", question_items())
    assistants = Assistants()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(eval_commands, "open_assistant", assistants.open)
        patch.setenv("COURSECITE_DATA", str(folder / "data"))
        for name, change in (("run", {}), ("worse", FINDS_NOTHING)):
            assistants.change = change
            ended = CliRunner().invoke(app, ["eval", "run", str(questions), "--out", str(folder / name)])
            assert ended.exit_code == 0, ended.output
    return folder


FINDS_NOTHING = {"search": lambda question, history=(): [], "prompt_hash": "q" * 64}


@pytest.fixture
def finished(runs_once, tmp_path):
    return Path(shutil.copytree(runs_once / "run", tmp_path / "run"))


def settings_of(folder):
    return json.loads((folder / "settings.json").read_text(encoding="utf-8"))


def sentence(ended):
    """The one line that a failed command leaves, and nothing of a traceback."""
    lines = [line for line in ended.stderr.splitlines() if line.startswith("coursecite: ")]
    assert len(lines) == 1, ended.stderr
    assert "Traceback" not in ended.stderr
    return lines[0]


def test_run_leaves_a_run_and_prints_its_headline(coursecite, question_file, tmp_path):
    ended = coursecite("run", question_file, "--out", tmp_path / "run")

    assert ended.exit_code == 0, ended.output
    assert settings_of(tmp_path / "run")["question_set"] == "biology"
    assert {"answers.jsonl", "summary.json"} <= {path.name for path in (tmp_path / "run").iterdir()}
    assert re.search(r"Right answers +75 % +\d+ to 100 % +75 % +0 % +75 %", ended.stdout)
    assert re.search(r"Truthfulness +\+\.50", ended.stdout)
    assert "Answering" in ended.stderr
    assert "7/7" in ended.stderr
    assert "With the right passage" in ended.stderr


def test_run_again_asks_nothing_and_says_the_same(coursecite, assistants, question_file, tmp_path):
    first = coursecite("run", question_file, "--out", tmp_path / "run")
    again = coursecite("run", question_file, "--out", tmp_path / "run")

    assert again.stdout == first.stdout
    assert assistants.opened[1].asked == []


def test_a_set_in_a_file_called_questions_is_named_for_its_folder(coursecite, tmp_path):
    (tmp_path / "botany").mkdir()
    coursecite("run", write_jsonl(tmp_path / "botany" / "questions.jsonl", question_items()), "--out", tmp_path / "run")

    assert settings_of(tmp_path / "run")["question_set"] == "botany"


def test_limit_seed_and_shapes_reach_the_run(coursecite, question_file, tmp_path):
    chosen = ("--limit", 3, "--seed", 5, "--shapes", "typo, lower_case")
    ended = coursecite("run", question_file, "--out", tmp_path / "run", *chosen)
    every = coursecite("run", question_file, "--out", tmp_path / "all", "--shapes", "all")

    assert (ended.exit_code, every.exit_code) == (0, 0)
    settings = settings_of(tmp_path / "run")
    assert (settings["limit"], settings["seed"], settings["shapes"]) == (3, 5, ["typo", "lower_case"])
    assert settings_of(tmp_path / "all")["shapes"] == ["noun_phrase", "lower_case", "typo", "follow_up"]


def test_a_shape_that_is_none_is_a_usage_error(coursecite, question_file, tmp_path):
    ended = coursecite("run", question_file, "--out", tmp_path / "run", "--shapes", "sonnet")

    assert ended.exit_code == 2
    assert "'sonnet'" in ended.stderr
    assert not (tmp_path / "run").exists()


def test_the_search_alone_opens_no_model(coursecite, assistants, question_file, tmp_path):
    ended = coursecite("run", question_file, "--out", tmp_path / "run", "--retrieval-only")

    assert ended.exit_code == 0
    assert assistants.opened[0].asked == []
    assert assistants.models[0] is not None
    assert re.search(r"Passage found +100 %", ended.stdout)
    assert re.search(r"Section found +100 %", ended.stdout)
    assert re.search(r"Best score tells what is answered +\d\.\d\d", ended.stdout)
    assert "Right answers" not in ended.stdout


def test_which_search_is_measured_can_be_chosen(coursecite, assistants, question_file, tmp_path):
    out = tmp_path / "run"
    ended = coursecite("run", question_file, "--out", out, "--retrieval-only", "--search", "reciprocal_ranks")

    assert ended.exit_code == 0
    assert assistants.opened[0].searches == {"reciprocal_ranks"}
    assert settings_of(out)["search"] == "reciprocal_ranks"


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--retrieval-only", "--search", "guess"], "'guess'"), (["--search", "keywords"], "--retrieval-only")],
)
def test_a_search_that_cannot_be_measured_is_a_usage_error(coursecite, question_file, tmp_path, options, said):
    ended = coursecite("run", question_file, "--out", tmp_path / "run", *options)

    assert ended.exit_code == 2
    assert said in " ".join(ended.stderr.split())
    assert not (tmp_path / "run").exists()


def test_answers_are_taken_from_the_cache_unless_told_not_to(coursecite, assistants, question_file, tmp_path):
    for name, more in (("one", ()), ("two", ()), ("three", ("--no-cache",))):
        coursecite("run", question_file, "--out", tmp_path / name, *more)

    assert [len(assistant.asked) for assistant in assistants.opened] == [7 + 4, 0, 7 + 4]


def test_too_many_errors_are_a_failure_and_only_they_are_asked_again(coursecite, assistants, question_file, tmp_path):
    assistants.failing = [GATES]
    ended = coursecite("run", question_file, "--out", tmp_path / "run")
    again = coursecite("run", question_file, "--out", tmp_path / "run")

    assert ended.exit_code == 1
    assert "1 of 7 questions failed" in ended.stderr
    assert "gates: ModelFailed: The model broke off." in ended.stderr
    assert "Right answers" in ended.stdout
    assert again.exit_code == 0
    assert set(assistants.opened[1].asked) == {GATES}


def test_few_errors_are_none(coursecite, assistants, tmp_path):
    known = question_items()[0]
    items = [known, *({**known, "id": f"q{i}", "question": f"How many gates are in LSTM {i}?"} for i in range(19))]
    assistants.failing = [GATES]

    ended = coursecite("run", write_jsonl(tmp_path / "q.jsonl", items), "--out", tmp_path / "run")

    assert ended.exit_code == 0
    assert "1 of 20 questions failed" in ended.stderr


def test_answer_writes_answers_and_needs_no_gold(coursecite, tmp_path):
    questions = tmp_path / "asked.csv"
    questions.write_text("question\nHow many gates does an LSTM have?\nWho won the war?\n", encoding="utf-8")

    as_csv = coursecite("answer", questions, "--out", tmp_path / "answers.csv")
    as_lines = coursecite("answer", questions, "--out", tmp_path / "answers.jsonl")

    assert (as_csv.exit_code, as_lines.exit_code) == (0, 0)
    assert "2 questions: 1 answered, 1 refused" in as_csv.stdout
    with (tmp_path / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["answer"] for row in rows] == [
        "An LSTM has three gates. [1]",
        "The course material does not answer this question.",
    ]
    lines = [json.loads(line) for line in (tmp_path / "answers.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["answered"] for line in lines] == [True, False]


def test_answer_needs_a_known_kind_of_file(coursecite, question_file, tmp_path):
    ended = coursecite("answer", question_file, "--out", tmp_path / "answers.xlsx")

    assert ended.exit_code == 2
    assert "answers.xlsx" in ended.stderr


def test_score_asks_nothing_and_restores_the_summary(coursecite, assistants, finished):
    summary = (finished / "summary.json").read_bytes()
    (finished / "summary.json").unlink()

    ended = coursecite("score", finished)

    assert ended.exit_code == 0
    assert "Right answers" in ended.stdout
    assert (finished / "summary.json").read_bytes() == summary
    assert assistants.opened == []


def test_every_run_has_its_report_and_it_can_be_written_anew(coursecite, finished):
    before = (finished / "report.html").read_bytes()
    (finished / "report.html").unlink()

    ended = coursecite("report", finished)

    assert ended.exit_code == 0
    assert "report.html" in ended.stdout
    assert (finished / "report.html").read_bytes() == before


def test_a_set_of_only_unanswerable_questions_works(coursecite, tmp_path):
    unknown = [item for item in question_items() if not item["answerable"]]

    ended = coursecite("run", write_jsonl(tmp_path / "q.jsonl", unknown), "--out", tmp_path / "run")

    assert ended.exit_code == 0
    assert re.search(r"Rightly refused +67 %", ended.stdout)
    assert "Right answers" not in ended.stdout


SPAN = {"doc_id": "lstm", "start": 0, "end": 9}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['{"question": "Why?"}', '{"question": '], "biology.jsonl, line 2, is not JSON"),
        (['{"id": "a", "question": "Why?"}', '{"id": "a", "question": "How?"}'], "line 2: the id 'a' is used already"),
        ([json.dumps({"question": "Why?", "gold_spans": [SPAN | {"end": 9999}]})], "outside the document 'lstm'"),
        ([json.dumps({"question": "Why?", "gold_doc_ids": ["m1"]})], "the document 'm1', which the course does not"),
        ([""], "holds no questions"),
    ],
)
def test_what_is_no_question_set_of_this_course_is_a_usage_error(coursecite, tmp_path, lines, said):
    (tmp_path / "biology.jsonl").write_text("\n".join(lines), encoding="utf-8")

    ended = coursecite("run", tmp_path / "biology.jsonl", "--out", tmp_path / "run")

    assert ended.exit_code == 2
    assert said in sentence(ended)
    assert not (tmp_path / "run").exists()


def test_a_run_of_other_settings_is_a_usage_error_and_left_alone(coursecite, assistants, finished, question_file):
    before = (finished / "answers.jsonl").read_bytes()
    assistants.change = {"model_hash": "n" * 64}

    ended = coursecite("run", question_file, "--out", finished)

    assert ended.exit_code == 2
    assert "another model file" in sentence(ended)
    assert (finished / "answers.jsonl").read_bytes() == before


@pytest.mark.parametrize("command", ["score", "report"])
def test_a_folder_without_a_run_is_a_usage_error(coursecite, tmp_path, command):
    ended = coursecite(command, tmp_path)

    assert ended.exit_code == 2
    assert "holds no run" in sentence(ended)


def test_a_damaged_run_is_a_failure(coursecite, finished):
    (finished / "answers.jsonl").write_text("{}\n", encoding="utf-8")

    ended = coursecite("score", finished)

    assert ended.exit_code == 1
    assert "answers.jsonl, line 1" in sentence(ended)


def test_a_full_disk_is_a_failure_after_which_the_run_goes_on(
    coursecite, assistants, question_file, tmp_path, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr("eval.files.os.write", FullDisk(room=2500))
        ended = coursecite("run", question_file, "--out", tmp_path / "run", "--no-cache")

    assert ended.exit_code == 1
    assert "the disk is full" in sentence(ended)
    assert not (tmp_path / "run" / "summary.json").exists()
    assert coursecite("run", question_file, "--out", tmp_path / "run", "--no-cache").exit_code == 0


class TestCompare:
    """Two runs of the same questions, the second by an assistant that finds nothing."""

    @pytest.fixture
    def worse(self, runs_once, tmp_path):
        return Path(shutil.copytree(runs_once / "worse", tmp_path / "worse"))

    def test_a_run_against_itself_keeps_the_gate(self, coursecite, finished):
        ended = coursecite("compare", finished, finished)

        assert ended.exit_code == 0
        assert re.search(r"Right answers +75 % +75 % +\+0\.0 points +\+0\.0 to \+0\.0 points", ended.stdout)
        assert "Lost: 0 of 7 questions" in ended.stdout
        assert "kept: answers.right at most 0.03 worse" in ended.stdout

    def test_a_regression_is_a_failure_that_names_what_was_lost(self, coursecite, finished, worse, tmp_path):
        ended = coursecite("compare", finished, worse, "--junit", tmp_path / "junit.xml")

        assert ended.exit_code == 1
        assert re.search(r"Right answers +75 % +0 % +−75\.0 points .* worse", ended.stdout)
        assert "FAILED: answers.right at most 0.03 worse" in ended.stdout
        assert f"  gates  {GATES}" in ended.stdout
        assert "another prompt" in ended.stdout
        assert "Won: 2 of 7 questions" in ended.stdout
        assert 'failures="' in (tmp_path / "junit.xml").read_text(encoding="utf-8")

    @pytest.mark.parametrize("unfinished", [0, 1])
    def test_a_run_that_is_not_finished_is_a_usage_error(self, coursecite, finished, worse, unfinished):
        folders = (finished, worse)
        (folders[unfinished] / "summary.json").unlink()

        ended = coursecite("compare", *folders)

        assert ended.exit_code == 2
        assert "holds no finished run" in sentence(ended)

    def test_a_gate_of_ones_own(self, coursecite, finished, worse, tmp_path):
        (tmp_path / "gate.toml").write_text("[allowance.answers]\nright = 1\n", encoding="utf-8")

        assert coursecite("compare", finished, worse, "--gate", tmp_path / "gate.toml").exit_code == 0

    def test_what_is_no_gate_is_a_usage_error(self, coursecite, finished, tmp_path):
        ended = coursecite("compare", finished, finished, "--gate", tmp_path / "none.toml")

        assert ended.exit_code == 2
        assert "none.toml" in sentence(ended)

    def test_runs_of_other_questions_are_a_usage_error(self, coursecite, finished, tmp_path):
        others = [{**item, "id": f"other-{item['id']}"} for item in question_items()]
        coursecite("run", write_jsonl(tmp_path / "others.jsonl", others), "--out", tmp_path / "others")

        ended = coursecite("compare", finished, tmp_path / "others")

        assert ended.exit_code == 2
        assert "no question in common" in sentence(ended)


@pytest.mark.loopback
class TestJudge:
    """A judge on a server of this machine."""

    @pytest.fixture
    def server(self):
        return JudgeServer()

    @pytest.fixture
    def judge(self, coursecite, server, finished, tmp_path):
        pairs = write_jsonl(tmp_path / "pairs.jsonl", PAIRS)
        with server.serving() as address:
            yield lambda: coursecite("judge", finished, "--endpoint", address, "--model", "large", "--agreement", pairs)

    def test_its_agreement_with_people_stands_before_its_grades(self, judge, finished):
        ended = judge()

        assert ended.exit_code == 0, ended.output
        assert re.search(r"correct +5 +80 % +0\.62 +0", ended.stdout)
        assert re.search(r"correct +4 +75 %", ended.stdout)
        assert ended.stdout.index("Agreement with people") < ended.stdout.index("The judge's grades")
        assert "do not rely" in ended.stderr  # on "supported": one of two grades is the same
        assert "Cohen’s kappa" in (finished / "report.html").read_text(encoding="utf-8")

    def test_a_judge_that_breaks_off_is_a_failure(self, judge, server):
        server.reply = lambda case: None

        ended = judge()

        assert ended.exit_code == 1
        assert "refused (400)" in sentence(ended)

    def test_pairs_that_are_none_are_a_usage_error(self, coursecite, finished, tmp_path):
        options = ("--endpoint", "http://127.0.0.1:9/v1", "--model", "large", "--agreement", tmp_path / "none.jsonl")
        ended = coursecite("judge", finished, *options)

        assert ended.exit_code == 2
        assert "none.jsonl" in sentence(ended)

    def test_an_endpoint_that_is_no_address_is_a_usage_error(self, coursecite, finished, tmp_path):
        ended = coursecite("judge", finished, "--endpoint", "large", "--model", "large", "--agreement", tmp_path / "p")

        assert ended.exit_code == 2
        assert "'large'" in ended.stderr


def in_a_process(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-c", "from ui.cli import main; main()", "eval", *map(str, arguments)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), "COLUMNS": "160", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_question_set_is_refused_before_any_model_is_loaded(tmp_path):
    (tmp_path / "q.jsonl").write_text("no JSON", encoding="utf-8")

    ended = in_a_process("run", tmp_path / "q.jsonl", "--out", tmp_path / "run", HOME=str(tmp_path))

    assert ended.returncode == 2
    assert "q.jsonl, line 1" in sentence(ended)
    assert "Loading" not in ended.stderr


def test_the_real_search_over_the_included_course(tmp_path):
    options = ("--out", tmp_path / "run", "--retrieval-only", "--limit", 20)

    ended = in_a_process("run", COURSE_SET, *options, HOME=str(tmp_path), COURSECITE_MODEL=str(tmp_path / "none.gguf"))

    assert ended.returncode == 0, ended.stderr
    summary = json.loads((tmp_path / "run" / "summary.json").read_text(encoding="utf-8"))
    assert summary["retrieval"]["success@5"]["value"] > 0.5
    assert summary["counts"]["questions"] == 20


def test_a_self_test_decides_who_words_the_answers_of_a_model(coursecite, assistants, monkeypatch, tmp_path):
    monkeypatch.setattr("rag.models.load_llm", lambda settings: FakeLLM())
    monkeypatch.setattr(eval_commands, "included_course", lambda: tmp_path / "included")
    monkeypatch.setattr(eval_commands, "files", lambda package: tmp_path / package)
    (tmp_path / "eval" / "sets").mkdir(parents=True)
    write_jsonl(tmp_path / "eval" / "sets" / "included.jsonl", question_items())
    assistants.failing = ["What makes leaves green?"]

    result = coursecite("self-test")

    assert result.exit_code == 0, result.output
    assert "the model words the answers of fake" in result.output
    assert SelfTests(tmp_path / "data").words_better("fake")
