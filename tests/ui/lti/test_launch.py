"""Coming from a learning platform, as a browser does it that keeps cookies in frames, and as one that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.ui.conftest import in_event_loop
from tests.ui.lti.conftest import (
    ADMINISTRATOR,
    BASE,
    CONTEXT,
    INSTRUCTOR,
    LEARNER,
    Browser,
    FakePlatform,
    without_chat,
)
from tests.ui.test_sign_in import csrf_of
from ui.app import build
from ui.courses import Courses
from ui.errors import JournalError
from ui.journal import Journal
from ui.learner import LOCAL
from ui.lti.keys import ToolKeys
from ui.lti.launching import Tool
from ui.lti.platform_keys import PlatformKeys
from ui.sign_in import Gate

HTML = {"Accept": "text/html"}


def visit(address: str) -> str:
    """The part of an address that is the visit's."""
    return "/".join(urlsplit(address).path.split("/")[:3])


def test_the_platform_is_asked_who_it_is(browser: Browser, platform: FakePlatform) -> None:
    response = browser.login(redirect_uri="https://evil.example/", target_link_uri="https://evil.example/")
    asked = browser.depart()

    assert response.status_code == 200
    assert "evil.example" not in response.text.replace("login?", "").split("kept-out")[0]
    assert asked.pop("state") != asked.pop("nonce")
    assert asked == {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": "client",
        "redirect_uri": f"{BASE}/lti/launch",
        "login_hint": "4",
        "lti_message_hint": "m",
    }
    cookie = response.headers["set-cookie"]
    assert "Secure; HttpOnly; SameSite=None; Partitioned" in cookie
    assert "Path=/lti;" in cookie


def test_the_platform_may_ask_with_a_form(browser: Browser, platform: FakePlatform) -> None:
    form = {"iss": platform.registration.issuer, "login_hint": "4"}  # no client id: there is one client alone
    headers = {"Origin": platform.registration.issuer, "Sec-Fetch-Site": "cross-site"}

    assert browser.client.post("/lti/login", data=form, headers=headers).status_code == 200


@pytest.mark.parametrize("keeps_cookies", [True, False])
@pytest.mark.usefixtures("tied")
def test_a_learner_is_in_the_chat_of_their_course(
    browser_at: Callable[..., Browser], tool: Tool, keeps_cookies: bool
) -> None:
    browser = browser_at(keeps_cookies=keeps_cookies)
    address = browser.come()

    assert address.endswith("/?course=biology")
    page = browser.client.get(address, headers=HTML)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'self' https://moodle.example" in page.headers["content-security-policy"]
    config = browser.client.get(f"{visit(address)}/config").json()
    assert config["root"] == f"{BASE}{visit(address)}"
    assert browser.client.get(f"{visit(address)}/course/biology/document/cells").status_code == 200
    assert browser.client.get(f"{visit(address)}/course/secrets/document/cells").status_code == 404


@pytest.mark.usefixtures("tied")
def test_nobody_else_gets_in(browser_at: Callable[..., Browser]) -> None:
    address = browser_at().come()
    stranger = browser_at()

    assert stranger.client.get("/").status_code == 401
    assert stranger.client.get("/s/guessed/").status_code == 401
    assert stranger.client.get(address).status_code == 401, "the address alone is nothing where cookies are kept"
    for path in (
        "/config",
        "/lti/choose",
        "/lti/leave",
        "/lti/deep-link",
        "/instructor/",
        "/course/biology/document/cells",
    ):
        assert stranger.client.get(path).status_code == 401, path


@pytest.mark.usefixtures("tied")
def test_two_visits_of_one_browser_stay_apart(browser: Browser, tool: Tool, platform: FakePlatform) -> None:
    tool.journal.platforms.tie(1, "course-8", "secrets", "tess")
    first = browser.come()
    second = browser.come(context={"id": "course-8"})

    assert browser.client.get(f"{visit(first)}/course/biology/document/cells").status_code == 200
    assert browser.client.get(f"{visit(first)}/course/secrets/document/cells").status_code == 404
    assert browser.client.get(f"{visit(second)}/course/secrets/document/cells").status_code == 200


