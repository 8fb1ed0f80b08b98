"""Files, conversations, feedback and evaluations over the API, beside a desk with real indexing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from rag import Answer
from tests.ui.api.programs import api_over, bearer
from tests.ui.conftest import FakeAssistant, one_course
from tests.ui.instructor_desk import desk_over
from ui.instructor import Desk
from ui.journal import Journal
from ui.learner import RIGHTS

CELLS = "/api/v1/courses/biology"


@pytest.fixture
def desk(biology: Path, tmp_path: Path) -> Iterator[Desk]:
    desk = desk_over(biology, tmp_path / "data")
    yield desk
    desk.journal.close()


@pytest.fixture
def client(desk: Desk) -> TestClient:
    return TestClient(api_over(desk.courses, desk.journal, desk=desk), base_url="http://127.0.0.1")


def until_idle(read: Callable[[], Response], busy: Callable[[dict], bool]) -> dict:
    deadline = time.monotonic() + 30
    while busy(row := read().json()):
        assert time.monotonic() < deadline, row
        time.sleep(0.05)
    return row


def files_in(folder: Path) -> set[Path]:
    """All that lies there, and beside it."""
    return {path for path in folder.parent.glob("*") if path.is_file()} | {
        path for path in folder.rglob("*") if path.is_file()
    }


def indexed(client: TestClient) -> dict:
    return until_idle(lambda: client.get(f"{CELLS}/indexing"), lambda row: row["busy"])


def listed(client: TestClient) -> dict[str, dict]:
    return {file["name"]: file for file in client.get(f"{CELLS}/documents").json()["files"]}


def test_a_file_is_uploaded_replaced_and_deleted_and_it_is_said_what_was_read_of_it(
    client: TestClient, desk: Desk
) -> None:
    put = client.put(f"{CELLS}/documents/week%201.md", content=b"# Enzymes\n\nAn enzyme lowers activation energy.")
    assert (put.status_code, put.json()) == (202, {"name": "week 1.md", "size": 46})
    assert indexed(client)["problem"] == ""
    report = listed(client)["week 1.md"]["report"]
    assert (report["passages"], report["skipped"]) == (1, "")
    answer = client.post("/api/v1/ask", json={"question": "What does an enzyme lower?"}).json()
    assert answer["retrieved"][0]["doc_id"] == "week 1.md"

    client.put(f"{CELLS}/documents/week%201.md", content=b"Osmosis moves water.")
    indexed(client)
    assert listed(client)["week 1.md"]["size"] == 20

    assert client.delete(f"{CELLS}/documents/week%201.md").status_code == 204
    assert client.delete(f"{CELLS}/documents/week%201.md").status_code == 404
    indexed(client)
    assert set(listed(client)) == {"cells.md"}
    acts = [(noted.act, noted.subject) for noted in desk.journal.audit.latest()]
    assert acts == [("file_deleted", "week 1.md"), ("file_uploaded", "week 1.md"), ("file_uploaded", "week 1.md")]


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("a.exe", b"x", 422, "upload_refused"),
        ("course.toml", b"x", 422, "upload_refused"),
        ("evaluation.jsonl", b"x", 422, "upload_refused"),
        (".hidden.md", b"x", 422, "upload_refused"),
        ("empty.md", b"", 422, "upload_refused"),
        ("large.md", b"x" * 200_001, 413, "upload_too_large"),
        ("..%2F..%2F", b"x", 422, "upload_refused"),
    ],
)
def test_a_file_that_cannot_be_kept_is_refused_and_nothing_of_it_stays(
    client: TestClient, biology: Path, name: str, content: bytes, status: int, code: str
) -> None:
    before = files_in(biology)
    refused = client.put(f"{CELLS}/documents/{name}", content=content)

    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
    assert files_in(biology) == before


def test_a_name_with_folders_leads_out_of_no_course(client: TestClient, biology: Path) -> None:
    put = client.put(f"{CELLS}/documents/..%2F..%2Fescaped.md", content=b"Out.")

    assert put.json()["name"] == "escaped.md"
    assert (biology / "escaped.md").exists()
    assert not list(biology.parent.parent.glob("escaped.md"))


def test_each_right_opens_what_it_is_for_and_nothing_else(client: TestClient, desk: Desk) -> None:
    keys = {right: bearer(desk.journal.keys.add(right, [right], ["biology"])[1]) for right in RIGHTS}
    elsewhere = bearer(desk.journal.keys.add("elsewhere", ["ask", "documents", "evaluate"], ["history"])[1])
    calls = {
        "ask": ("GET", "/api/v1/conversations"),
        "documents": ("GET", f"{CELLS}/documents"),
        "evaluate": ("GET", f"{CELLS}/evaluations"),
        "metrics": ("GET", "/metrics"),
    }
    for right, (method, path) in calls.items():
        statuses = {key: client.request(method, path, headers=header).status_code for key, header in keys.items()}
        assert statuses == {key: 200 if key == right else 403 for key in keys}
    assert client.get(f"{CELLS}/documents", headers=elsewhere).status_code == 404
    assert client.get(f"{CELLS}/evaluations", headers=elsewhere).status_code == 404
    assert client.get(f"{CELLS}/documents", headers=keys["ask"]).json()["error"]["code"] == "not_allowed"


def test_a_course_is_created_filled_renamed_and_deleted(client: TestClient, desk: Desk) -> None:
    made = client.post("/api/v1/courses", json={"title": "Steine", "language": "de"})
    row = {"id": "steine", "title": "Steine", "ready": False, "language": "de", "documents": 0, "origin": "created"}
    assert (made.status_code, made.json()) == (201, row)
    early = client.post("/api/v1/ask", json={"question": "Was ist Granit?", "course": "steine"})
    assert (early.status_code, early.json()["error"]["code"]) == (409, "course_not_ready")

    client.put("/api/v1/courses/steine/documents/granit.md", content=b"Granit erkaltet langsam.")
    until_idle(lambda: client.get("/api/v1/courses/steine/indexing"), lambda row: row["busy"])
    assert client.get("/api/v1/courses/steine").json() == row | {"ready": True, "documents": 1}

    changed = client.patch("/api/v1/courses/steine", json={"title": "Gesteine", "language": "en"})
    assert (changed.status_code, changed.json()["title"]) == (200, "Gesteine")
    until_idle(lambda: client.get("/api/v1/courses/steine/indexing"), lambda row: row["busy"])
    assert client.get("/api/v1/courses/steine").json()["language"] == "en"
    assert {one["id"]: one["title"] for one in client.get("/api/v1/courses").json()["courses"]}["steine"] == "Gesteine"

    assert client.delete("/api/v1/courses/steine").status_code == 204
    assert client.delete("/api/v1/courses/steine").status_code == 404
    acts = [(noted.act, noted.subject) for noted in desk.journal.audit.latest() if noted.course_id == "steine"]
    assert acts == [
        ("course_deleted", "Gesteine"),
        ("language_changed", "en"),
        ("course_renamed", "Gesteine"),
        ("file_uploaded", "granit.md"),
        ("course_created", "Steine"),
    ]


def test_a_course_that_was_not_created_here_is_copied_instead(client: TestClient, desk: Desk, biology: Path) -> None:
    for refused in (client.delete(CELLS), client.patch(CELLS, json={"title": "Cells"})):
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "course_unchangeable")
    assert (biology / "cells.md").exists()

    copied = client.post(f"{CELLS}/copies")
    assert (copied.status_code, copied.json()["id"], copied.json()["origin"]) == (201, "biology-2", "created")
    until_idle(lambda: client.get("/api/v1/courses/biology-2/indexing"), lambda row: row["busy"])
    asked = client.post("/api/v1/ask", json={"question": "What does mitosis divide?", "course": "biology-2"})
    assert asked.json()["answered"]
    assert [noted.act for noted in desk.journal.audit.latest()] == ["course_copied"]


@pytest.mark.parametrize(
    "body",
    [{"title": ""}, {"title": "?!"}, {"title": "a\u202eb"}, {"title": "a" * 121}, {"title": "A", "language": "xx"}],
)
def test_what_no_course_can_be_called_is_refused(client: TestClient, desk: Desk, body: dict) -> None:
    assert client.post("/api/v1/courses", json=body).status_code == 422
    assert [course.slug for course in desk.courses] == ["biology"]


def test_a_change_of_nothing_is_refused(client: TestClient) -> None:
    assert client.patch(CELLS, json={}).status_code == 422


def test_courses_come_and_go_by_keys_alone_that_open_all_of_them(client: TestClient, desk: Desk) -> None:
    slug = desk.courses.create("Rocks").slug
    some = bearer(desk.journal.keys.add("some", ["courses"], [slug])[1])

    for method, path, body in (
        ("POST", "/api/v1/courses", {"title": "More"}),
        ("DELETE", f"/api/v1/courses/{slug}", None),
        ("POST", f"/api/v1/courses/{slug}/copies", None),
    ):
        refused = client.request(method, path, json=body, headers=some)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")
    assert client.patch(f"/api/v1/courses/{slug}", json={"title": "Stones"}, headers=some).status_code == 200
    assert client.patch(CELLS, json={"title": "Stones"}, headers=some).status_code == 404


def test_conversations_are_listed_read_renamed_and_deleted_by_who_had_them(
    assistant: FakeAssistant, answer: Answer, sqlite_journal: Journal
) -> None:
    client = TestClient(api_over(one_course(assistant), sqlite_journal), base_url="http://127.0.0.1")
    one = bearer(sqlite_journal.keys.add("one", ["ask"])[1])
    two = bearer(sqlite_journal.keys.add("two", ["ask"])[1])
    assistant.enqueue(answer)
    asked = client.post("/api/v1/ask", json={"question": "What is mitosis?"}, headers=one).json()
    mine = f"/api/v1/conversations/{asked['conversation']}"

    [listed] = client.get("/api/v1/conversations?words=MITOSIS", headers=one).json()["conversations"]
    whole = client.get(mine, headers=one).json()
    assert (listed["title"], listed["course"], listed["turns"]) == ("What is mitosis?", "course", 1)
    assert [(turn["id"], turn["answer"]["text"]) for turn in whole["history"]] == [(asked["turn"], answer.text)]
    assert client.get("/api/v1/conversations?words=osmosis", headers=one).json() == {"conversations": []}

    thumb = f"/api/v1/turns/{asked['turn']}/feedback"
    assert client.put(thumb, json={"thumb": "down", "reason": "No."}, headers=one).status_code == 204
    assert client.get(mine, headers=one).json()["history"][0]["thumb"] == "down"
    assert client.delete(thumb, headers=one).status_code == 204
    assert client.patch(mine, json={"title": "Cells"}, headers=one).status_code == 204
    assert client.get(mine, headers=one).json()["title"] == "Cells"

    for method, path, body in (
        ("GET", mine, None),
        ("PATCH", mine, {"title": "Mine"}),
        ("DELETE", mine, None),
        ("PUT", thumb, {"thumb": "up"}),
        ("DELETE", thumb, None),
    ):
        refused = client.request(method, path, json=body, headers=two)
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "conversation_gone")
    assert client.get("/api/v1/conversations", headers=two).json() == {"conversations": []}

    assert client.delete(mine, headers=one).status_code == 204
    assert client.get(mine, headers=one).status_code == 404


def test_a_conversation_about_a_course_that_is_not_open_any_more_is_gone(
    assistant: FakeAssistant, sqlite_journal: Journal
) -> None:
    client = TestClient(api_over(one_course(assistant), sqlite_journal), base_url="http://127.0.0.1")
    key, secret = sqlite_journal.keys.add("one", ["ask"], ["course"])
    kept = sqlite_journal.conversations.create(key.learner.id, "another", "Secret")

    assert client.get("/api/v1/conversations", headers=bearer(secret)).json() == {"conversations": []}
    for method, body in (("GET", None), ("DELETE", None), ("PATCH", {"title": "x"})):
        path = f"/api/v1/conversations/{kept.id}"
        assert client.request(method, path, json=body, headers=bearer(secret)).status_code == 404


def test_an_evaluation_is_run_and_its_report_read(client: TestClient, desk: Desk, biology: Path) -> None:
    (biology / "evaluation.jsonl").write_text('{"question": "What does mitosis divide?", "answers": ["one nucleus"]}\n')

    started = client.post(f"{CELLS}/evaluations")
    assert (started.status_code, started.json()["busy"]) == (202, True)
    row = until_idle(lambda: client.get(f"{CELLS}/evaluations"), lambda row: row["state"]["busy"])

    [run] = row["runs"]
    assert (run["questions"], row["state"]["problem"]) == (1, "")
    assert {"label", "value", "interval", "before", "change", "verdict"} == set(run["measures"][0])
    report = client.get(f"{CELLS}/evaluations/{run['name']}/report")
    assert "What does mitosis divide?" in report.text
    assert "sandbox" in report.headers["content-security-policy"]
    assert client.get(f"{CELLS}/evaluations/nope/report").status_code == 404
    assert client.get(f"{CELLS}/evaluations/..%2F..%2Fjournal.sqlite/report").status_code == 404
    assert [noted.act for noted in desk.journal.audit.latest()] == ["evaluation_started"]


def test_without_a_question_set_there_is_nothing_to_run(client: TestClient) -> None:
    client.post(f"{CELLS}/evaluations")
    row = until_idle(lambda: client.get(f"{CELLS}/evaluations"), lambda row: row["state"]["busy"])

    assert row["runs"] == []
    assert row["state"]["problem"].endswith(".")
