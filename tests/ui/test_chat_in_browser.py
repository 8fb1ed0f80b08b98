"""The chat as a learner meets it: a real server, a real Chromium, only the assistant is a double."""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, Locator, Page, Playwright, Route, expect, sync_playwright

from corpus import Place
from rag import NOT_IN_COURSE, Answer, Assistant, ModelFailed, Sentence, Support
from tests.ui.accessibility import serious_findings
from tests.ui.conftest import FakeAssistant, cite, course_document, in_event_loop, one_course, passages
from ui.app import build
from ui.courses import Courses
from ui.handlers import EXAMPLES
from ui.journal import Journal
from ui.learner import LOCAL
from ui.texts.chat import ENGLISH, GERMAN

texts = ENGLISH

expect.set_options(timeout=60_000)  # a busy machine is slow, not wrong

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--force-prefers-reduced-motion"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed: apt-get install chromium"
    ),
]

# Each runs `alert` if it is ever taken for markup, code or a link that is followed.
HOSTILE = {
    "image": "<img src=x onerror=alert(1)>",
    "script": "</p></article><script>alert(2)</script>",
    "markdown": "[a](javascript:alert(3)) ![b](http://evil.example/pixel.png) **c** `d`",
    "entity": "&lt;svg onload=alert(4)&gt; &amp;",
    "latex": "$\\sqrt{2}$ $$\\alpha$$ \\(x\\)",
    "attribute": "\" onmouseover=alert(5) x='",
    "link": "javascript:alert(6)",
    "template": "${alert(7)} {{constructor.constructor('alert(8)')()}}",
}


@contextmanager
def served(courses: Courses, journal: Journal | None = None) -> Iterator[str]:
    """The address of a server for these courses, on a port that was free."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            in_event_loop(lambda: build(courses, journal=journal)),
            log_level="warning",
            timeout_graceful_shutdown=1,
            ws="none",
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=20)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def courses() -> Courses:
    return one_course(FakeAssistant())


@pytest.fixture(scope="module")
def running(courses: Courses, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    journal = Journal.open(f"sqlite:///{tmp_path_factory.mktemp('data') / 'journal.sqlite'}")
    with served(courses, journal) as address:
        yield address
    journal.close()


@pytest.fixture
def server(running: str, courses: Courses, assistant: FakeAssistant) -> str:
    """The one server of all these tests; what `assistant` says is new in each."""
    current = courses["course"].current
    assert current
    current.use(cast(Assistant, assistant))
    return running


_LEAVING = ("signal is aborted without reason", "errored out")
"""What Gradio says of its own stream where its page is left while that is still being opened."""


@contextmanager
def visited(
    browser: Browser, address: str, width: int = 1280, height: int = 800, dark: bool = False, locale: str = "en-GB"
) -> Iterator[Page]:
    """The chat in a tab of its own. Afterwards: no error on the console, nothing asked of another host."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        locale=locale,
    )
    context.set_default_timeout(60_000)
    complaints: list[str] = []
    page = context.new_page()
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(f"alert({dialog.message})"), dialog.dismiss()))
    context.on("request", lambda request: None if _is_here(request.url, address) else complaints.append(request.url))
    try:
        page.goto(address)
        expect(page.locator(".masthead[lang]")).to_be_visible()
        yield page
        assert [one for one in complaints if not any(words in one for words in _LEAVING)] == []
    finally:
        context.close()


def _is_here(url: str, address: str) -> bool:
    return url.startswith(f"{address}/") or urlsplit(url).scheme in ("data", "blob")


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    with visited(browser, server) as page:
        yield page


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name=texts.question)


def status(page: Page) -> Locator:
    return page.locator("#status .status")


def last_answer(page: Page) -> Locator:
    return page.get_by_role("group", name=texts.answer).last


def pane(page: Page) -> Locator:
    return page.get_by_role("complementary", name=texts.source)


def ask(page: Page, question: str) -> None:
    box(page).fill(question)
    page.get_by_role("button", name=texts.ask, exact=True).click()