@pytest.mark.parametrize("keeps_cookies", [True, False])
def test_who_teaches_chooses_the_course_and_learners_come_to_it(
    browser_at: Callable[..., Browser], tool: Tool, keeps_cookies: bool
) -> None:
    early = browser_at(keeps_cookies=keeps_cookies)
    told = early.client.get(early.come())
    assert "has not chosen yet" in told.text
    assert CONTEXT["title"] in told.text

    teacher = browser_at(keeps_cookies=keeps_cookies)
    address = teacher.come(sub="2", roles=[INSTRUCTOR])
    form = teacher.client.get(address)
    assert "Cells" in form.text
    chosen = teacher.client.post(
        address, data={"csrf": csrf_of(form.text), "course": "biology"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert (chosen.status_code, chosen.headers["location"]) == (303, f"{visit(address)}/?course=biology")
    assert early.come().endswith("/?course=biology")
    assert tool.journal.platforms.tied(1, "course-7") == "biology"


@pytest.mark.usefixtures("tied")
def test_who_teaches_chooses_another_course_later(browser: Browser, tool: Tool) -> None:
    chat = browser.come(roles=[INSTRUCTOR])
    address = f"{visit(chat)}/lti/choose"
    page = browser.client.get(address).text
    assert "So far it is Cells." in page
    assert '<option value="biology" selected>' in page
    assert f'<a href="{chat}">' in page

    chosen = browser.client.post(address, data={"csrf": csrf_of(page), "course": "secrets"})
    assert chosen.headers["location"] == f"{visit(chat)}/?course=secrets"
    assert browser.client.get(f"{visit(chat)}/course/biology/document/cells").status_code == 404


@pytest.mark.parametrize("token", ["", "guessed", "A" * 43])
def test_a_choice_that_nobody_meant_is_none(browser: Browser, tool: Tool, token: str) -> None:
    address = browser.come(roles=[INSTRUCTOR])

    assert browser.client.post(address, data={"csrf": token, "course": "biology"}).status_code == 403
    right = csrf_of(browser.client.get(address).text)
    forged = {"Sec-Fetch-Site": "cross-site"}
    assert browser.client.post(address, data={"csrf": right, "course": "biology"}, headers=forged).status_code == 403
    assert tool.journal.platforms.tied(1, "course-7") is None


def test_a_learner_chooses_nothing_and_nobody_what_the_platform_may_not(
    browser_at: Callable[..., Browser], tool: Tool, platform: FakePlatform
) -> None:
    tool.journal.platforms.put(replace(platform.registration, courses=frozenset({"biology"})))
    teacher, learner = browser_at(), browser_at()
    address = teacher.come(roles=[INSTRUCTOR])
    page = teacher.client.get(address).text
    assert "Secrets" not in page
    refused = teacher.client.post(address, data={"csrf": csrf_of(page), "course": "secrets"})
    assert refused.status_code == 403

    theirs = learner.come()
    assert learner.client.post(theirs, data={"csrf": csrf_of(page), "course": "biology"}).status_code == 403
    assert tool.journal.platforms.tied(1, "course-7") is None


@pytest.mark.usefixtures("tied")
def test_a_course_that_is_gone_is_chosen_anew(browser: Browser, tool: Tool) -> None:
    tool.journal.platforms.tie(1, "course-7", "deleted-since", "tess")

    assert browser.come().endswith("/lti/choose")


@pytest.mark.parametrize("keeps_cookies", [True, False])
@pytest.mark.usefixtures("tied")
def test_a_visit_that_was_left_is_over_for_everybody(browser_at: Callable[..., Browser], keeps_cookies: bool) -> None:
    browser, other = browser_at(keeps_cookies=keeps_cookies), browser_at()
    address = browser.come()
    before = other.client.get(address).status_code
    assert before == (401 if keeps_cookies else 200), "without cookies the address is the secret"
    leaving = browser.client.get(f"{visit(address)}/logout")
    assert leaving.headers["location"] == "lti/leave"
    page = browser.client.get(f"{visit(address)}/lti/leave")
    left = browser.client.post(f"{visit(address)}/lti/leave", data={"csrf": csrf_of(page.text)})

    assert "has ended" in left.text
    for one in (browser, other):
        assert one.client.get(address).status_code == 401
        assert one.client.get(f"{visit(address)}/config").status_code == 401


@pytest.mark.parametrize(("language", "says"), [("en", "This visit has ended"), ("de", "Dieser Besuch ist beendet")])
def test_a_visit_that_has_ended_says_so_on_a_page_in_the_language_of_the_browser(
    browser: Browser, language: str, says: str
) -> None:
    shown = browser.client.get("/s/ended/", headers=HTML | {"Accept-Language": language})
    assert (shown.status_code, says in shown.text) == (401, True)
    assert f'<html lang="{language}">' in shown.text
    assert "frame-ancestors 'self' https://moodle.example" in shown.headers["content-security-policy"]

    script = browser.client.get("/s/ended/config", headers={"Accept-Language": language})
    assert script.status_code == 401
    assert script.text.startswith(says)


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        ([LEARNER], "learner"),
        ([INSTRUCTOR, LEARNER], "instructor"),
        (["http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant"], "instructor"),
        ([ADMINISTRATOR], "admin"),
        (["http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator"], "admin"),
        (["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator", LEARNER], "learner"),
        (["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"], "learner"),
        (["Instructor", "Administrator"], "learner"),
        ([], "learner"),
        ("Instructor", "learner"),
        ([None, 3, {}], "learner"),
    ],
)
@pytest.mark.usefixtures("tied")
def test_roles_are_those_in_the_course(browser: Browser, tool: Tool, roles: Any, role: str) -> None:
    address = browser.come(roles=roles)
    token = visit(address).removeprefix("/s/")
    found = tool.journal.visits.find(token, cookie_of(browser, token))

    assert found
    learner = found.learner
    assert (learner.role, learner.courses, learner.administers) == (role, {"biology"}, False)
    assert (learner.id, learner.name) == ("lti:4@https://moodle.example", "Anna")


