"""The widget on a page of another site: two real servers on two sites, a real Chromium; the assistant is a double."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from rag import Answer
from tests.ui.accessibility import serious_findings
from tests.ui.conftest import FakeAssistant, in_event_loop, one_course
from tests.ui.serving import serving
from ui.app import build
from ui.journal import Journal

CHROMIUM = shutil.which("chromium")
PATIENCE = 30_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed: apt-get install chromium"
    ),
]


@pytest.fixture
def address(sqlite_journal: Journal, assistant: FakeAssistant) -> Iterator[str]:
    """Our server, by a name that makes the site of the other one another site."""
    sqlite_journal.accounts.add("ida", "admin", "correct horse battery")
    app = in_event_loop(lambda: build(one_course(assistant), journal=sqlite_journal, accounts=sqlite_journal))
    with serving(app) as address:
        yield address.replace("127.0.0.1", "localhost")


@pytest.fixture
def site(address: str) -> Iterator[str]:
    """A site with a page that forbids itself all but what the widget needs."""

    async def course_page(_request: Request) -> HTMLResponse:
        policy = f"default-src 'none'; script-src {address}; frame-src {address}"
        script = f'<script src="{address}/widget/coursecite.js" data-course="course" async></script>'
        content = f"<!doctype html><html lang=en><title>Cells</title><main><h1>Cells</h1><p>A page.</main>{script}"
        return HTMLResponse(content, headers={"Content-Security-Policy": policy})

    with serving(Starlette(routes=[Route("/", course_page)])) as site:
        yield site


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    expect.set_options(timeout=PATIENCE)
    context = browser.new_context(viewport={"width": 1000, "height": 800}, reduced_motion="reduce", locale="en-GB")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []
    context.close()


def test_a_visitor_opens_it_asks_sees_the_sources_and_closes_it(
    page: Page, site: str, sqlite_journal: Journal, assistant: FakeAssistant, answer: Answer, refusal: Answer
) -> None:
    sqlite_journal.widgets.put("course", [site])
    assistant.enqueue(answer, refusal, answer)
    page.goto(site)
    button = page.get_by_role("button", name="Ask the course")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    frame = page.frame_locator("iframe[title='Ask the course']")
    expect(frame.get_by_role("textbox", name="Your question")).to_be_focused()

    page.keyboard.type("What is mitosis?")
    page.keyboard.press("Enter")
    expect(frame.locator(".answer")).to_contain_text("It is followed by meiosis. (weakly supported)")
    expect(frame.get_by_role("status")).to_have_text("Done")
    frame.get_by_role("button", name="[2]").first.click()
    expect(frame.locator("blockquote").last).to_have_text("Meiosis makes four cells")
    assert serious_findings(page) == []

    frame.get_by_role("textbox", name="Your question").fill("When is the exam?")
    frame.get_by_role("button", name="Ask", exact=True).click()
    expect(frame.locator(".answer").last).to_contain_text("The course material does not answer this question.")
    frame.get_by_role("button", name="§ Meiosis").click()
    expect(frame.locator(".asked").last).to_have_text("What does the course say about Meiosis?")
    expect(frame.locator(".answer").last).to_contain_text("followed by meiosis")
    assert len(assistant.histories[-1]) == 4

    page.keyboard.press("Escape")
    expect(page.locator("iframe")).to_be_hidden()
    expect(button).to_be_focused()
    assert page.context.cookies() == []


def test_a_site_that_is_not_listed_is_shown_nothing(page: Page, site: str, sqlite_journal: Journal) -> None:
    sqlite_journal.widgets.put("course", ["https://other.example"])
    refusals: list[str] = []
    page.on("console", lambda said: refusals.append(said.text))
    page.goto(site)
    page.get_by_role("button", name="Ask the course").click()
    page.wait_for_timeout(1500)

    assert page.frame_locator("iframe").get_by_role("textbox").count() == 0
    assert any("frame-ancestors" in one for one in refusals)


def test_it_fits_a_phone_and_the_dark(
    browser: Browser, site: str, address: str, sqlite_journal: Journal, assistant: FakeAssistant, answer: Answer
) -> None:
    sqlite_journal.widgets.put("course", [site])
    assistant.enqueue(answer)
    page = browser.new_page(viewport={"width": 360, "height": 640}, color_scheme="dark", locale="de-DE")
    page.goto(f"{address}/widget/course")  # by itself, as somebody would see it who follows the address
    page.get_by_role("textbox", name="Ihre Frage").fill("Was ist Mitose?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Fertig", timeout=PATIENCE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert serious_findings(page) == []
