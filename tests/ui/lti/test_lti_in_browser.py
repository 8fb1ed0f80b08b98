"""An activity opened in a frame of a platform that is not ours, on another site, in a real Chromium."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import anyio
import pytest
from playwright.sync_api import FrameLocator, Page, Playwright, expect, sync_playwright
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag import Answer, Assistant
from tests.ui.accessibility import serious_findings
from tests.ui.conftest import FakeAssistant, in_event_loop, offered
from tests.ui.lti.conftest import CONTEXT
from tests.ui.lti.lms import CLIENT, DEPLOYMENT, Gradebook, lms_app
from tests.ui.serving import address_of, bound, serving
from ui.app import build
from ui.courses import Courses
from ui.journal import Journal, Registration, Visitor
from ui.learner import Role
from ui.lti.gradebooks import Gradebooks
from ui.lti.keys import ToolKeys
from ui.lti.launching import Tool
from ui.lti.platform_keys import PlatformKeys
from ui.texts.chat import ENGLISH
from ui.texts.lti import ENGLISH as TEXTS

texts = ENGLISH
CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-site-isolation-trials"]
"""The last: where a frame changes processes on its way through two sites, Playwright loses it now and then."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed: apt-get install chromium"
    ),
]


BLOCKED = {"cookie_controls_mode": 1, "block_third_party_cookies": True}
ALLOWED = {"cookie_controls_mode": 0, "block_third_party_cookies": False}


class Cookies:
    """With `dropped`, the server is to a browser what it is to one that keeps no cookies within frames."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.dropped = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def without(message: Message) -> None:
            if self.dropped and message["type"] == "http.response.start":
                message = {**message, "headers": [one for one in message["headers"] if one[0] != b"set-cookie"]}
            await send(message)

        await self.app(scope, receive, without)


@dataclass
class Site:
    """A server, its platform, and what answers there."""

    lms: str
    here: str
    journal: Journal
    cookies: Cookies
    courses: Courses
    gradebook: Gradebook
    gradebooks: Gradebooks

    def say(self, answer: Answer) -> None:
        """What is answered next."""
        assistant = FakeAssistant(course_title="Cells")
        assistant.enqueue(answer)
        current = self.courses["biology"].current
        assert current
        current.use(cast(Assistant, assistant))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Names of two sites: ``localhost`` shows pages of ``127.0.0.1`` in its frames."""
    folder, of_lms, of_tool = tmp_path_factory.mktemp("data"), bound(), bound()
    lms, here = address_of(of_lms, "localhost"), address_of(of_tool)
    journal = Journal.open(f"sqlite:///{folder / 'journal.sqlite'}")
    addresses = (f"{lms}/auth", f"{lms}/token", f"{lms}/jwks")
    registered = Registration("LMS", lms, CLIENT, *addresses, frozenset({DEPLOYMENT}), frozenset({lms}), None, True)
    journal.platforms.put(replace(registered, participation=True))
    courses = Courses([offered("biology", FakeAssistant(course_title="Cells"))])
    tool = Tool(journal, courses, ToolKeys(folder), PlatformKeys(), here, reports=True)
    gradebook = Gradebook()
    cookies = Cookies(in_event_loop(lambda: build(courses, journal=journal, tool=tool)))
    with serving(lms_app(lms, here, gradebook), of_lms), serving(cookies, of_tool):
        yield Site(lms, here, journal, cookies, courses, gradebook, Gradebooks(tool))
    journal.close()


@pytest.fixture
def tied(site: Site) -> None:
    site.cookies.dropped = False
    site.journal.platforms.tie(site.journal.platforms.all()[0].id, CONTEXT["id"], "biology", "tess")


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@contextmanager
def tab(playwright: Playwright, folder: Path, preferences: dict[str, Any]) -> Iterator[Page]:
    """A tab of a browser that was set up like this. Afterwards: no error of a script."""
    (folder / "Default").mkdir(parents=True)
    (folder / "Default" / "Preferences").write_text(json.dumps({"profile": preferences}), encoding="utf-8")
    context = playwright.chromium.launch_persistent_context(
        folder, executable_path=CHROMIUM, args=FLAGS, locale="en-GB", viewport={"width": 1200, "height": 1000}
    )
    context.set_default_timeout(60_000)
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    try:
        yield context.pages[0]
        assert complaints == []
    finally:
        context.close()


def ask_and_look(chat: FrameLocator | Page, answer: Answer) -> None:
    """Ask, look at the source, and say that it was helpful."""
    expect(chat.locator(".masthead h1")).to_have_text("Cells", timeout=60_000)
    question = chat.locator("#question textarea")
    question.fill("What is mitosis?")
    question.press("Enter")
    said = chat.locator("#messages [data-testid=bot]").last
    expect(said).to_contain_text(answer.sentences[0].text, timeout=60_000)
    expect(chat.locator("#shelf")).to_contain_text("What is mitosis?")
    said.locator("a.marker").first.click()
    expect(chat.locator("#source-pane mark").first).to_contain_text(answer.citations[0].quote)
    said.get_by_role("button", name=texts.copy).click()
    expect(said.get_by_role("button", name=texts.copied)).to_be_visible()
    said.locator("button.act.thumb").first.click()
    expect(chat.locator("#status")).to_contain_text(texts.thanks)


