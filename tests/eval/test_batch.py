import csv
import io
import json

import pytest

from eval import AnswerCache, Question, answer_batch
from eval.batch import harmless
from rag import NOT_IN_COURSE
from tests.eval.conftest import FakeAssistant

GATES = "How many gates does an LSTM have?"
QUESTIONS = [Question("a", GATES), Question("b", "Who won the war?"), Question("=1+1", "What makes leaves green?")]


def read_csv(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def test_a_csv_has_a_line_for_each_question(assistant, tmp_path):
    answer_batch(assistant, QUESTIONS, tmp_path / "answers.csv")

    known, unknown, formula = read_csv(tmp_path / "answers.csv")
    assert known == {
        "id": "a",
        "question": GATES,
        "answered": "true",
        "answer": "An LSTM has three gates. [1]",
        "citations": "[1] Lstm § lstm: “An LSTM has three gates.”",
        "confidence": "0.900",
        "error": "",
    }
    assert (unknown["answered"], unknown["answer"], unknown["citations"]) == ("false", NOT_IN_COURSE, "")
    assert formula["id"] == "'=1+1"


def test_json_lines_hold_the_recorded_answers(assistant, tmp_path):
    answer_batch(assistant, QUESTIONS, tmp_path / "answers.jsonl")

    items = [json.loads(line) for line in (tmp_path / "answers.jsonl").read_text().splitlines()]
    assert [item["id"] for item in items] == ["a", "b", "=1+1"]
    assert items[0]["citations"][0]["quote"] == "An LSTM has three gates."


def test_a_question_that_fails_is_there_with_its_error(documents, tmp_path):
    rows = answer_batch(FakeAssistant(documents, failing=[GATES]), QUESTIONS, tmp_path / "answers.csv")

    failed = read_csv(tmp_path / "answers.csv")[0]
    assert (failed["answered"], failed["answer"], failed["error"]) == ("", "", "ModelFailed: The model broke off.")
    assert [bool(row.error) for row in rows] == [True, False, False]


def test_a_stopped_batch_goes_on_from_the_cache(documents, tmp_path):
    cache = AnswerCache(tmp_path / "cache")
    answer_batch(FakeAssistant(documents), QUESTIONS[:2], tmp_path / "some.csv", cache)
    assistant, seen = FakeAssistant(documents), []

    answer_batch(assistant, QUESTIONS, tmp_path / "all.csv", cache, seen.append)

    assert assistant.asked == [QUESTIONS[2].text]
    assert [(one.done, one.total) for one in seen] == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n@x"])
def test_a_formula_is_made_harmless(cell):
    assert harmless(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "plain", "1 = 1", "§ One"])
def test_other_cells_stay_as_they_are(cell):
    assert harmless(cell) == cell
