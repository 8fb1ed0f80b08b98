import json
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from eval import AnswerCache, RunMismatch, RunMissing, RunOptions, load_run, load_summary, read_questions, run, score
from eval.errors import QuestionsMismatched, RunDamaged, RunNotSaved
from eval.questions import question_from_json
from rag import ModelMissing
from tests.eval.conftest import FakeAssistant, course_documents, question_items
from tests.eval.test_files import FullDisk

GATES = "How many gates does an LSTM have?"


@pytest.fixture
def questions(question_file):
    return read_questions(question_file)


def files_of(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_run_leaves_a_folder_that_says_all(assistant, questions, tmp_path):
    result = run(assistant, questions, tmp_path / "run", RunOptions(question_set="biology"))

    lines = [json.loads(line) for line in (tmp_path / "run" / "answers.jsonl").read_text().splitlines()]
    assert [line["id"] for line in lines] == [question.id for question in questions]
    assert lines[0]["text"] == "An LSTM has three gates."
    assert lines[0]["scores"]["right"] == 1.0
    assert set(files_of(tmp_path / "run")) == {
        "settings.json",
        "questions.jsonl",
        "answers.jsonl",
        "passages.jsonl",
        "summary.json",
        "baselines/extractive_floor.jsonl",
        "baselines/always_refuse.jsonl",
        "baselines/oracle_passage.jsonl",
    }
    assert result.finished
    assert (result.settings.question_set, result.settings.model) == ("biology", "first-sentence")
    assert load_run(tmp_path / "run") == result


def test_its_numbers_are_those_of_the_answers(assistant, questions, tmp_path):
    run(assistant, questions, tmp_path / "run")

    summary = load_summary(tmp_path / "run")
    assert summary.overall.answers["right"].value == 0.75  # the key of "oxygen" is not what the course says
    assert summary.overall.answers["truthfulness"].value == 0.5
    assert summary.overall.abstention["recall:other_course"].value == 1.0
    assert summary.overall.abstention["recall:adversarial_near_miss"].value == 0.0
    assert summary.overall.retrieval["recall@5"].value == 1.0
    assert summary.overall.citations["citation_precision"].value == 1.0


def test_every_run_has_its_baselines(assistant, questions, tmp_path):
    run(assistant, questions, tmp_path / "run")

    baselines = load_summary(tmp_path / "run").baselines
    assert baselines["always_refuse"].abstention["youden_j"].value == 0.0
    assert baselines["always_refuse"].answers["truthfulness"].value == 0.0
    assert baselines["extractive_floor"].answers["right"].value == 0.75
    assert baselines["oracle_passage"].counts["questions"] == 4
    assert baselines["oracle_passage"].answers["right"].value == 0.75


def test_the_words_behind_every_offset_are_kept(assistant, questions, documents, tmp_path):
    result = run(assistant, questions, tmp_path / "run")

    for row in result.rows:
        for hit in row.retrieved:
            assert result.passages[hit.span].text == documents[hit.span.doc_id].text[hit.span.start : hit.span.end]
        for span in row.question.gold_spans:
            gold = result.passage_holding(span)
            assert (
                gold.text[span.start - gold.start : span.end - gold.start]
                == documents[span.doc_id].text[span.start : span.end]
            )


def test_a_finished_run_asks_nothing_again(questions, documents, tmp_path):
    run(FakeAssistant(documents), questions, tmp_path / "run")
    before = files_of(tmp_path / "run")
    again = FakeAssistant(documents)

    run(again, questions, tmp_path / "run")

    assert again.asked == []
    assert files_of(tmp_path / "run") == before


def test_only_errors_are_asked_again(questions, documents, tmp_path):
    first = run(FakeAssistant(documents, failing=[GATES]), questions, tmp_path / "run", RunOptions(oracle_limit=0))
    again = FakeAssistant(documents)

    second = run(again, questions, tmp_path / "run", RunOptions(oracle_limit=0))

    assert first.rows[0].error == "ModelFailed: The model broke off."
    assert first.rows[0].scores["truthfulness"] == -1.0
    assert first.rows[0].scores["recall@5"] == 1.0  # the search had done its part
    assert first.error_share == pytest.approx(1 / 7)
    assert again.asked == [GATES]
    assert (second.error_share, second.rows[0].scores["right"]) == (0.0, 1.0)


def test_a_question_that_cannot_be_asked_is_its_own_error(documents, items, tmp_path, monkeypatch):
    def refusing(question, history=()):
        raise ValueError("two\nlines")

    assistant = FakeAssistant(documents)
    monkeypatch.setattr(assistant, "ask", refusing)

    result = run(assistant, [question_from_json(items[0])], tmp_path / "run", RunOptions(oracle_limit=0))

    assert result.rows[0].error == "ValueError: two lines"
    assert result.error_share == 1.0


def test_a_missing_model_ends_the_run_at_once(documents, questions, tmp_path, monkeypatch):
    asked = []

    def missing(question, history=()):
        asked.append(question)
        raise ModelMissing("There is no model.")

    assistant = FakeAssistant(documents)
    monkeypatch.setattr(assistant, "ask", missing)

    with pytest.raises(ModelMissing):
        run(assistant, questions, tmp_path / "run")
    assert len(asked) == 1


def test_progress_tells_done_from_done_before(questions, documents, tmp_path):
    run(FakeAssistant(documents, failing=[GATES]), questions, tmp_path / "run", RunOptions(oracle_limit=0))
    seen = []

    run(FakeAssistant(documents), questions, tmp_path / "run", RunOptions(oracle_limit=0), on_progress=seen.append)

    assert [(one.stage, one.done, one.total, one.before, one.errors) for one in seen] == [
        ("answer", 6, 7, 6, 0),
        ("answer", 7, 7, 6, 0),
    ]


def test_answers_come_from_the_cache_where_nothing_has_changed(questions, documents, tmp_path):
    cache = AnswerCache(tmp_path / "answers")
    first = run(FakeAssistant(documents, failing=[GATES]), questions, tmp_path / "one", cache=cache)
    again, changed = FakeAssistant(documents), FakeAssistant(documents)
    changed.prompt_hash = "q" * 64

    second = run(again, questions, tmp_path / "two", cache=cache)
    run(changed, questions, tmp_path / "three", cache=cache)

    assert again.asked == [GATES, GATES]  # errors are not kept; once as asked, once with the gold passage
    assert [row.text for row in second.rows[1:]] == [row.text for row in first.rows[1:]]
    assert len(changed.asked) == 7 + 4


def test_scoring_again_asks_no_model(assistant, questions, tmp_path):
    folder = tmp_path / "run"
    finished = run(assistant, questions, folder)
    path = folder / "answers.jsonl"
    path.write_text(path.read_text().replace('"right": 1.0', '"right": 0.0'))
    (folder / "summary.json").unlink()
    asked = len(assistant.asked)

    assert score(folder) == finished

    assert len(assistant.asked) == asked
    assert load_summary(folder).overall.answers["right"].value == 0.75


def test_the_search_alone_asks_no_model(assistant, questions, tmp_path):
    result = run(assistant, questions, tmp_path / "run", RunOptions(retrieval_only=True))

    summary = load_summary(tmp_path / "run")
    assert assistant.asked == []
    assert summary.overall.retrieval["recall@5"].value == 1.0
    assert summary.overall.answers == summary.overall.citations == summary.baselines == {}
    assert "auroc_top_score" in summary.overall.abstention
    assert {tuple(row.record) for row in result.rows} == {("question", "retrieved", "timings")}


def test_each_search_can_be_measured_alone(assistant, questions, tmp_path):
    result = run(assistant, questions, tmp_path / "run", RunOptions(retrieval_only=True, search="vectors"))

    assert assistant.searches == {"vectors"}
    assert result.settings.search == load_run(tmp_path / "run").settings.search == "vectors"


def test_shapes_are_asked_beside_the_questions_and_reported_apart(assistant, questions, tmp_path):
    result = run(assistant, questions, tmp_path / "run", RunOptions(shapes=("lower_case", "follow_up")))

    summary = load_summary(tmp_path / "run")
    assert summary.overall.counts["questions"] == 7
    assert summary.shapes["lower_case"].counts["questions"] == 7
    assert {row.question.id for row in result.rows if row.question.shape == "lower_case"} >= {"gates~lower_case"}


def test_a_limit_draws_questions(assistant, questions, tmp_path):
    result = run(assistant, questions, tmp_path / "run", RunOptions(limit=3, seed=1))

    assert len(result.rows) == 3
    assert {row.question.answerable for row in result.rows} == {True, False}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"index_version": "i2"}, "another index of the course"),
        ({"model_hash": "n" * 64}, "another model file"),
        ({"prompt_hash": "q" * 64}, "another prompt"),
        ({"parameters": {"temperature": 1.0}}, "other parameters of the assistant"),
        ({"course_title": "Chemistry"}, "another course"),
    ],
)
def test_a_folder_with_a_run_of_another_assistant_is_left_alone(questions, documents, tmp_path, change, said):
    run(FakeAssistant(documents), questions, tmp_path / "run")
    before = files_of(tmp_path / "run")
    other = FakeAssistant(documents)
    for name, value in change.items():
        setattr(other, name, value)

    with pytest.raises(RunMismatch, match=said) as caught:
        run(other, questions, tmp_path / "run")

    assert "\n" not in str(caught.value)
    assert files_of(tmp_path / "run") == before


