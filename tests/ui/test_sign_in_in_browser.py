"""Signing in and out as a person does it: a real server with the whole app, a real Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from rag import Answer
from tests.ui.accessibility import serious_findings
from tests.ui.conftest import FakeAssistant, in_event_loop, one_course
from tests.ui.serving import serving
from ui.app import build
from ui.journal import Journal

CHROMIUM = shutil.which("chromium")
PASSWORD = "correct horse battery"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed: apt-get install chromium"
    ),
]


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def server(sqlite_journal: Journal, assistant: FakeAssistant, answer: Answer) -> Iterator[str]:
    sqlite_journal.accounts.add("ida", "learner", PASSWORD)
    assistant.enqueue(answer)
    app = in_event_loop(lambda: build(one_course(assistant), journal=sqlite_journal, accounts=sqlite_journal))
    with serving(app) as address:
        yield address


def test_somebody_signs_in_asks_and_signs_out(browser: Browser, server: str, sqlite_journal: Journal) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 640}, locale="de-DE")
    page.set_default_timeout(30_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))

    page.goto(f"{server}/?course=course")
    expect(page).to_have_title("Anmelden – Coursecite")
    expect(page.get_by_label("Name")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert serious_findings(page) == []

    page.keyboard.type("ida")
    page.keyboard.press("Tab")
    page.keyboard.type("a wrong password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("gehören nicht zusammen")
    page.emulate_media(color_scheme="dark")
    assert serious_findings(page) == []

    page.get_by_label("Name").fill("Ida")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    expect(page).to_have_url(f"{server}/?course=course")
    expect(page.locator("#question textarea")).to_be_editable(timeout=30_000)
    assert page.evaluate("document.cookie") == ""

    expect(page.get_by_role("heading", name="Biology")).to_be_visible(timeout=30_000)
    page.locator("#question textarea").fill("What is mitosis?")
    page.keyboard.press("Enter")
    expect(page.locator("#shelf")).to_contain_text("What is mitosis?", timeout=30_000)
    ida = sqlite_journal.accounts.of("ida")
    assert ida
    assert [one.title for one in sqlite_journal.conversations.of(ida.id)] == ["What is mitosis?"]
    assert page.get_by_role("link", name="Abmelden", include_hidden=True).get_attribute("href") == "logout"

    page.goto(f"{server}/logout")
    assert serious_findings(page) == []
    page.get_by_role("button", name="Abmelden").click()
    expect(page).to_have_title("Anmelden – Coursecite")
    page.go_back()
    page.goto(server)
    expect(page).to_have_title("Anmelden – Coursecite")
    assert complaints == []
