"""The audit log: every change on the instructors' pages is in it, and admins alone see it."""

import inspect

import pytest
from fastapi.routing import APIRoute

from tests.ui.instructor_desk import Instructor, asked, desk_over
from ui.errors import JournalError
from ui.instructor import audit_routes, course_routes, evaluation_routes, platform_routes, review_routes
from ui.journal.audit import Act
from ui.learner import Learner

ROUTERS = (course_routes, review_routes, evaluation_routes, audit_routes, platform_routes)
CHANGES = [
    route
    for part in ROUTERS
    for route in part.router.routes
    if isinstance(route, APIRoute) and route.methods - {"GET", "HEAD"}
]


@pytest.fixture
def who():
    return [Learner("8", "Grace <i>", "admin")]


@pytest.fixture
def instructor(biology, tmp_path, who):
    desk = desk_over(biology, tmp_path / "data", learner_of=lambda _request: who[0])
    yield Instructor(desk)
    desk.journal.close()


def acts(instructor):
    return [(one.act, one.course_id, one.subject) for one in reversed(instructor.desk.journal.audit.latest())]


@pytest.mark.parametrize("route", CHANGES, ids=lambda route: route.name)
def test_every_route_that_changes_something_notes_it(route):
    assert "desk.note" in inspect.getsource(route.endpoint)


def test_what_is_done_on_the_pages_is_noted_and_shown(instructor):
    instructor.post("/courses", title="Rocks")
    instructor.upload("rocks", "granite.md", b"Granite cools slowly.")
    instructor.indexed("rocks")
    asked(instructor.desk, "When is the exam?", "rocks")
    instructor.post("/courses/rocks/review/answer", question="When is the exam?", answer="On Monday.", turns="1")
    (correction,) = [line.split('"')[3] for line in _lines(instructor, "rocks", "corrections.jsonl")]
    instructor.post("/courses/rocks/review/settle", turns="1,2")
    instructor.post("/courses/rocks/review/withdraw", correction=correction)
    instructor.post("/courses/rocks/files/delete", name="granite.md")
    instructor.post("/courses/rocks/rename", title="Stones")
    instructor.indexed("rocks")
    instructor.post("/courses/rocks/delete")

    assert acts(instructor) == [
        ("course_created", "rocks", "Rocks"),
        ("file_uploaded", "rocks", "granite.md"),
        ("answer_written", "rocks", "When is the exam?"),
        ("questions_settled", "rocks", "2"),
        ("answer_withdrawn", "rocks", "When is the exam?"),
        ("file_deleted", "rocks", "granite.md"),
        ("course_renamed", "rocks", "Stones"),
        ("course_deleted", "rocks", "Stones"),
    ]
    page = instructor.get("/audit")
    assert "Grace &lt;i&gt;" in page.text
    assert "deleted a course" in page.text


def _lines(instructor, slug, name):
    return (instructor.desk.courses[slug].folder / name).read_text(encoding="utf-8").splitlines()


def test_what_was_refused_is_not_noted(instructor):
    instructor.upload("biology", "photo.exe", b"MZ")
    instructor.post("/courses", title="")
    instructor.post("/courses/biology/delete")
    instructor.client.post("/instructor/courses", data={"title": "Forged"})
    instructor.post("/courses/biology/review/answer", question="", answer="")

    assert acts(instructor) == []


@pytest.mark.parametrize(
    "learner", [Learner("1", "Ada", "instructor"), Learner("1", "Ada", "admin", frozenset({"biology"}))]
)
def test_admins_of_the_whole_server_alone_see_it(instructor, who, learner):
    who[0] = learner
    assert instructor.get("/audit").status_code == 403
    assert "/audit" not in instructor.get("/").text


def test_an_act_that_cannot_be_noted_is_in_the_servers_log(instructor, monkeypatch, caplog):
    def full(*_arguments):
        raise JournalError("The disk of the database is full.")

    monkeypatch.setattr(instructor.desk.journal.audit, "note", full)
    assert instructor.post("/courses", title="Rocks").status_code == 303
    assert "Not in the audit log" in caplog.text
    assert "course_created rocks" in caplog.text


def test_every_act_is_said_in_both_languages():
    from typing import get_args

    from ui.texts.instructor import ENGLISH, GERMAN

    assert set(get_args(Act)) == set(ENGLISH.acts) == set(GERMAN.acts)
