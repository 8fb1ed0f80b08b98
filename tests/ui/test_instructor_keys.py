"""Admins make and revoke API keys on a page; nobody else does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.instructor_desk import Instructor, desk_over
from ui.learner import Learner

MADE = {"name": "<b>Course site</b>", "right": "ask", "course": "biology", "per_minute": "9", "days": "30"}


@pytest.fixture
def who() -> list[Learner]:
    return [Learner("8", "Grace", "admin")]


@pytest.fixture
def admin(biology: Path, tmp_path: Path, who: list[Learner]) -> Iterator[Instructor]:
    desk = desk_over(biology, tmp_path / "data", learner_of=lambda _request: who[0])
    yield Instructor(desk)
    desk.journal.close()


def test_a_key_is_shown_once_listed_and_revoked(admin: Instructor) -> None:
    made = admin.post("/keys", **MADE)
    secret = re.search(r"<code>(coursecite_[\w-]{43})</code>", made.text)[1]
    key = admin.desk.journal.keys.find(secret)
    page = admin.get("/keys").text

    assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
    assert (key.learner.rights, key.learner.courses, key.learner.per_minute) == ({"ask"}, {"biology"}, 9)
    assert secret not in page
    assert "&lt;b&gt;Course site" in page
    assert "<b>Course site" not in page

    assert admin.post("/keys/revoke", name=MADE["name"]).status_code == 303
    assert admin.desk.journal.keys.find(secret) is None
    assert "There is none yet." in admin.text("/keys")
    assert [noted.act for noted in admin.desk.journal.audit.latest()] == ["key_revoked", "key_added"]
    assert secret not in str(admin.desk.journal.audit.latest())


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": ""}, "The name of a key has"),
        ({"right": ""}, "one right at least"),
        ({"right": "rule"}, "one right at least"),
        ({"per_minute": "many"}, "questions a minute"),
        ({"per_minute": "9" * 5_000}, "questions a minute"),
        ({"days": "0"}, "holds 1 to 3,650 days"),
        ({"days": "٣"}, "holds 1 to 3,650 days"),
    ],
)
def test_a_mistake_is_said_and_makes_no_key(admin: Instructor, changes: dict[str, str], says: str) -> None:
    answer = admin.post("/keys", **MADE | changes)

    assert (answer.status_code, says in answer.text) == (422, True)
    assert admin.desk.journal.keys.all() == []


def test_the_page_speaks_german(admin: Instructor) -> None:
    german = {"Accept-Language": "de"}

    assert "API-Schlüssel" in admin.get("/keys", headers=german).text


@pytest.mark.parametrize(
    "other",
    [
        Learner("1", "Ida", "instructor"),
        Learner("2", "Ben", "learner"),
        Learner("3", "Tom", "admin", frozenset({"biology"})),
    ],
    ids=lambda one: one.name,
)
def test_nobody_but_an_admin_of_the_server_makes_keys(admin: Instructor, who: list[Learner], other: Learner) -> None:
    token = admin.token()
    who[0] = other

    assert admin.get("/keys").status_code == 403
    assert admin.client.post("/instructor/keys", data={"csrf": token, **MADE}).status_code == 403
    assert admin.desk.journal.keys.all() == []
