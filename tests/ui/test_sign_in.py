"""Signing in as a browser does it, over an app that says who asked."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from ui.errors import JournalError
from ui.journal import Journal
from ui.learner import LOCAL, Learner
from ui.sign_in import Gate, learner_of, signed_in, still_there

PASSWORD = "correct horse battery"
HTML = {"Accept": "text/html"}


def app_over(accounts: Journal | None) -> Gate:
    async def who(request: Request) -> HTMLResponse:
        learner = learner_of(request)
        return HTMLResponse(f"{request.method} by {learner.id if learner else 'nobody'}")

    async def talk(socket: WebSocket) -> None:
        await socket.accept()
        await socket.close()

    methods = ["GET", "POST", "DELETE"]
    routes = [Route("/{rest:path}", who, methods=methods), WebSocketRoute("/{rest:path}", talk)]
    ways = [signed_in(accounts)] if accounts else []
    return Gate(Starlette(routes=routes), ways, accounts=accounts, unknown=None if accounts else LOCAL)


@pytest.fixture
def ida(sqlite_journal: Journal) -> Learner:
    return sqlite_journal.accounts.add("ida", "instructor", PASSWORD)


@pytest.fixture
def client(sqlite_journal: Journal, ida: Learner) -> Iterator[TestClient]:
    with TestClient(app_over(sqlite_journal), base_url="http://learn.example", follow_redirects=False) as client:
        yield client


def sign_in(client: TestClient, name: str = "ida", password: str = PASSWORD, address: str = "/login"):
    form = {"csrf": csrf_of(client.get("/login").text), "name": name, "password": password}
    return client.post(address, data=form)


def csrf_of(page: str) -> str:
    return re.search(r'name="csrf" value="([\w-]+)"', page)[1]


def test_without_accounts_everybody_sits_at_this_machine() -> None:
    client = TestClient(app_over(None))

    assert client.get("/").text == f"GET by {LOCAL.id}"
    assert client.post("/").text == f"POST by {LOCAL.id}"


def test_it_is_noticed_that_who_sent_a_request_has_signed_out_since(
    sqlite_journal: Journal, ida: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Request] = []

    async def note(request: Request) -> HTMLResponse:
        seen.append(request)
        return HTMLResponse("noted")

    app = Starlette(routes=[Route("/", note)])
    gate = Gate(app, [signed_in(sqlite_journal)], accounts=sqlite_journal, unknown=None)
    client = TestClient(gate, base_url="http://learn.example", follow_redirects=False)
    sign_in(client)
    client.get("/")
    assert still_there(seen[0])

    with monkeypatch.context() as busy:
        busy.setattr(sqlite_journal.sessions, "learner", failing)
        assert still_there(seen[0])  # nobody can say now: an answer is not broken off for that
    sqlite_journal.accounts.remove("ida")
    assert not still_there(seen[0])


def failing(_token: str) -> Learner:
    raise JournalError("The database is busy.")


def test_nobody_unknown_gets_past(client: TestClient) -> None:
    turned_away = client.get("/instructor/?course=a b&x=%2F", headers=HTML)
    assert (turned_away.status_code, turned_away.headers["location"]) == (
        303,
        "/login?next=/instructor/%3Fcourse%3Da%2520b%26x%3D%252F",
    )
    for method, path in (
        ("GET", "/"),
        ("POST", "/gradio_api/queue/join"),
        ("DELETE", "/login/../x"),
        ("GET", "//login"),
    ):
        answer = client.request(method, path)
        assert (answer.status_code, answer.text) == (401, "Sign in first.")
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("ws://learn.example/queue"):
        pass


def test_whoever_signs_in_goes_on_to_the_page_they_wanted(client: TestClient, ida: Learner) -> None:
    went_on = sign_in(client, address="/login?next=/instructor/%3Fa%3Db")

    assert (went_on.status_code, went_on.headers["location"]) == (303, "/instructor/?a=b")
    assert client.get("/").text == f"GET by {ida.id}"
    with client.websocket_connect("ws://learn.example/queue"):
        pass


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/\r\nX: y", "/login"],
)
def test_nobody_is_led_elsewhere(client: TestClient, address: str) -> None:
    form = {"csrf": csrf_of(client.get("/login").text), "name": "ida", "password": PASSWORD}
    went_on = client.post("/login", params={"next": address}, data=form)

    assert (went_on.status_code, went_on.headers["location"]) == (303, "/")


@pytest.mark.parametrize(("name", "password"), [("ida", "wrong"), ("nobody", PASSWORD), ("", ""), ("\x00", "\ud800")])
def test_a_mistake_says_the_same_whatever_was_wrong(client: TestClient, name: str, password: str) -> None:
    body = {"csrf": csrf_of(client.get("/login").text), "name": name, "password": password.encode("utf-8", "replace")}
    refused = client.post("/login", data=body)

    assert refused.status_code == 401
    assert "This name and this password do not belong together; try again." in refused.text
    assert "coursecite_session" not in refused.headers.get("set-cookie", "")
    assert client.get("/").status_code == 401


def test_the_pages_speak_the_language_of_the_browser(client: TestClient) -> None:
    page = client.get("/login", headers={"Accept-Language": "de-AT, en;q=0.5"}).text

    assert '<html lang="de">' in page
    assert "Passwort" in page


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(client: TestClient) -> None:
    cookie = next(line for line in sign_in(client).headers.get_list("set-cookie") if "coursecite_session" in line)
    attributes = {part.strip().casefold() for part in cookie.split(";")[1:]}

    assert {"httponly", "samesite=lax", "path=/", "max-age=604800"} <= attributes
    assert "secure" not in attributes


def test_over_https_the_cookie_goes_over_https_alone(sqlite_journal: Journal, ida: Learner) -> None:
    client = TestClient(app_over(sqlite_journal), base_url="https://learn.example", follow_redirects=False)

    cookies = sign_in(client).headers.get_list("set-cookie")

    assert all("; Secure" in cookie for cookie in cookies)


def test_the_token_is_new_at_every_sign_in(client: TestClient, sqlite_journal: Journal, ida: Learner) -> None:
    """Else somebody who put a token into the browser before would be signed in with it, too."""
    client.cookies.set("coursecite_session", "planted", domain="learn.example")
    sign_in(client)
    first = client.cookies["coursecite_session"]
    sign_in(client)
    second = client.cookies["coursecite_session"]

    assert len({"planted", first, second}) == 3
    assert sqlite_journal.sessions.learner("planted") is None
    assert sqlite_journal.sessions.learner(first) is None
    assert sqlite_journal.sessions.learner(second) == ida


def test_signing_out_makes_the_token_worthless(client: TestClient, sqlite_journal: Journal) -> None:
    sign_in(client)
    token = client.cookies["coursecite_session"]

    went_on = client.post("/logout", data={"csrf": csrf_of(client.get("/logout").text)})

    assert (went_on.status_code, went_on.headers["location"]) == (303, "/login")
    assert "coursecite_session" not in client.cookies
    assert sqlite_journal.sessions.learner(token) is None
    client.cookies.set("coursecite_session", token)
    assert client.get("/").status_code == 401


def test_looking_at_the_page_signs_nobody_out(client: TestClient, ida: Learner) -> None:
    sign_in(client)
    client.get("/logout")

    assert client.get("/").text == f"GET by {ida.id}"


@pytest.mark.parametrize("path", ["/login", "/logout"])
@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_form_of_another_site_does_nothing(
    client: TestClient, path: str, headers: dict[str, str], ida: Learner
) -> None:
    sign_in(client)
    token = csrf_of(client.get(path).text) if headers else "guessed"

    refused = client.post(path, data={"csrf": token, "name": "ida", "password": PASSWORD}, headers=headers)

    assert refused.status_code == 403
    assert client.get("/").text == f"GET by {ida.id}"


@pytest.mark.parametrize("accounts", [True, False])
@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_page_of_another_site_changes_nothing(
    sqlite_journal: Journal, headers: dict[str, str], accounts: bool
) -> None:
    client = TestClient(app_over(sqlite_journal if accounts else None))

    assert client.post("/gradio_api/queue/join", headers=headers).status_code == 403


def test_guessing_is_slowed_down(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        assert sign_in(client, password="guess").status_code == 401

    slowed = sign_in(client, password="guess")
    right = sign_in(client)

    assert (slowed.status_code, right.status_code) == (429, 429)
    assert re.search(r"Too many attempts; try again in \d+ seconds?\.", slowed.text)
    assert client.get("/").status_code == 401


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"x" * 20_000, 413), (b"&".join([b"a=b"] * 50), 400), (b"\xff\x00%ff%zz=", 403), (b"", 403)],
)
def test_a_form_that_is_none_is_refused(client: TestClient, content: bytes, status: int) -> None:
    assert client.post("/login", content=content).status_code == status


def test_the_pages_of_somebody_signed_in_are_not_kept_by_the_browser(client: TestClient) -> None:
    sign_in(client)

    assert client.get("/").headers["cache-control"] == "no-store"


def test_what_was_typed_is_not_shown_or_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    refused = sign_in(client, name="<b>typed here by mistake</b>", password="another typed one")

    assert "typed" not in refused.text
    assert "typed" not in caplog.text
    assert "could not sign in" in caplog.text


def test_somebody_removed_is_signed_out_at_once(client: TestClient, sqlite_journal: Journal) -> None:
    sign_in(client)
    sqlite_journal.accounts.remove("ida")

    assert client.get("/").status_code == 401


def test_a_database_that_cannot_be_written_is_said_to_be_so(client: TestClient, tmp_path, ida: Learner) -> None:
    """Whoever is signed in goes on; who wants to sign in is told."""
    sign_in(client)
    with sqlite3.connect(tmp_path / "journal.sqlite") as other:
        other.execute("BEGIN IMMEDIATE")
        assert client.get("/").text == f"GET by {ida.id}"
        told = sign_in(client)
        other.rollback()
    other.close()

    assert (told.status_code, "The database is busy; try again in a moment." in told.text) == (503, True)


def test_a_database_out_of_reach_lets_nobody_in(client: TestClient, sqlite_journal: Journal, tmp_path) -> None:
    sign_in(client)
    sqlite_journal.close()
    (tmp_path / "journal.sqlite").write_bytes(b"no database any more" * 1_000)
    for left in tmp_path.glob("journal.sqlite-*"):
        left.unlink()

    refused = client.get("/")

    assert (refused.status_code, "damaged" in refused.text) == (503, True)