def cookie_of(browser: Browser, token: str) -> str:
    (cookie,) = [one.value for one in browser.client.cookies.jar if one.path == f"/s/{token}"]
    return str(cookie)


@pytest.mark.usefixtures("tied")
def test_one_person_is_the_same_in_every_course(browser_at: Callable[..., Browser], tool: Tool) -> None:
    tool.journal.platforms.tie(1, "course-8", "biology", "tess")
    ids = set()
    for context in ("course-7", "course-8"):
        browser = browser_at()
        token = visit(browser.come(context={"id": context}, name=None)).removeprefix("/s/")
        found = tool.journal.visits.find(token, cookie_of(browser, token))
        assert found
        ids.add(found.learner.id)
    assert len(ids) == 1


def test_long_ids_are_short_here_and_differ(browser: Browser) -> None:
    from ui.lti.claims import learner_id

    ids = {learner_id("x" * 254 + end, "https://moodle.example") for end in "ab"}
    assert len(ids) == 2
    assert all(len(one) <= 200 for one in ids)


@pytest.mark.usefixtures("tied")
def test_what_an_activity_begins_with_comes_along_unless_it_was_left_blank(browser: Browser) -> None:
    custom = "https://purl.imsglobal.org/spec/lti/claim/custom"

    assert browser.come(**{custom: {"coursecite_start": "quiz"}}).endswith("?course=biology&start=quiz")
    assert browser.come(**{custom: {"coursecite_start": "$Activity.start"}}).endswith("?course=biology")
    assert browser.come(**{custom: ["quiz"]}).endswith("?course=biology")


def test_the_server_starts_with_a_tool(browser: Browser) -> None:
    """What Gradio does at the start is done: without it, questions are taken and never answered."""
    with browser.client as started:
        assert started.get("/lti/jwks").status_code == 200


def test_the_first_platform_closes_a_server_to_everybody_else_at_once(
    sqlite_journal: Journal, courses: Courses, platform: FakePlatform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = Tool(sqlite_journal, courses, ToolKeys(tmp_path), PlatformKeys(platform.fetch), BASE)
    app = in_event_loop(lambda: build(courses, ["learn.example"], journal=sqlite_journal, tool=tool))
    client = TestClient(app, base_url=BASE, follow_redirects=False)
    document = "/course/biology/document/cells"
    assert client.get(document).status_code == 200
    registered = sqlite_journal.platforms.put(platform.registration)
    sqlite_journal.platforms.tie(registered.id, str(CONTEXT["id"]), "biology", "tess")

    assert client.get(document).status_code == 401
    assert "opens from within your learning platform" in client.get("/", headers=HTML).text
    address = Browser(client, platform).come()
    assert client.get(f"{visit(address)}{document}").status_code == 200
    sqlite_journal.platforms.remove(registered.id)
    assert client.get(document).status_code == 401, "what was closed stays so, until whoever runs it starts it again"


def test_who_sits_at_a_machine_is_let_in_though_the_database_cannot_be_read() -> None:
    def broken() -> bool:
        raise JournalError("It is busy.")

    async def there(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("there")

    app = Starlette(routes=[Route("/", there)])
    assert TestClient(Gate(app, [], unknown=LOCAL, is_guarded=broken)).get("/").text == "there"
    assert TestClient(Gate(app, [], unknown=None, is_guarded=broken)).get("/").status_code == 401


@pytest.mark.parametrize("keeps_cookies", [True, False])
@pytest.mark.usefixtures("tied")
def test_beneath_a_path_of_another_server(tool: Tool, platform: FakePlatform, keeps_cookies: bool) -> None:
    beneath = replace(tool, base=f"{BASE}/sub")
    client = TestClient(without_chat(beneath), base_url=BASE, root_path="/sub", follow_redirects=False)
    browser = Browser(client, platform, keeps_cookies=keeps_cookies, root="/sub")
    address = browser.come()

    assert address.startswith("/sub/s/")
    assert {cookie.path for cookie in client.cookies.jar} == (
        {address.removesuffix("/?course=biology")} if keeps_cookies else set()
    )
    assert client.get(address).text == "there"
    assert client.get("/sub/").status_code == 401
    assert browser.depart()["redirect_uri"] == f"{BASE}/sub/lti/launch"


def test_the_public_keys_are_there_for_everybody(browser: Browser) -> None:
    (key,) = browser.client.get("/lti/jwks").json()["keys"]

    assert (key["kty"], key["alg"], "d" in key) == ("RSA", "RS256", False)


def test_pages_for_everybody_else_are_shown_in_no_other(browser: Browser) -> None:
    assert "https://moodle.example" in browser.client.get("/lti/jwks").headers["content-security-policy"]
    assert "https://moodle.example" not in browser.client.get("/").headers["content-security-policy"]
    assert "https://moodle.example" not in browser.client.get("/lti").headers["content-security-policy"]
