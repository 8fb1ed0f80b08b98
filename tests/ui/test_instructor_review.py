import html
import json
import re
import sqlite3
from contextlib import closing
from datetime import date, timedelta

import pytest

from eval import read_questions
from tests.ui.instructor_desk import Instructor, asked, desk_over
from ui.corrections import CorrectionFiles
from ui.errors import NotSaved
from ui.instructor.charts import by_day
from ui.journal import Day

EXAM = "When is the exam?"


@pytest.fixture
def instructor(biology, tmp_path):
    desk = desk_over(biology, tmp_path / "data")
    yield Instructor(desk)
    desk.journal.close()


def groups(instructor):
    """The headings of the groups to look at, and the words in each."""
    page = instructor.get("/courses/biology/review").text.partition('id="mend"')[2].partition('id="corrections"')[0]
    found = re.findall(r"<article.*?<h3[^>]*>(.*?)</h3>(.*?)</article>", page, flags=re.S)
    return {html.unescape(head): " ".join(re.sub(r"<[^>]+>", " ", rest).split()) for head, rest in found}


def correct(instructor, question=EXAM, answer="On 12 June at nine.", **more):
    saved = instructor.post("/courses/biology/review/answer", action="save", question=question, answer=answer, **more)
    instructor.indexed("biology")
    return saved


def test_what_went_wrong_is_grouped_by_meaning_the_most_frequent_first(instructor):
    for question in ("Who invented the telescope?", EXAM, "when is the exam", "exam"):
        assert not asked(instructor.desk, question).answered
    asked(instructor.desk, "What do mitochondria release?", thumb="down", reason="I wanted <b>numbers</b>")
    asked(instructor.desk, "What do plants store?", thumb="up")

    found = groups(instructor)

    assert list(found) == [EXAM, "What do mitochondria release?", "Who invented the telescope?"]
    assert "asked 3 times" in found[EXAM]
    assert "not answered × 3" in found[EXAM]
    assert "thumbs down" in found["What do mitochondria release?"]
    assert "&lt;b&gt;numbers" in found["What do mitochondria release?"]


def test_a_correction_is_cited_from_then_on_and_its_question_settled(instructor):
    asked(instructor.desk, EXAM)
    turns = re.search(r'name="turns" value="([\d,]+)"', instructor.get("/courses/biology/review").text)[1]

    saved = correct(instructor, turns=turns)

    assert (saved.status_code, saved.headers["location"]) == (303, "/instructor/courses/biology/review")
    answer = asked(instructor.desk, "when is the exam")
    assert answer.text == "On 12 June at nine."
    assert answer.citations[0].title == "Instructor's answer"
    assert groups(instructor) == {}
    assert "On 12 June at nine." in instructor.text("/courses/biology/review")


def test_a_correction_is_a_case_of_the_evaluation_set_and_fits_the_course(instructor, biology):
    own = '{"id": "mine", "question": "What do plants store?", "answers": ["energy"]}\n'
    (biology / "evaluation.jsonl").write_text(own, encoding="utf-8")

    correct(instructor)

    mine, case = read_questions(biology / "evaluation.jsonl")
    assert mine.id == "mine"
    assert (case.text, case.answers, case.answerable) == (EXAM, ("On 12 June at nine.",), True)
    (span,) = case.gold_spans
    document = instructor.desk.courses.assistant("biology").document(span.doc_id)
    assert document.text[span.start : span.end] == "On 12 June at nine."


def test_the_passage_that_proves_it_is_found_chosen_and_cited(instructor):
    question = "Which phases does mitosis have?"
    page = instructor.post(
        "/courses/biology/review/answer", action="search", question=question, search="mitosis phases"
    )
    offered = [html.unescape(value) for value in re.findall(r'name="chosen" value="([^"]+)"', page.text)]
    text = instructor.desk.courses.assistant("biology").document("cells.md").text
    chosen = next(one for one in offered if "prophase" in text[slice(*map(int, one.rpartition(":")[2].split("-")))])

    correct(instructor, question, "Four, prophase first.", chosen=chosen)

    answer = asked(instructor.desk, question)
    assert [citation.doc_id for citation in answer.citations][1] == "cells.md"
    assert "prophase" in answer.citations[1].quote
    assert "cells.md" in instructor.text("/courses/biology/review")


def test_a_correction_is_edited_and_withdrawn(instructor, biology):
    correct(instructor)
    page = instructor.get("/courses/biology/review").text
    correction = re.search(r'name="correction" value="([^"]+)"', page)[1]
    form = instructor.get("/courses/biology/review/answer", params={"correction": correction}).text
    assert "On 12 June at nine." in form

    correct(instructor, answer="On 13 June.", correction=correction)
    assert asked(instructor.desk, EXAM).text == "On 13 June."
    assert len(instructor.desk.journal.corrections.of("biology")) == 1

    instructor.post("/courses/biology/review/withdraw", correction=correction)
    instructor.indexed("biology")
    assert not asked(instructor.desk, EXAM).answered
    assert instructor.desk.journal.corrections.of("biology") == []
    assert not (biology / "corrections.jsonl").exists()
    assert not (biology / "evaluation.jsonl").exists()
    gone = instructor.post("/courses/biology/review/withdraw", correction=correction)
    assert gone.status_code == 404


