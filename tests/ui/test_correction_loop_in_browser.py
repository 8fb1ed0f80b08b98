"""From a refusal to the right answer, as two people go there: a real server, a real Chromium, models as doubles."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.ui.accessibility import serious_findings
from tests.ui.conftest import in_event_loop
from tests.ui.instructor_desk import desk_over
from tests.ui.serving import serving
from ui.app import build
from ui.instructor import Desk
from ui.sign_in import learner_of
from ui.texts.chat import ENGLISH

CHROMIUM = shutil.which("chromium")
PASSWORD = "correct horse battery"
PATIENCE = 60_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed: apt-get install chromium"
    ),
]

NOTES = b"""# Exam

The written exam takes ninety minutes and takes place in the large hall.

# Rocks

Granite cools slowly below the ground. Basalt cools quickly at the surface.
"""


@pytest.fixture
def desk(biology: Path, tmp_path: Path) -> Iterator[Desk]:
    desk = desk_over(biology, tmp_path / "data", learner_of=learner_of)
    desk.journal.accounts.add("ida", "instructor", PASSWORD)
    desk.journal.accounts.add("leo", "learner", PASSWORD)
    yield desk
    desk.journal.close()


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    app = in_event_loop(lambda: build(desk.courses, desk=desk, journal=desk.journal, accounts=desk.journal))
    with serving(app) as address:
        yield address


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def signed_in(browser: Browser, address: str, name: str) -> Iterator[Page]:
    """Somebody's own browser, in the chat. Afterwards: no error in its scripts."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".masthead[lang]")).to_be_visible()
    yield page
    assert complaints == []
    context.close()


def ask(page: Page, question: str) -> None:
    page.get_by_role("textbox", name=ENGLISH.question).fill(question)
    page.get_by_role("button", name=ENGLISH.ask, exact=True).click()


def test_what_is_refused_is_corrected_by_the_instructor_and_cited_to_the_learner(
    browser: Browser, address: str, desk: Desk
) -> None:
    expect.set_options(timeout=PATIENCE)
    with signed_in(browser, address, "ida") as ida, signed_in(browser, address, "leo") as leo:
        # The instructor goes from the chat to the pages, creates a course and fills it.
        expect(leo.get_by_role("link", name=ENGLISH.for_instructors)).to_have_count(0)
        ida.get_by_role("link", name=ENGLISH.for_instructors).click()
        ida.get_by_role("link", name="Courses").click()
        ida.get_by_label("Title").fill("Rocks")
        ida.get_by_role("button", name="Create course").click()
        ida.locator("#upload").set_input_files([{"name": "notes.md", "mimeType": "text/markdown", "buffer": NOTES}])
        expect(ida.locator("table.files tbody tr").filter(has_text="notes.md")).to_contain_text("Nothing")

        # The learner asks what the course does not say, and is told so; another answer is of no help to them.
        leo.reload()
        leo.get_by_role("link", name="Rocks").click()
        expect(leo.get_by_role("heading", level=1)).to_have_text("Rocks")
        ask(leo, "Who discovered plate tectonics?")
        expect(leo.locator("#status .status")).to_have_text(ENGLISH.refused)
        ask(leo, "How does granite cool?")
        expect(leo.locator("#messages")).to_contain_text("Granite cools slowly below the ground.")
        expect(leo.locator("#status .status")).to_have_text("Done, 2 sources")
        leo.get_by_role("button", name=ENGLISH.unhelpful).last.click()
        leo.get_by_role("textbox", name=ENGLISH.other_reason).fill("At what depth?")
        leo.keyboard.press("Enter")
        expect(leo.locator("#status .status")).to_have_text(ENGLISH.thanks)

        # Both stand on the review page, with the reason; the first one gets its answer, and a passage.
        ida.get_by_role("link", name="Review").click()
        expect(ida.get_by_role("article", name="How does granite cool?")).to_contain_text("At what depth?")
        refused = ida.get_by_role("article", name="Who discovered plate tectonics?")
        expect(refused).to_contain_text("not answered")
        refused.get_by_role("button", name="Write the right answer").click()
        ida.get_by_label("Right answer").fill("Alfred Wegener proposed it; ask me in the next lecture.")
        ida.get_by_label("Find a passage in the course").fill("basalt surface")
        ida.get_by_role("button", name="Search", exact=True).click()
        ida.get_by_label("Basalt cools quickly at the surface.").check()
        assert serious_findings(ida) == []
        ida.get_by_role("button", name="Save the answer").click()
        expect(ida.get_by_role("article", name="Who discovered plate tectonics?")).to_have_count(1)  # a correction now
        expect(ida.locator("#corrections ~ article")).to_contain_text("Alfred Wegener proposed it")
        ida.get_by_role("link", name="Files").click()
        expect(ida.locator("#indexing-progress")).to_be_hidden()

        # The learner, in the same tab, asks again.
        ask(leo, "who discovered plate tectonics")
        last = leo.get_by_role("group", name=ENGLISH.answer).last
        expect(last).to_contain_text("Alfred Wegener proposed it; ask me in the next lecture.")
        expect(last.locator(".sources:not(.found)")).to_contain_text("Instructor's answer")
        last.locator("a.marker").first.click()
        expect(leo.locator("#source-pane mark")).to_contain_text("Alfred Wegener")
        assert serious_findings(leo) == []

        # And the evaluation has the case; the chat is one click away.
        ida.get_by_role("link", name="Evaluation").click()
        expect(ida.get_by_text("Questions in the set: 1")).to_be_visible()
        (case,) = (desk.courses["rocks"].folder / "evaluation.jsonl").read_text(encoding="utf-8").splitlines()
        assert json.loads(case)["question"] == "Who discovered plate tectonics?"
        ida.get_by_role("link", name="Chat").click()
        expect(ida.get_by_role("heading", level=1)).to_have_text("Rocks")
