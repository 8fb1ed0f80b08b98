"""Admins register, invite and remove learning platforms on a page; nobody else does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.ui.instructor_desk import Instructor, desk_over
from ui.learner import LOCAL, Learner

MOODLE = {"issuer": " https://moodle.example ", "client_id": "abc", "deployments": "1, 2", "kind": "moodle"}


ADMIN = Learner("8", "Grace", "admin")


@pytest.fixture
def who() -> list[Learner]:
    return [ADMIN]


@pytest.fixture
def admin(biology: Path, tmp_path: Path, who: list[Learner]) -> Iterator[Instructor]:
    desk = desk_over(biology, tmp_path / "data", learner_of=lambda _request: who[0])
    yield Instructor(replace(desk, base="https://learn.example"))
    desk.journal.close()


def test_a_platform_is_registered_shown_and_removed(admin: Instructor) -> None:
    assert admin.post("/platforms", **MOODLE, name="<b>Ours</b>").status_code == 303
    (platform,) = admin.desk.journal.platforms.all()
    known = platform.registration
    assert (known.issuer, known.deployments, known.private_network) == ("https://moodle.example", {"1", "2"}, False)
    assert known.jwks_url == "https://moodle.example/mod/lti/certs.php"
    page = admin.get("/platforms").text
    assert "&lt;b&gt;Ours" in page
    assert "<b>Ours" not in page

    assert admin.post("/platforms/remove", number=str(platform.id)).status_code == 303
    assert admin.desk.journal.platforms.all() == []
    assert [noted.act for noted in admin.desk.journal.audit.latest()] == ["platform_removed", "platform_added"]


def test_one_of_another_kind_says_its_addresses(admin: Instructor) -> None:
    addresses = {name: f"https://lms.example/{name}" for name in ("auth_url", "token_url", "jwks_url")}
    admin.post("/platforms", **MOODLE | {"kind": "", "origins": "https://pages.example/x"} | addresses)

    known = admin.desk.journal.platforms.all()[0].registration
    assert known.auth_url == "https://lms.example/auth_url"
    assert known.origins == {"https://moodle.example", "https://lms.example", "https://pages.example"}


@pytest.mark.parametrize("reports", [False, True])
def test_what_a_platform_is_told_is_chosen_where_the_server_tells_it(
    biology: Path, tmp_path: Path, reports: bool
) -> None:
    desk = replace(desk_over(biology, tmp_path / "data", learner_of=lambda _request: ADMIN), reports=reports)
    admin = Instructor(desk)
    assert ('name="participation"' in admin.get("/platforms").text) is reports
    admin.post("/platforms", **MOODLE, participation="yes")

    assert desk.journal.platforms.all()[0].registration.participation is reports
    assert ("told who has asked" in admin.get("/platforms").text) is reports
    desk.journal.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "http://moodle.example"},
        {"issuer": "http://127.0.0.1"},
        {"issuer": ""},
        {"client_id": ""},
        {"deployments": " , "},
        {"kind": ""},
        {"kind": "sakai"},
        {"origins": "nowhere"},
    ],
)
def test_what_cannot_be_one_is_said_and_not_registered(admin: Instructor, changes: dict[str, str]) -> None:
    refused = admin.post("/platforms", **MOODLE | changes)

    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert admin.desk.journal.platforms.all() == []


@pytest.mark.parametrize("path", ["/platforms", "/platforms/invite"])
def test_nobody_locks_themselves_out(admin: Instructor, who: list[Learner], path: str) -> None:
    """Whoever sits at a machine without accounts would be let in no more."""
    who[0] = LOCAL
    refused = admin.post(path, **MOODLE)

    assert refused.status_code == 422
    assert "coursecite user add NAME --role admin" in refused.text
    assert "invitation=" not in refused.text
    assert admin.desk.journal.platforms.all() == []


@pytest.mark.parametrize("number", ["", "9", "x", "9" * 30, "-1"])
def test_what_is_not_there_is_not_removed(admin: Instructor, number: str) -> None:
    assert admin.post("/platforms/remove", number=number).status_code == 422


def test_an_invitation_is_shown_once(admin: Instructor) -> None:
    shown = admin.post("/platforms/invite").text
    found = re.search(r"https://learn\.example/lti/register\?invitation=([\w-]{43})<", shown)

    assert found
    assert admin.desk.journal.platforms.invited(found[1]) is False
    assert found[1] not in admin.get("/platforms").text


@pytest.mark.parametrize(
    "other",
    [
        Learner("1", "Ida", "instructor"),
        Learner("2", "Lea", "admin", frozenset({"biology"})),
        Learner("3", "Ben", "learner"),
    ],
    ids=["an instructor", "an admin of one course", "a learner"],
)
def test_nobody_else_may(admin: Instructor, who: list[Learner], other: Learner) -> None:
    token = admin.token()
    who[0] = other

    assert admin.get("/platforms").status_code == 403
    for path in ("", "/invite", "/remove"):
        response = admin.client.post(f"/instructor/platforms{path}", data={"csrf": token, **MOODLE})
        assert response.status_code == 403
    assert admin.desk.journal.platforms.all() == []
    assert "/platforms" not in admin.get("/").text
