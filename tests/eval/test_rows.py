import json

import pytest

from eval.asking import row_of
from eval.errors import RunDamaged
from eval.questions import Question, Span
from eval.rows import json_line, read_rows, row_from_json, row_to_json, write_rows
from rag import Sentence

QUESTION = Question("gates", "How many gates does an LSTM have?")


@pytest.fixture
def row(assistant):
    return row_of(QUESTION, assistant.ask(QUESTION.text).answer)


def test_a_row_is_the_recorded_answer(row):
    text = "An LSTM has three gates."

    assert (row.answered, row.text, row.confidence) == (True, text, 0.9)
    assert row.sentences == (Sentence(text, "supported", (1,)),)
    assert (row.citations[0].span, row.citations[0].quote) == (Span("lstm", 0, len(text)), text)
    assert row.retrieved[0].span == row.citations[0].span
    assert row.timings.total_ms == 3.0
    assert row.record["index_version"] == "i1"


def test_a_line_reads_back_to_the_same_row(row):
    scored = row.scored({"right": 1.0})

    assert row_from_json(json.loads(json_line(scored)), QUESTION) == scored
    assert row_to_json(scored)["scores"] == {"right": 1.0}
    assert list(row_to_json(scored))[:2] == ["id", "shape"]


def test_of_two_rows_for_one_question_the_later_counts(tmp_path, row):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(json_line(row.scored({"right": 0.0})) + json_line(row.scored({"right": 1.0})))

    assert read_rows(path, [QUESTION])["gates"].scores == {"right": 1.0}


def test_no_file_no_rows(tmp_path):
    assert read_rows(tmp_path / "none.jsonl", [QUESTION]) == {}


@pytest.mark.parametrize(
    "line",
    [
        b"{broken\n",
        b'{"id": "other"}\n',
        b"[]\n",
        b'{"id": "gates", "retrieved": [1]}\n',
        b'{"id": "gates", "timings": 3}\n',
    ],
)
def test_a_line_that_is_no_row_is_named(tmp_path, row, line):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(json_line(row) + line + json_line(row))

    with pytest.raises(RunDamaged, match=r"rows\.jsonl, line 2, is not a row of this run"):
        read_rows(path, [QUESTION])


def test_written_rows_take_the_place_of_the_file(tmp_path, row):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(json_line(row) * 3)

    write_rows(path, [row])

    assert path.read_bytes() == json_line(row)