def test_a_run_of_other_code_is_left_alone_and_its_answers_are_not_taken(questions, documents, tmp_path, monkeypatch):
    cache = AnswerCache(tmp_path / "answers")
    run(FakeAssistant(documents), questions, tmp_path / "run", cache=cache)
    for module in ("eval.run", "eval.asking"):
        monkeypatch.setattr(sys.modules[module], "code_sha256", lambda: "c" * 64)
    changed = FakeAssistant(documents)

    with pytest.raises(RunMismatch, match="other code of the assistant"):
        run(changed, questions, tmp_path / "run", cache=cache)
    run(changed, questions, tmp_path / "other", cache=cache)

    assert len(changed.asked) == 7 + 4


def test_a_folder_with_a_run_of_other_questions_or_options_is_left_alone(assistant, questions, tmp_path):
    run(assistant, questions, tmp_path / "run")

    with pytest.raises(RunMismatch, match="other questions"):
        run(assistant, questions[1:], tmp_path / "run")
    with pytest.raises(RunMismatch, match="other questions"):
        run(assistant, [replace(questions[0], answers=("four",)), *questions[1:]], tmp_path / "run")
    with pytest.raises(RunMismatch, match="--retrieval-only"):
        run(assistant, questions, tmp_path / "run", RunOptions(retrieval_only=True))
    with pytest.raises(RunMismatch, match="another search"):
        run(assistant, questions, tmp_path / "run", RunOptions(retrieval_only=True, search="keywords"))
    with pytest.raises(RunMismatch, match="--seed"):
        run(assistant, questions, tmp_path / "run", RunOptions(seed=4))


