"""report.html as an instructor opens it: a real Chromium, the file itself, no server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from eval import RunOptions, run, write_report
from eval.questions import question_from_json
from tests.eval.conftest import course_documents, question_items
from tests.eval.test_compare import Refusing
from tests.eval.test_report import HOSTILE

CHROMIUM = shutil.which("chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed: apt-get install chromium"
    ),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run in which most kinds of failure occur, with a question that is an attack, and lower-case variants."""
    folder = tmp_path_factory.mktemp("report") / "run"
    attack = {"id": "attack", "question": f"How many gates? {HOSTILE}", "answers": ["three"]}
    questions = [question_from_json(item) for item in (*question_items(), attack)]
    run(Refusing(course_documents()), questions, folder, RunOptions(shapes=("lower_case",), oracle_limit=0))
    return write_report(folder)


@contextmanager
def opened(browser: Browser, report: Path, anchor: str = "", **context: object) -> Iterator[Page]:
    """The report in a tab of its own. Afterwards: nothing on the console, nothing asked of anybody."""
    tab = browser.new_context(**context)
    tab.set_default_timeout(10_000)
    complaints: list[str] = []
    page = tab.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    tab.on("request", lambda one: None if one.url.startswith(("file:", "data:")) else complaints.append(one.url))
    try:
        page.goto(f"{report.as_uri()}{anchor}")
        yield page
        assert complaints == []
    finally:
        tab.close()


@pytest.fixture
def page(browser: Browser, report: Path) -> Iterator[Page]:
    with opened(browser, report) as page:
        yield page


def test_it_opens_with_the_verdict_and_the_headline(page: Page) -> None:
    expect(page).to_have_title("Evaluation: Biology and networks")
    expect(page.get_by_role("heading", name="What is bad")).to_be_visible()
    expect(page.get_by_role("row", name="Right answers").first).to_contain_text("%")
    expect(page.get_by_role("img")).to_have_count(4)


def test_a_question_to_look_at_first_opens_with_its_passage_marked(page: Page) -> None:
    page.locator("ol.first").get_by_role("link", name="What do red blood cells carry?", exact=True).click()

    entry = page.locator("details[open]")
    expect(entry).to_have_count(1)
    expect(entry).to_be_in_viewport()
    expect(entry).to_contain_text("The right passage was found, but the answer is wrong.")
    expect(entry.locator("mark.cited.gold")).to_have_text("carry oxygen")


def test_a_link_to_a_question_opens_it(browser: Browser, report: Path) -> None:
    with opened(browser, report, "#q2") as page:
        expect(page.locator("#q2")).to_have_attribute("open", "")


def test_questions_are_filtered_and_searched(page: Page) -> None:
    shown = page.locator("details.question:visible")
    status = page.get_by_role("status")
    expect(status).to_have_text("16 of 16 questions")

    page.get_by_role("combobox", name="Outcome").select_option("missed refusal")
    expect(shown).to_have_count(2)
    expect(status).to_have_text("2 of 16 questions")

    page.get_by_role("combobox", name="Outcome").select_option("")
    page.get_by_role("combobox", name="Asked as").select_option("lower case")
    page.get_by_role("searchbox", name="Search").fill("EPINEPHRINE")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text("gland secretes epinephrine")

    page.get_by_role("searchbox", name="Search").fill("no such words")
    expect(page.get_by_text("No question fits.")).to_be_visible()

    page.locator("ol.first").get_by_role("link").first.click()  # leads to a question that the filter had hidden
    expect(page.locator("details.question[open]")).to_be_visible()
    expect(status).to_have_text("16 of 16 questions")


def test_a_question_opens_by_keyboard(page: Page) -> None:
    page.locator("#q1 summary").focus()
    page.keyboard.press("Enter")

    expect(page.locator("#q1")).to_have_attribute("open", "")
    expect(page.locator("#q1 blockquote")).to_be_visible()


def test_an_attack_is_shown_as_text(page: Page) -> None:
    expect(page.locator("#q8 summary")).to_contain_text(HOSTILE)
    assert page.locator("img, iframe").count() == 0


def test_without_scripts_everything_but_the_filter_is_there(browser: Browser, report: Path) -> None:
    with opened(browser, report, java_script_enabled=False) as page:
        expect(page.locator("#filter")).to_be_hidden()
        expect(page.locator("details.question")).to_have_count(16)
        page.locator("#q1 summary").click()
        expect(page.locator("#q1 blockquote")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_and_fits_a_phone(browser: Browser, report: Path, scheme: str) -> None:
    with opened(browser, report, color_scheme=scheme, viewport={"width": 360, "height": 740}) as page:
        for question in page.locator("details.question").all()[:3]:
            question.locator("summary").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        for selector in ("body", ".about", ".badge.good", ".badge.bad", ".badge.warn", "mark.cited", ".note", "nav a"):
            assert page.locator(selector).first.evaluate(CONTRAST) >= 4.5, selector


CONTRAST = """element => {
    const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255)
        .map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    let behind = element;
    while (parse(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
    const [one, other] = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor]
        .map((colour) => luminance(parse(colour)));
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}"""
