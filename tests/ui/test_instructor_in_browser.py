"""The instructors' pages as an instructor uses them: a real server, a real Chromium; only the models are doubles."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.conftest import BIOLOGY
from tests.ui.accessibility import serious_findings
from tests.ui.conftest import in_event_loop
from tests.ui.instructor_desk import asked, desk_over
from ui.app import build
from ui.instructor import Desk
from ui.learner import LOCAL
from ui.uploads import UploadLimits

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed: apt-get install chromium"
    ),
]

MEGABYTE = 2**20
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("courses") / "biology"
    folder.mkdir()
    (folder / "cells.md").write_text(BIOLOGY, encoding="utf-8")
    desk = desk_over(folder, tmp_path_factory.mktemp("data"), limits=UploadLimits(file=MEGABYTE))
    yield desk
    desk.journal.close()


@pytest.fixture(scope="module")
def address(desk: Desk) -> Iterator[str]:
    """A server with the chat and the instructors' pages, on a port that was free."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        app = in_event_loop(lambda: build(desk.courses, desk=desk))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1, ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=20)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, address: str, width: int = 1280, dark: bool = False) -> Iterator[Page]:
    """A tab at the instructors' pages. Afterwards: no error on its console."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light", reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    page = context.new_page()
    # What the server refuses, it says with a status that Chromium complains of, too.
    page.on(
        "console",
        lambda said: (
            complaints.append(said.text)
            if said.type in ("error", "warning") and not said.text.startswith("Failed to load resource")
            else None
        ),
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        page.goto(f"{address}/instructor/")
        yield page
        assert complaints == []
    finally:
        context.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with opened(browser, address) as page:
        yield page


def row(page: Page, name: str) -> Locator:
    return page.locator("table.files tbody tr").filter(has_text=name)


def create(page: Page, title: str) -> None:
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Create course").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def upload(page: Page, *files: dict[str, object]) -> None:
    page.locator("#upload").set_input_files(list(files))  # type: ignore[arg-type]


def file(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def test_a_course_is_created_filled_and_reports_what_was_read(page: Page, desk: Desk) -> None:
    create(page, "Rocks")
    upload(
        page,
        file("granite.md", b"# Granite\n\nGranite cools slowly below the ground."),
        file("false.pdf", b"This is no PDF."),
        file("photo.exe", b"MZ"),
        file("huge.txt", b"x" * (MEGABYTE + 1)),
    )

    expect(page.locator("#uploads li").filter(has_text="granite.md")).to_contain_text("Uploaded")
    expect(page.locator("#uploads li").filter(has_text="photo.exe")).to_contain_text("is of a kind not read here")
    expect(page.locator("#uploads li").filter(has_text="huge.txt")).to_contain_text("Larger than 1 MB")
    expect(page.locator("#indexing-status")).to_have_text("Everything is read; new answers come from it.")
    expect(row(page, "granite.md")).to_contain_text("Nothing")
    expect(row(page, "false.pdf")).to_contain_text("Skipped:")
    expect(page.locator("table.files tbody tr")).to_have_count(2)
    assert desk.courses.assistant("rocks").ask("How does granite cool?").answer.answered
    assert serious_findings(page) == []


def test_a_file_is_replaced_and_deleted(page: Page, desk: Desk) -> None:
    create(page, "Tides")
    upload(page, file("a.md", b"Tides rise twice a day."), file("b.md", b"The moon pulls the water."))
    expect(row(page, "b.md")).to_contain_text("Nothing")

    row(page, "a.md").locator("input.replace").set_input_files([file("other.md", b"Tides follow the moon.")])  # type: ignore[list-item]
    expect(page.locator("#uploads li").filter(has_text="a.md").last).to_contain_text("Uploaded")
    page.on("dialog", lambda dialog: dialog.accept())
    row(page, "b.md").get_by_role("button", name="Delete").click()
    expect(row(page, "b.md")).to_have_count(0)
    expect(page.locator("#indexing-status")).to_have_text("Everything is read; new answers come from it.")

    documents = desk.courses.assistant("tides").documents
    assert list(documents) == ["a.md"]
    assert "follow" in documents["a.md"].text


def test_files_are_dropped_on_the_page_and_chosen_by_keyboard(page: Page) -> None:
    create(page, "Stars")
    dropped = page.evaluate_handle(
        "() => { const all = new DataTransfer(); all.items.add(new File(['Stars shine.'], 'stars.md')); return all; }"
    )
    page.dispatch_event("#uploader", "drop", {"dataTransfer": dropped})
    expect(row(page, "stars.md")).to_contain_text("Nothing")

    with page.expect_file_chooser():
        page.locator("#upload").press("Enter")


def test_a_question_not_answered_is_corrected_and_then_cited_in_the_chat(page: Page, desk: Desk, address: str) -> None:
    for question in ("Which phases follow prophase in meiosis II?", "which phases follow prophase in meiosis ii"):
        asked(desk, question, thumb="down", reason="I need this for the exam")
    page.goto(f"{address}/instructor/courses/biology/review")
    group = page.get_by_role("article", name="Which phases follow prophase in meiosis II?")
    expect(group).to_contain_text("asked 2 times")
    expect(group).to_contain_text("I need this for the exam")
    assert serious_findings(page) == []

    group.get_by_role("button", name="Write the right answer").click()
    page.get_by_label("Right answer").fill("Metaphase II, anaphase II and telophase II.")
    page.get_by_label("Find a passage in the course").fill("meiosis chromosomes")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_label("Right answer")).to_have_value("Metaphase II, anaphase II and telophase II.")
    page.get_by_label("Meiosis makes four cells with half the chromosomes.").check()
    assert serious_findings(page) == []
    page.get_by_role("button", name="Save the answer").click()

    expect(page.get_by_role("heading", level=2).first).to_have_text("Questions to look at")
    expect(group).to_have_count(1)  # now among the corrections
    expect(group).to_contain_text("Metaphase II, anaphase II and telophase II.")
    expect(group).to_contain_text("Meiosis makes four cells")
    page.goto(f"{address}/instructor/courses/biology")
    expect(page.locator("#indexing-progress")).to_be_hidden()

    page.goto(address)
    box = page.get_by_role("textbox", name="Your question")
    box.fill("which phases follow prophase in meiosis II")
    box.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Metaphase II, anaphase II and telophase II.")
    expect(page.locator("#messages")).to_contain_text("Instructor's answer")
    expect(page.locator("#messages")).to_contain_text("Meiosis makes four cells with half the chromosomes.")


def test_the_evaluation_is_run_from_the_page_and_compared_with_the_run_before(
    page: Page, desk: Desk, address: str
) -> None:
    create(page, "Oceans")
    upload(page, file("ocean.md", b"The Pacific is the deepest ocean. Plankton makes most of the oxygen."))
    expect(row(page, "ocean.md")).to_contain_text("Nothing")
    (desk.courses["oceans"].folder / "evaluation.jsonl").write_text(
        '{"id": "a", "question": "Which ocean is the deepest?", "answers": ["Pacific"]}\n', encoding="utf-8"
    )
    page.get_by_role("link", name="Evaluation").click()
    page.get_by_role("button", name="Run the evaluation").click()
    expect(page.get_by_role("link", name="Report")).to_be_visible()
    page.get_by_role("button", name="Run the evaluation").click()
    expect(page.get_by_role("columnheader", name="Run before")).to_be_visible()
    expect(page.get_by_text("Questions lost: 0")).to_be_visible()
    assert serious_findings(page) == []


@pytest.mark.parametrize("dark", [False, True])
def test_every_page_fits_a_phone_and_has_no_serious_finding(
    browser: Browser, address: str, desk: Desk, dark: bool
) -> None:
    asked(desk, "Who invented the extraordinarily powerful telescope?")
    desk.note(LOCAL, "file_deleted", "biology", "an-extraordinarily-long-name-of-a-file-without-any-space.pdf")
    with opened(browser, address, width=360, dark=dark) as page:
        desk.journal.keys.add(f"Course site {dark}", ["ask", "documents"], ["biology"])
        for path in ("", "courses/biology", "courses/biology/review", "courses/biology/evaluation", "keys", "audit"):
            page.goto(f"{address}/instructor/{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
            assert serious_findings(page) == [], path


def test_a_broken_connection_is_said_and_the_old_file_stays(page: Page, desk: Desk) -> None:
    create(page, "Winds")
    page.route("**/files?*", lambda route: route.abort())
    upload(page, file("winds.md", b"Winds blow."))
    expect(page.locator("#uploads li")).to_contain_text("The connection broke off, and nothing was changed")
    page.unroute("**/files?*")
    assert desk.folder(desk.courses["winds"]).files() == []


@pytest.mark.loopback
def test_an_upload_of_200_megabytes_ends_at_once(desk: Desk, address: str) -> None:
    """Announced too large, nothing of it is read: the answer comes, and the connection is closed."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"GET /instructor/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        page = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    token = page.split("coursecite_csrf=")[1].split(";")[0]
    head = (
        "POST /instructor/courses/biology/files?name=big.pdf HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Cookie: coursecite_csrf={token}\r\nX-CSRF-Token: {token}\r\nAccept: application/json\r\n"
        f"Content-Length: {200 * MEGABYTE}\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(head.encode() + b"x" * 1000)
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    assert answer.startswith("HTTP/1.1 413")
    assert "big.pdf is larger than 1 MB, the most for one file; split it." in answer
    assert [one.name for one in desk.folder(desk.courses["biology"]).files()] == ["cells.md"]