def test_what_is_typed_while_the_page_opens_can_be_asked(
    browser: Browser, server: str, assistant: FakeAssistant, answer: Answer
) -> None:
    assistant.enqueue(answer)
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/gradio_api/queue/join*", hold, times=1)
        page.goto(server)
        page.locator("#question textarea").fill("What is mitosis?")
        while not held:  # the page says that it has arrived
            page.wait_for_timeout(50)
        held[0].continue_()
        expect(page.locator(".masthead[lang]")).to_be_visible()

        expect(box(page)).to_have_value("What is mitosis?")
        page.get_by_role("button", name=texts.ask, exact=True).click()
        expect(page.locator(".question")).to_have_text("What is mitosis?")


def test_sources_then_sentences_then_the_passage_behind_a_marker(
    page: Page, assistant: FakeAssistant, answer: Answer
) -> None:
    assistant.gated = True
    assistant.enqueue(answer)
    ask(page, "What is mitosis?")

    expect(page.locator(".question")).to_have_text("What is mitosis?")
    expect(status(page)).to_have_text(texts.searching)
    expect(page.get_by_text(texts.found)).to_have_count(0)

    assistant.step()
    expect(status(page)).to_have_text(texts.writing)
    expect(last_answer(page).get_by_role("link")).to_have_count(3)
    expect(last_answer(page)).to_contain_text("§ Energy")
    expect(last_answer(page).locator(".text")).to_have_count(0)

    assistant.step()
    expect(last_answer(page)).to_contain_text("Mitosis gives two equal nuclei.")
    expect(last_answer(page)).not_to_contain_text("followed by meiosis")

    assistant.step()
    assistant.step()
    expect(last_answer(page)).to_contain_text("It is followed by meiosis. (weakly supported)")
    expect(status(page)).to_have_text("Done, 2 sources")
    expect(page.get_by_role("button", name=texts.ask, exact=True)).to_be_visible()
    expect(last_answer(page).get_by_role("link", name="§ Energy")).to_be_hidden()  # found but not cited: folded away

    page.get_by_role("link", name="[2]", exact=True).first.click()
    expect(pane(page)).to_contain_text("§ Meiosis")
    expect(pane(page).locator("mark")).to_have_text("Meiosis makes four cells")
    expect(pane(page).locator("mark")).to_be_in_viewport()
    expect(pane(page)).to_contain_text("with half the chromosomes")

    last_answer(page).get_by_text(texts.not_cited).click()
    last_answer(page).get_by_role("link", name="§ Energy").click()
    expect(pane(page)).to_contain_text("Plants store energy as starch.")
    expect(pane(page).locator("mark")).to_have_count(0)


def test_everything_works_by_keyboard(page: Page, assistant: FakeAssistant, answer: Answer) -> None:
    assistant.enqueue(answer)
    expect(box(page)).to_be_focused()
    page.keyboard.type("What is mitosis?")
    page.keyboard.press("Enter")
    expect(status(page)).to_have_text("Done, 2 sources")

    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.className") == "marker":
            break
    markers = page.locator("a.marker")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(markers.first).to_be_focused()

    page.keyboard.press("Enter")
    expect(pane(page).get_by_role("heading")).to_be_focused()
    expect(pane(page).locator("mark")).to_have_text("Mitosis divides one nucleus into two equal nuclei.")

    page.keyboard.press("Escape")
    expect(pane(page)).to_be_hidden()
    expect(markers.first).to_be_focused()


def test_a_marker_keeps_the_focus_while_the_answer_grows(page: Page, assistant: FakeAssistant, answer: Answer) -> None:
    assistant.gated = True
    assistant.enqueue(answer)
    ask(page, "What is mitosis?")
    assistant.step()
    assistant.step()
    page.get_by_role("link", name="[1]", exact=True).focus()
    assistant.step()
    expect(last_answer(page)).to_contain_text("followed by meiosis")
    expect(page.locator("a.marker").first).to_be_focused()
    assistant.step()
    expect(status(page)).to_have_text("Done, 2 sources")


def test_stop_ends_the_answer_and_leaves_what_was_written(page: Page, assistant: FakeAssistant, answer: Answer) -> None:
    assistant.gated = True
    assistant.enqueue(answer, answer)
    ask(page, "What is mitosis?")
    assistant.step()
    assistant.step()
    expect(last_answer(page)).to_contain_text("Mitosis gives two equal nuclei.")

    page.get_by_role("button", name=texts.stop, exact=True).click()
    expect(status(page)).to_have_text(texts.stopped)
    expect(last_answer(page)).to_contain_text(texts.stopped_note)
    assistant.step()
    assert assistant.closed.wait(5)
    expect(last_answer(page)).not_to_contain_text("followed by meiosis")

    assistant.gated = False
    ask(page, "Once more?")
    expect(last_answer(page)).to_contain_text("followed by meiosis")
    expect(status(page)).to_have_text("Done, 2 sources")