def conversations(site: Site, person: str) -> list[str]:
    return [one.title for one in site.journal.conversations.of(f"lti:{person}@{site.lms}")]


@pytest.mark.usefixtures("tied")
@pytest.mark.parametrize(
    ("person", "preferences"),
    [("anna", ALLOWED), ("ben", BLOCKED)],
    ids=["third-party cookies allowed", "third-party cookies blocked"],
)
def test_a_learner_asks_within_the_frame(
    playwright: Playwright, site: Site, answer: Answer, tmp_path: Path, person: str, preferences: dict[str, Any]
) -> None:
    site.say(answer)
    with tab(playwright, tmp_path / "browser", preferences) as page:
        page.goto(f"{site.lms}/course/{person}")
        ask_and_look(page.frame_locator("iframe"), answer)
        cookies = [one for one in page.context.cookies() if one["name"] == "coursecite_visit"]
        assert [one.get("partitionKey") for one in cookies] != [None]
        assert len(cookies) == 1
    assert conversations(site, person) == ["What is mitosis?"]
    with ThreadPoolExecutor() as thread:  # in this one Playwright's own loop runs
        thread.submit(anyio.run, site.gradebooks.tell).result()
    (score,) = [score for _, score in site.gradebook.scores if score["userId"] == person]
    assert (score["scoreGiven"], score["scoreMaximum"]) == (1, 1)


@pytest.mark.parametrize("cookies_dropped", [False, True])
def test_who_teaches_chooses_the_course_within_the_frame(
    playwright: Playwright, site: Site, tmp_path: Path, cookies_dropped: bool
) -> None:
    """Its form is taken, though the strict cookie of other forms does not come along."""
    platform = site.journal.platforms.all()[0]
    site.journal.platforms.tie(platform.id, CONTEXT["id"], "gone-since", "tess")
    site.cookies.dropped = cookies_dropped
    with tab(playwright, tmp_path / "browser", ALLOWED) as page:
        page.goto(f"{site.lms}/course/tess")
        frame = page.frame_locator("iframe")
        frame.get_by_label("Course").select_option("Cells")
        frame.get_by_role("button", name="Choose").click()
        expect(frame.locator(".masthead h1")).to_have_text("Cells", timeout=60_000)
        assert site.journal.platforms.tied(platform.id, CONTEXT["id"]) == "biology"

        frame.get_by_role("button", name=texts.conversations).click()
        frame.get_by_role("link", name=texts.choose_course).click()
        expect(frame.get_by_text("So far it is Cells.")).to_be_visible()
        expect(frame.get_by_label("Course")).to_have_value("biology")
        frame.get_by_role("link", name="Back").click()
        expect(frame.locator(".masthead h1")).to_have_text("Cells", timeout=60_000)


@pytest.mark.usefixtures("tied")
def test_a_browser_that_keeps_no_cookies_in_frames_gets_a_path(
    playwright: Playwright, site: Site, answer: Answer, tmp_path: Path
) -> None:
    site.say(answer)
    site.cookies.dropped = True
    with tab(playwright, tmp_path / "browser", ALLOWED) as page:
        page.goto(f"{site.lms}/course/cleo")
        ask_and_look(page.frame_locator("iframe"), answer)
        assert page.context.cookies() == []
    assert conversations(site, "cleo") == ["What is mitosis?"]


@pytest.mark.usefixtures("tied")
def test_a_lost_connection_is_told(playwright: Playwright, site: Site, tmp_path: Path) -> None:
    site.cookies.dropped = True
    with tab(playwright, tmp_path / "browser", ALLOWED) as page:
        page.route("**/lti/finish", lambda route: route.abort())
        page.goto(f"{site.lms}/course/dora")
        frame = page.frame_locator("iframe")
        expect(frame.get_by_role("alert")).to_have_text(TEXTS.cut_off)
        expect(frame.get_by_role("status")).to_have_count(0)


@pytest.mark.usefixtures("tied")
def test_a_platform_keeps_what_the_browser_does_not(
    playwright: Playwright, site: Site, answer: Answer, tmp_path: Path
) -> None:
    """Without cookies, and with the tab's storage blocked; the platform's own page remembers."""
    site.say(answer)
    site.cookies.dropped = True
    with tab(playwright, tmp_path / "browser", BLOCKED) as page:
        page.goto(f"{site.lms}/course/emil?keeps=true")
        ask_and_look(page.frame_locator("iframe"), answer)
    assert conversations(site, "emil") == ["What is mitosis?"]