def test_a_folder_with_anything_else_is_left_alone(assistant, questions, tmp_path):
    (tmp_path / "thesis.tex").write_text("…")

    with pytest.raises(RunMismatch, match="files that are no run's"):
        run(assistant, questions, tmp_path)


def test_gold_of_another_course_is_refused_before_anything_is_written(assistant, questions, tmp_path):
    with pytest.raises(QuestionsMismatched):
        run(assistant, [replace(questions[0], gold_doc_ids=("m1",))], tmp_path / "run")

    assert not (tmp_path / "run").exists()


def test_a_set_of_only_unanswerable_questions_has_only_abstention(assistant, questions, tmp_path):
    unknown = [question for question in questions if not question.answerable]

    run(assistant, unknown, tmp_path / "run")

    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert summary["answers"] == summary["retrieval"] == {}
    assert {"recall", "recall:other_course"} <= summary["abstention"].keys()
    assert not {"false_refusal", "youden_j", "auroc"} & summary["abstention"].keys()
    assert "oracle_passage" not in summary["baselines"]
    assert "NaN" not in (tmp_path / "run" / "summary.json").read_text()


def test_a_full_disk_ends_the_run_with_its_rows_intact_and_it_goes_on_later(
    questions, documents, tmp_path, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr("eval.files.os.write", FullDisk(room=2500))
        with pytest.raises(RunNotSaved, match="the disk is full"):
            run(FakeAssistant(documents), questions, tmp_path / "run")

    rows = load_run(tmp_path / "run").rows
    assert 0 < len(rows) < 7

    again = FakeAssistant(documents)
    result = run(again, questions, tmp_path / "run", RunOptions())
    assert result.finished
    assert len(again.asked) == 7 - len(rows) + 4


def test_a_half_written_row_is_asked_again(assistant, questions, documents, tmp_path):
    whole = run(assistant, questions, tmp_path / "run")
    before = files_of(tmp_path / "run")
    path = tmp_path / "run" / "answers.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    again = FakeAssistant(documents)

    assert run(again, questions, tmp_path / "run") == whole

    assert again.asked == [questions[-1].text]
    assert files_of(tmp_path / "run") == before


def test_what_is_no_run_is_refused(tmp_path, assistant, questions):
    with pytest.raises(RunMissing):
        load_run(tmp_path)
    run(assistant, questions, tmp_path / "run")
    (tmp_path / "run" / "settings.json").write_text("{}")
    with pytest.raises(RunDamaged, match=r"settings\.json"):
        load_run(tmp_path / "run")


def two_hundred():
    return [
        question_from_json({**item, "id": f"{item['id']}-{i}", "question": f"{item['question']} ({i})"})
        for i in range(29)
        for item in question_items()
    ][:200]


def run_two_hundred(folder, seconds):
    run(FakeAssistant(course_documents(), seconds=seconds), two_hundred(), Path(folder), RunOptions(oracle_limit=20))


def test_a_run_killed_at_random_and_taken_up_again_equals_one_that_was_not(tmp_path):
    run_two_hundred(tmp_path / "whole", seconds=0)
    whole, killed = files_of(tmp_path / "whole"), tmp_path / "killed"
    command = [sys.executable, "-c", f"from tests.eval.test_run import *; run_two_hundred({str(killed)!r}, 0.005)"]
    rows = killed / "answers.jsonl"
    rng = random.Random()
    kills = 0
    for _ in range(4):
        there = rows.stat().st_size if rows.exists() else 0
        process = subprocess.Popen(command, cwd=Path(__file__).parents[2], stderr=subprocess.PIPE)
        while process.poll() is None and (rows.stat().st_size if rows.exists() else 0) <= there:
            time.sleep(0.01)
        time.sleep(rng.random() / 4)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kills += process.returncode == -signal.SIGKILL

    assert kills >= 2
    assert not (killed / "summary.json").exists() or kills < 4
    run_two_hundred(killed, seconds=0)

    taken_up = files_of(killed)
    for name in whole.keys() - {"settings.json"}:  # which says when the run began
        assert taken_up[name] == whole[name], name
    assert taken_up.keys() == whole.keys()