def test_a_closed_tab_stops_its_answer(browser: Browser, server: str, assistant: FakeAssistant, answer: Answer) -> None:
    long = replace(answer, sentences=answer.sentences * 50)
    assistant.gated = True
    assistant.enqueue(long)
    with visited(browser, server) as page:
        ask(page, "What is mitosis?")
        assistant.step()
        expect(last_answer(page)).to_contain_text("§ Energy")
    for _ in range(40):  # the server hears of it, and stops, long before the hundredth sentence
        assistant.step()
        if assistant.closed.wait(0.5):
            break
    assert assistant.closed.is_set()


def test_a_refusal_suggests_sections_to_ask_about(
    page: Page, assistant: FakeAssistant, refusal: Answer, answer: Answer
) -> None:
    assistant.enqueue(refusal, answer)
    ask(page, "When is the exam?")
    expect(last_answer(page)).to_contain_text(NOT_IN_COURSE)
    expect(last_answer(page)).to_contain_text(texts.nearest)
    expect(status(page)).to_have_text(texts.refused)

    page.get_by_role("button", name="§ Meiosis").click()
    expect(page.locator(".question").last).to_have_text("What does the course say about Meiosis?")
    expect(status(page)).to_have_text("Done, 2 sources")
    assert [message.content for message in assistant.histories[-1]] == ["When is the exam?", NOT_IN_COURSE]


def test_an_example_question_is_asked_with_one_click(page: Page, assistant: FakeAssistant, answer: Answer) -> None:
    assistant.enqueue(answer)
    page.get_by_role("button", name="What is Meiosis?").click()
    expect(page.locator(".question")).to_have_text("What is Meiosis?")
    expect(status(page)).to_have_text("Done, 2 sources")


def test_errors_are_one_sentence(page: Page, assistant: FakeAssistant, answer: Answer) -> None:
    ask(page, "   ")
    expect(status(page)).to_have_text("The question is empty; type what you want to know about the course.")

    assistant.enqueue(ModelFailed("The model tiny broke off."), answer)
    ask(page, "What is mitosis?")
    expect(last_answer(page).locator(".note")).to_have_text("The model tiny broke off.")
    ask(page, "Once more?")
    expect(status(page)).to_have_text("Done, 2 sources")


def test_a_defect_of_ours_gives_the_question_box_back(page: Page, assistant: FakeAssistant, answer: Answer) -> None:
    unknown = replace(answer.sentences[0], support=cast(Support, "no such state"))
    assistant.enqueue(replace(answer, sentences=(unknown,)), answer)
    ask(page, "What is mitosis?")
    expect(status(page)).to_have_text(texts.broke)
    ask(page, "Once more?")
    expect(status(page)).to_have_text("Done, 2 sources")