@pytest.mark.usefixtures("tied")
def test_a_browser_that_keeps_nothing_in_frames_opens_a_tab(
    playwright: Playwright, site: Site, answer: Answer, tmp_path: Path
) -> None:
    site.say(answer)
    blocked = {"content_settings": {"exceptions": {"cookies": {"127.0.0.1,localhost": {"setting": 2}}}}}
    with tab(playwright, tmp_path / "browser", blocked) as page:
        page.goto(f"{site.lms}/course/dora")
        frame = page.frame_locator("iframe")
        expect(frame.get_by_text("remember nothing")).to_be_visible(timeout=60_000)
        with page.context.expect_page() as opened:
            frame.get_by_role("link", name="Open in a new tab").click()
        ask_and_look(opened.value, answer)
    assert conversations(site, "dora") == ["What is mitosis?"]


def looked_at(page: Page) -> None:
    """Nobody stumbles over this page, by day or by night."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=cast("Any", scheme))
        assert serious_findings(page) == [], page.url


@pytest.fixture
def page(playwright: Playwright) -> Iterator[Page]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    page = browser.new_page(viewport={"width": 400, "height": 700}, locale="en-GB")
    page.set_default_timeout(60_000)
    yield page
    browser.close()


def begun(site: Site, role: Role, linking: dict[str, Any] | None = None, context: str = str(CONTEXT["id"])) -> str:
    """The address of a visit that needs no cookie."""
    platform = site.journal.platforms.all()[0]
    visitor = Visitor(platform.id, context, "Biology 101", f"lti:{role}", "", role, linking)
    token, _ = site.journal.visits.start(visitor, with_cookie=False)
    return f"{site.here}/s/{token}"


@pytest.mark.usefixtures("tied")
def test_pages_of_a_visit_can_be_read_by_everybody(page: Page, site: Site) -> None:
    teaching = begun(site, "instructor")
    page.goto(f"{teaching}/lti/choose")
    expect(page.get_by_text("So far it is Cells.")).to_be_visible()
    looked_at(page)
    page.goto(f"{begun(site, 'learner', context='another')}/lti/choose")
    expect(page.get_by_text("has not chosen yet")).to_be_visible()
    looked_at(page)
    linking = {"return_url": f"{site.lms}/return", "data": None, "deployment": DEPLOYMENT}
    page.goto(f"{begun(site, 'instructor', linking)}/lti/deep-link")
    expect(page.get_by_label(TEXTS.reporting)).to_be_visible()
    looked_at(page)
    page.route("**/lti/static/linked.js", lambda route: route.abort())  # else it goes to the platform at once
    page.get_by_role("button", name=TEXTS.make_activity).click()
    page.wait_for_load_state()
    assert page.locator("#activity").get_attribute("action") == f"{site.lms}/return"
    looked_at(page)
    page.goto(f"{teaching}/lti/deep-link")
    expect(page.get_by_role("heading", name=TEXTS.not_opened)).to_be_visible()
    looked_at(page)

    page.goto(f"{teaching}/lti/leave")
    looked_at(page)
    page.get_by_role("button", name=TEXTS.leave).click()
    expect(page.get_by_text(TEXTS.left)).to_be_visible()
    looked_at(page)
    page.goto(f"{teaching}/")
    expect(page.get_by_text("This visit has ended")).to_be_visible()
    looked_at(page)


def test_pages_on_the_way_can_be_read_by_everybody(page: Page, site: Site) -> None:
    asked = urlencode({"iss": site.lms, "client_id": CLIENT, "login_hint": "anna"})
    page.route("**/lti/static/*.js", lambda route: route.abort())  # else the page is left at once
    page.goto(f"{site.here}/lti/login?{asked}")
    expect(page.get_by_text(TEXTS.opening)).to_be_visible()
    looked_at(page)
    page.locator("#kept-out").evaluate("element => { element.hidden = false; }")
    expect(page.get_by_role("link", name=TEXTS.new_tab)).to_be_visible()
    looked_at(page)
    page.goto(f"{site.here}/lti/login?iss=https://nobody.example")
    expect(page.get_by_text("not registered here")).to_be_visible()
    looked_at(page)

    page.unroute("**/lti/static/*.js")
    page.route("**/lti/static/arrive.js", lambda route: route.abort())
    site.cookies.dropped = True
    page.goto(f"{site.here}/lti/login?{asked}&lti_message_hint=once")
    page.wait_for_url("**/lti/launch")
    page.locator("#kept-out").evaluate("element => { element.hidden = false; }")
    expect(page.get_by_text("could not show")).to_be_visible()
    looked_at(page)


@pytest.mark.usefixtures("tied")
def test_a_platform_registers_itself_on_pages_that_everybody_can_read(page: Page, site: Site) -> None:
    invitation = site.journal.platforms.invite(private_network=True)
    asked = {"invitation": invitation, "openid_configuration": f"{site.lms}/configuration"}
    page.goto(f"{site.here}/lti/register?{urlencode(asked)}")
    looked_at(page)
    page.get_by_label(TEXTS.reports).check()
    page.get_by_role("button", name=TEXTS.register).click()
    expect(page.get_by_text("localhost is registered")).to_be_visible()
    looked_at(page)

    platform = site.journal.platforms.find(site.lms, "registered")
    assert platform
    assert platform.registration.participation
    site.journal.platforms.remove(platform.id)
