import json
import time

import pytest

from tests.ui.instructor_desk import Instructor, desk_over
from ui.corrections import CorrectionFiles, PinnedAnswer

QUESTIONS = [
    {"id": "a", "question": "What do plants store?", "answers": ["starch"], "gold_doc_ids": ["gone.md"]},
    {"id": "b", "question": "What do mitochondria release?", "answers": ["energy"]},
    {"id": "c", "question": "Who invented the telescope?", "answerable": False},
]


@pytest.fixture
def instructor(biology, tmp_path):
    desk = desk_over(biology, tmp_path / "data")
    yield Instructor(desk)
    desk.journal.close()


@pytest.fixture
def questions(biology):
    path = biology / "evaluation.jsonl"
    path.write_text("".join(json.dumps(question) + "\n" for question in QUESTIONS), encoding="utf-8")
    return path


def run(instructor):
    started = instructor.post("/courses/biology/evaluation")
    deadline = time.monotonic() + 60
    while instructor.get("/courses/biology/evaluation/state").json()["busy"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return started


def test_a_set_is_run_and_its_report_shown_in_a_sandbox(instructor, questions):
    assert "Questions in the set: 3" in instructor.text("/courses/biology/evaluation")
    assert run(instructor).status_code == 303

    page = instructor.get("/courses/biology/evaluation").text
    assert "Right answers" in page
    assert "Run before" not in page
    report = instructor.get(page.partition('href="/instructor/courses/biology/evaluation/runs')[2].partition('"')[0])
    assert report.status_code == 404
    address = "/courses/biology/evaluation/runs" + page.partition("evaluation/runs")[2].partition('"')[0]
    report = instructor.get(address)
    assert report.status_code == 200
    assert "sandbox allow-scripts" in report.headers["content-security-policy"]
    assert "What do plants store?" in report.text


def test_a_second_run_shows_the_difference_to_the_first(instructor, questions, biology):
    run(instructor)
    (biology / "cells.md").write_text("Nothing of it is left, not a word.", encoding="utf-8")
    instructor.desk.indexer.request("biology")
    instructor.indexed("biology")
    run(instructor)

    text = instructor.text("/courses/biology/evaluation")
    assert "Run before" in text
    assert "Questions lost: 2" in text
    assert "another index of the course" in text


def test_one_evaluation_at_a_time(instructor, questions, monkeypatch):
    import threading

    entered, go_on = threading.Event(), threading.Event()

    def slow(*_arguments):
        entered.set()
        assert go_on.wait(30)

    monkeypatch.setattr(instructor.desk.evaluator._evaluations, "run", slow, raising=False)
    instructor.post("/courses/biology/evaluation")
    assert entered.wait(30)

    second = instructor.post("/courses/biology/evaluation")
    page = instructor.text("/courses/biology/evaluation")
    go_on.set()

    assert second.status_code == 409
    assert "An evaluation is running already" in second.text
    assert "Running" in page


def test_a_set_that_is_none_is_said(instructor, biology):
    (biology / "evaluation.jsonl").write_text("{\n", encoding="utf-8")
    page = instructor.get("/courses/biology/evaluation")

    assert page.status_code == 200
    assert "evaluation.jsonl, line 1, is not JSON" in page.text
    assert put(instructor, "mine.jsonl", b'{"question": "What do plants store?"}').status_code == 200
    assert "Questions in the set: 1" in instructor.text("/courses/biology/evaluation")


def put(instructor, name, content, **headers):
    return instructor.client.post(
        "/instructor/courses/biology/evaluation/questions",
        params={"name": name},
        content=content,
        headers={"X-CSRF-Token": instructor.token(), "Accept": "application/json", **headers},
    )


def test_a_set_is_uploaded_replaced_and_downloaded_and_corrections_keep_their_cases(instructor, biology):
    CorrectionFiles(biology).put(PinnedAnswer("1-a", "When is the exam?", "On Monday."))
    assert put(instructor, "mine.csv", b"question,answers\nWhat do plants store?,starch|sugar\n").json() == {"count": 2}
    assert put(instructor, "mine.jsonl", b'{"id": "x", "question": "Why \\ud800?"}\n').json() == {"count": 2}

    given = instructor.get("/courses/biology/evaluation/questions.jsonl")
    rows = [json.loads(line) for line in given.text.splitlines()]
    assert [row["question"] for row in rows] == ["Why ??", "When is the exam?"]
    assert rows[1]["answers"] == ["On Monday."]
    assert 'filename="biology.jsonl"' in given.headers["content-disposition"]
    CorrectionFiles(biology).remove("1-a")
    assert len(instructor.get("/courses/biology/evaluation/questions.jsonl").text.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "content", "status", "said"),
    [
        ("a.jsonl", b"", 422, "a.jsonl holds no questions"),
        ("a.jsonl", b"\xff\xfe", 422, "is not UTF-8 text"),
        ("a.jsonl", b'{"question": 7}', 422, "line 1"),
        ("a.jsonl", b"[" * 100_000, 422, "line 1, is not the JSON of a question"),
        ("a.jsonl", b'{"question": "x", "n": ' + b"9" * 10_000 + b"}", 422, "line 1, is not the JSON of a question"),
        ("a.csv", b"frage\nWas?\n", 422, "needs a column named question"),
        ("a.jsonl", b'{"question": "x"}\n' * 5_001, 422, "holds 5001 questions; choose 5000 at most"),
        ("a.jsonl", b"x" * (5 * 2**20 + 1), 413, "larger than 5 MB"),
    ],
)
def test_a_file_that_is_no_set_is_refused_in_one_sentence_and_the_old_set_stays(
    instructor, questions, name, content, status, said
):
    before = questions.read_bytes()
    refused = put(instructor, name, content)

    assert refused.status_code == status
    assert said in refused.json()["error"]
    assert questions.read_bytes() == before


def test_the_set_of_the_included_course_and_forged_sets_are_refused(instructor, questions):
    assert put(instructor, "a.jsonl", b"x", **{"X-CSRF-Token": "no"}).status_code == 403
    instructor.desk.courses["biology"].origin = "included"
    assert put(instructor, "a.jsonl", b'{"question": "x"}').status_code == 409
    questions.unlink()
    assert instructor.get("/courses/biology/evaluation/questions.jsonl").status_code == 404


def test_what_breaks_a_run_is_said_in_one_sentence(instructor, questions, monkeypatch):
    def broken(*_arguments):
        raise ZeroDivisionError

    monkeypatch.setattr(instructor.desk.evaluator._evaluations, "run", broken, raising=False)
    run(instructor)

    assert "The evaluation broke off because of an error of the program" in instructor.text(
        "/courses/biology/evaluation"
    )


@pytest.mark.parametrize("name", ["..", "%2e%2e", "gone", "..%2f..%2fetc"])
def test_only_runs_that_are_there_have_reports(instructor, questions, name):
    run(instructor)
    answer = instructor.get(f"/courses/biology/evaluation/runs/{name}/report.html")

    assert answer.status_code in (400, 404)
    assert "root:" not in answer.text


def test_without_questions_nothing_is_run(instructor):
    assert "The evaluation set is empty" in instructor.text("/courses/biology/evaluation")
    run(instructor)
    assert "cannot be read" in instructor.text("/courses/biology/evaluation")