def test_what_courses_models_and_learners_write_is_text(browser: Browser) -> None:
    document = course_document(title=HOSTILE["image"], parts={HOSTILE[name]: text for name, text in HOSTILE.items()})
    quote = HOSTILE["template"]
    start = document.text.rindex(quote)
    citation = replace(cite(1, document, quote), start=start, end=start + len(quote), place=Place((HOSTILE["script"],)))
    chunks = passages(document)
    answer = Answer(
        question="",
        answered=True,
        sentences=tuple(Sentence(text, "weak", (1,)) for text in HOSTILE.values()),
        citations=(citation,),
        retrieved=(),
        asked=HOSTILE["image"],
    )
    refusal = Answer("", False, (), nearest=tuple(chunks))
    assistant = FakeAssistant(document, course_title=" ".join(HOSTILE.values()))
    assistant.enqueue(answer, refusal, ModelFailed(HOSTILE["image"]))
    with served(one_course(assistant)) as address, visited(browser, address) as page:
        expect(page.get_by_role("heading", level=1)).to_have_text(" ".join(HOSTILE.values()))
        for text in list(HOSTILE.values())[:EXAMPLES]:
            expect(page.get_by_role("button", name=f"What is {text}?")).to_have_count(1)

        ask(page, "\n".join(HOSTILE.values()))
        expect(status(page)).to_have_text("Done, 1 source")
        for text in HOSTILE.values():
            expect(page.get_by_role("group", name=texts.question)).to_contain_text(text)
            expect(last_answer(page).locator(".text")).to_contain_text(text)
        page.locator("a.marker").first.hover()
        page.locator("a.marker").first.click()
        expect(pane(page).get_by_role("heading")).to_have_text(f"[1] {HOSTILE['image']}")
        expect(pane(page).locator(".place")).to_have_text(f"§ {HOSTILE['script']}")
        expect(pane(page).locator("mark")).to_have_text(quote)
        expect(pane(page)).to_contain_text(HOSTILE["link"])
        page.keyboard.press("Escape")

        ask(page, HOSTILE["markdown"])
        for text in HOSTILE.values():
            expect(page.get_by_role("button", name=f"§ {text}", exact=True)).to_have_count(1)
        ask(page, HOSTILE["script"])
        expect(status(page)).to_have_text(HOSTILE["image"])

        log = page.get_by_role("log")
        assert log.locator("img, script, svg[onload], code, strong, em, .katex, .mermaid").count() == 0
        hrefs = log.locator("a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
        assert hrefs
        ours = r"#source-\d+-(found-)?\d+|course/course/document/cells\?start=\d+&end=\d+#quote"
        assert all(re.fullmatch(ours, href) for href in hrefs)


def test_the_status_line_speaks_and_the_log_does_not(page: Page, assistant: FakeAssistant, answer: Answer) -> None:
    log = page.get_by_role("log", name=texts.conversation)
    expect(log).to_have_attribute("aria-live", "off")
    assistant.enqueue(answer)
    ask(page, "What is mitosis?")
    expect(status(page)).to_have_text("Done, 2 sources")
    expect(log).to_have_attribute("aria-live", "off")
    expect(last_answer(page)).to_have_attribute("aria-label", texts.answer)


def test_conversations_are_on_the_shelf_and_survive_a_reload(
    page: Page, assistant: FakeAssistant, answer: Answer
) -> None:
    assistant.enqueue(answer, answer)
    ask(page, "What is mitosis?")
    expect(status(page)).to_have_text("Done, 2 sources")
    page.reload()
    expect(last_answer(page)).to_contain_text("It is followed by meiosis.")

    shelf = page.get_by_role("navigation", name=texts.conversations)
    shelf.get_by_role("link", name=texts.new_conversation).click()
    expect(page.get_by_text(texts.welcome)).to_be_visible()
    ask(page, "Again?")
    expect(status(page)).to_have_text("Done, 2 sources")
    assert assistant.histories[-1] == []

    current = shelf.locator("li.current")
    expect(current).to_contain_text("Again?")
    current.locator("summary").click()
    current.get_by_role("textbox", name=texts.title).fill("Renamed <b>")
    page.keyboard.press("Enter")
    expect(shelf.get_by_role("link", name="Renamed <b>")).to_be_visible()
    with page.expect_download() as download:
        shelf.locator("li.current summary").click()
        shelf.locator("li.current").get_by_role("link", name="Markdown").click()
    assert Path(download.value.path()).read_text(encoding="utf-8").startswith("# Renamed \\<b\\>")

    shelf.locator("li.current").get_by_role("button", name=texts.delete).click()
    shelf.locator("li.current").get_by_role("button", name=texts.delete_sure).click()
    expect(shelf.get_by_role("link", name="Renamed <b>")).to_have_count(0)
    expect(page.get_by_text(texts.welcome)).to_be_visible()
    shelf.get_by_role("link", name="What is mitosis?").first.click()
    expect(last_answer(page)).to_contain_text("It is followed by meiosis.")


def test_an_answer_is_judged_copied_and_its_question_edited(
    page: Page, assistant: FakeAssistant, answer: Answer
) -> None:
    assistant.enqueue(answer, answer)
    ask(page, "What is mitosis?")
    expect(status(page)).to_have_text("Done, 2 sources")
    last_answer(page).get_by_role("button", name=texts.unhelpful).click()
    expect(last_answer(page).get_by_role("button", name=texts.unhelpful, pressed=True)).to_be_visible()
    last_answer(page).get_by_role("button", name=texts.reasons["source"]).click()
    expect(status(page)).to_have_text(texts.thanks)

    # Within a frame, the clipboard may not be permitted.
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    last_answer(page).get_by_role("button", name=texts.copy).click()
    expect(last_answer(page).get_by_role("button", name=texts.copied)).to_be_visible()

    page.get_by_role("button", name=texts.edit).click()
    expect(box(page)).to_have_value("What is mitosis?")
    ask(page, "What is meiosis?")
    expect(page.get_by_role("group", name=texts.question)).to_have_count(1)
    expect(status(page)).to_have_text("Done, 2 sources")


def test_a_quiz_is_taken_in_the_chat(page: Page, assistant: FakeAssistant, answer: Answer) -> None:
    assistant.document_ = course_document(parts={"Mitosis": "Mitosis is the division of a nucleus into two nuclei."})
    assistant.enqueue(answer)
    ask(page, "What is mitosis?")
    expect(status(page)).to_have_text("Done, 2 sources")
    last_answer(page).get_by_role("button", name=texts.quiz_me).click()
    expect(last_answer(page)).to_contain_text("What is mitosis?")
    expect(status(page)).to_have_text(texts.quiz_status)
    ask(page, "the division of a cell")
    expect(last_answer(page)).to_contain_text("In your answer: division. Missing from it: nucleus, two, nuclei.")
    page.locator("a.marker").last.click()
    expect(pane(page).locator("mark")).to_have_text("Mitosis is the division of a nucleus into two nuclei.")


def test_a_marker_shows_its_quote_on_focus_and_hover(page: Page, assistant: FakeAssistant, answer: Answer) -> None:
    assistant.enqueue(answer)
    ask(page, "What is mitosis?")
    expect(status(page)).to_have_text("Done, 2 sources")
    tip = page.get_by_role("tooltip")
    page.locator("a.marker").first.focus()
    expect(tip).to_have_text("Mitosis divides one nucleus into two equal nuclei.")
    expect(page.locator("a.marker").first).to_have_accessible_description(
        "Mitosis divides one nucleus into two equal nuclei."
    )
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.locator("a.marker").last.hover()
    expect(tip).to_have_text("Meiosis makes four cells")


def test_the_whole_document_opens_at_the_quote(page: Page, assistant: FakeAssistant, answer: Answer) -> None:
    assistant.enqueue(answer)
    ask(page, "What is mitosis?")
    expect(status(page)).to_have_text("Done, 2 sources")
    page.locator("a.marker").last.click()
    with page.context.expect_page() as opened:
        pane(page).get_by_role("link", name=texts.open_document).click()
    document = opened.value
    expect(document.get_by_role("heading", level=1)).to_have_text("Cells and their energy")
    expect(document.locator("mark")).to_have_text("Meiosis makes four cells")
    expect(document.locator("mark")).to_be_in_viewport()
    assert serious_findings(document) == []


def test_a_german_browser_gets_a_german_page(browser: Browser, server: str) -> None:
    with visited(browser, server, locale="de-DE") as page:
        expect(status(page)).to_have_text(GERMAN.ready)
        expect(page.get_by_text(GERMAN.promise)).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", "de")


def test_two_tabs_wait_for_each_other_and_see_it(
    browser: Browser, server: str, assistant: FakeAssistant, answer: Answer
) -> None:
    assistant.gated = True
    assistant.enqueue(replace(answer, sentences=answer.sentences * 20), answer)
    with visited(browser, server) as first, visited(browser, server) as second:
        ask(first, "What is mitosis?")
        assistant.step()
        expect(status(first)).to_have_text(texts.writing)
        ask(second, "What is meiosis?")
        for _ in range(30):  # until the second has found its sources, while the first writes on
            assistant.step()
            second.wait_for_timeout(200)
            if status(second).text_content() == texts.waiting(1):
                break
        expect(status(second)).to_have_text(texts.waiting(1))
        expect(last_answer(second)).to_contain_text("§ Energy")

        first.get_by_role("button", name=texts.stop, exact=True).click()
        assistant.gated = False
        for _ in range(6):
            assistant.step()
        expect(status(second)).to_have_text("Done, 2 sources")
        expect(status(first)).to_have_text(texts.stopped)


def test_a_question_that_is_too_long_stays_in_the_box_and_can_be_shortened(
    page: Page, assistant: FakeAssistant, answer: Answer
) -> None:
    assistant.enqueue(answer)
    ask(page, "mitosis " * 5_000)
    expect(status(page)).to_contain_text("characters; ask in at most 2000")
    expect(box(page)).not_to_have_value("")
    ask(page, "What is mitosis?")
    expect(status(page)).to_have_text("Done, 2 sources")


def test_one_of_several_courses_is_picked(browser: Browser, assistant: FakeAssistant, answer: Answer) -> None:
    chemistry = FakeAssistant(course_document("atoms", "Atoms"), course_title="Chemistry <1>")
    chemistry.enqueue(answer)
    offered = [*one_course(assistant), *one_course(chemistry)]
    offered[1].slug = "chemistry"
    with served(Courses(offered)) as address, visited(browser, address) as page:
        expect(page.get_by_role("heading", level=1)).to_have_text("Biology")
        page.get_by_role("link", name="Chemistry <1>").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Chemistry <1>")
        assert page.url.endswith("?course=chemistry")
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("Biology")
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("Biology")


def test_an_answer_cut_off_by_a_restart_can_be_asked_again(
    browser: Browser, assistant: FakeAssistant, answer: Answer, tmp_path: Path
) -> None:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.sqlite'}")
    kept = journal.conversations.create(LOCAL.id, "course", "What is mitosis?")
    journal.turns.begin(LOCAL.id, kept.id, "What is mitosis?")  # and here the power failed
    assistant.enqueue(answer)
    with served(one_course(assistant), journal) as address, visited(browser, address) as page:
        page.get_by_role("link", name="What is mitosis?").click()
        expect(last_answer(page)).to_contain_text(texts.interrupted)
        last_answer(page).get_by_role("button", name=texts.retry).click()
        expect(status(page)).to_have_text("Done, 2 sources")
        expect(last_answer(page)).not_to_contain_text(texts.interrupted)
    journal.close()


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_serious_in_any_state(
    browser: Browser, server: str, assistant: FakeAssistant, answer: Answer, refusal: Answer, dark: bool
) -> None:
    unsupported = replace(answer, sentences=(*answer.sentences, Sentence("Cells can fly.", "unsupported")))
    assistant.enqueue(unsupported, refusal, ModelFailed("The model broke off."))
    with visited(browser, server, dark=dark) as page:
        expect(page.get_by_text(texts.welcome)).to_be_visible()
        assert serious_findings(page) == []
        ask(page, "What is mitosis?")
        expect(status(page)).to_have_text("Done, 2 sources")
        last_answer(page).get_by_role("button", name=texts.unhelpful).click()
        expect(status(page)).to_have_text(texts.thanks_why)
        page.locator("#shelf summary").first.click()
        page.locator("a.marker").first.click()
        expect(pane(page).locator("mark")).to_be_in_viewport()
        assert serious_findings(page) == []
        ask(page, "When is the exam?")
        expect(status(page)).to_have_text(texts.refused)
        ask(page, "This one fails.")
        expect(status(page)).to_have_text("The model broke off.")
        assert serious_findings(page) == []


@pytest.mark.parametrize("dark", [False, True])
def test_a_phone_shows_it_all_without_scrolling_sideways(
    browser: Browser, server: str, assistant: FakeAssistant, answer: Answer, refusal: Answer, dark: bool
) -> None:
    long_word = Sentence("Pneumonoultramicroscopicsilicovolcanoconiosis" * 3, "supported", (1,))
    assistant.enqueue(replace(answer, sentences=(*answer.sentences, long_word)), refusal)
    with visited(browser, server, width=360, height=640, dark=dark) as page:
        _fits(page)
        ask(page, "What is mitosis?")
        expect(status(page)).to_have_text("Done, 2 sources")
        _fits(page)
        page.locator("a.marker").first.click()
        expect(pane(page).locator("mark")).to_be_in_viewport()
        _fits(page)
        pane(page).get_by_role("button", name=texts.close).click()
        ask(page, "When is the exam?")
        expect(page.get_by_role("button", name="§ Meiosis")).to_be_visible()
        _fits(page)
        expect(box(page)).to_be_in_viewport()
        fill = page.evaluate("getComputedStyle(document.querySelector('gradio-app')).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", fill)[:3])) < 3 * 64) == dark


def _fits(page: Page) -> None:
    for selector in ("html", "[role=log]"):
        sizes = page.locator(selector).evaluate("element => [element.scrollWidth, element.clientWidth]")
        assert sizes[0] <= sizes[1], f"{selector} is {sizes[0]} wide in {sizes[1]}"