def test_corrections_that_came_with_the_folder_are_shown_edited_and_withdrawn(instructor, biology):
    row = {"id": "theirs", "question": EXAM, "answer": "In May."}
    (biology / "corrections.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")

    assert "In May." in instructor.text("/courses/biology/review")
    correct(instructor, answer="In June.", correction="theirs")
    assert [one.answer for one in CorrectionFiles(biology).all()] == ["In June."]
    instructor.post("/courses/biology/review/withdraw", correction="theirs")
    assert CorrectionFiles(biology).all() == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"question": " "}, "The question is empty; write one."),
        ({"answer": "…"}, "The answer is empty; write one."),
        ({"answer": "x" * 4001}, "The answer has 4001 characters; write at most 4000."),
        ({"question": "When\x00?"}, "The question holds characters that cannot be shown"),
    ],
)
def test_what_cannot_be_kept_is_said_and_the_form_keeps_what_was_written(instructor, biology, fields, said):
    page = correct(instructor, **{"question": EXAM, "answer": "On 12 June.", **fields})

    assert page.status_code == 422
    assert said in page.text
    assert "On 12 June." in page.text or "answer" in fields
    assert not (biology / "corrections.jsonl").exists()


@pytest.mark.parametrize(
    "chosen", ["cells.md:5-5", "cells.md:90000-90010", "../secret:0-5", "nonsense", "cells.md:-1-4", "cells.md:0-"]
)
def test_words_that_the_course_does_not_have_prove_nothing(instructor, biology, chosen):
    assert correct(instructor, chosen=chosen).status_code == 303
    assert CorrectionFiles(biology).all()[0].proof is None


def test_a_correction_that_cannot_be_saved_is_in_the_journal_neither(instructor, biology, monkeypatch):
    def full(*_arguments):
        raise NotSaved("The disk is full.")

    monkeypatch.setattr(CorrectionFiles, "put", full)

    assert correct(instructor).status_code == 507
    assert instructor.desk.journal.corrections.of("biology") == []


def test_a_question_is_left_as_it_is(instructor):
    asked(instructor.desk, EXAM)
    turns = re.search(r'name="turns" value="([\d,]+)"', instructor.get("/courses/biology/review").text)[1]

    instructor.post("/courses/biology/review/settle", turns=f"{turns},x,999999999999999999999")

    assert groups(instructor) == {}


def test_a_database_that_is_locked_is_said_to_be_busy(instructor, tmp_path):
    asked(instructor.desk, EXAM)
    with closing(sqlite3.connect(tmp_path / "data" / "journal.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")
        told = instructor.post("/courses/biology/review/settle", turns="1")
        other.rollback()

    assert (told.status_code, "The database is busy; try again in a moment." in told.text) == (503, True)
    assert instructor.desk.journal.review.to_mend("biology")


def test_the_included_course_is_reviewed_but_not_corrected(instructor):
    asked(instructor.desk, EXAM)
    instructor.desk.courses["biology"].origin = "included"

    assert "Make a copy" in instructor.text("/courses/biology/review")
    assert correct(instructor).status_code == 409


def test_hostile_questions_answers_and_quotes_stay_text(instructor):
    asked(instructor.desk, "<script>alert(1)</script> exam?")
    correct(instructor, "<img src=x onerror=alert(1)>?", "{{7+7}} <b>bold</b>")
    page = instructor.get("/courses/biology/review").text

    assert "<img" not in page
    assert "<b>" not in page
    assert "{{7+7}}" in page
    assert page.count("<script") == 1


def test_what_was_asked_is_counted_by_day_with_a_table_beside_the_picture(instructor):
    asked(instructor.desk, EXAM)
    asked(instructor.desk, "What do plants store?")
    page = instructor.get("/courses/biology/review").text

    assert 'class="answered"' in page
    assert 'class="unanswered"' in page
    assert re.search(r'<th scope="row">\d{4}-\d\d-\d\d</th><td class="number">1</td>', page)
    assert not re.search(r"\sstyle=", page)


def test_days_without_questions_have_room_in_the_chart():
    start = date(2026, 1, 1)
    days = [Day(start, 3, 2, 1, 1, 0, 0), Day(start + timedelta(days=9), 1, 0, 1, 0, 0, 1)]

    chart = by_day(days)

    assert len(chart.rows) == 2
    assert {bar.kind for bar in chart.bars} == {"answered", "weak", "unanswered"}
    assert chart.bars[-1].x > chart.bars[0].x + 500
    assert [number.text for number in chart.numbers] == ["0", "2", "4"]
    assert by_day([]) is None


def test_a_chart_shows_sixty_days_at_most():
    start = date(2026, 1, 1)
    chart = by_day([Day(start, 1, 1, 0, 0, 0, 0), Day(start + timedelta(days=400), 1, 1, 0, 0, 0, 0)])

    assert len(chart.rows) == 1
