"""Beneath a path of another server: a real nginx with the configuration that we give, a real Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import uvicorn
from playwright.sync_api import expect, sync_playwright

from tests.conftest import PROJECT
from tests.ui.conftest import in_event_loop
from tests.ui.instructor_desk import desk_over
from tests.ui.journal.test_platforms import MOODLE
from ui.app import build
from ui.csrf import COOKIE as CSRF
from ui.instructor import Desk
from ui.lti.keys import ToolKeys
from ui.lti.launching import Tool
from ui.lti.platform_keys import PlatformKeys
from ui.sign_in import learner_of
from ui.texts.chat import ENGLISH

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
CHROMIUM = shutil.which("chromium")
PASSWORD = "correct horse battery"
PATIENCE = 60_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        (NGINX is None or CHROMIUM is None) and not os.environ.get("CI"),
        reason="nginx or Chromium is not installed: apt-get install nginx chromium",
    ),
]

FRAME = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        include {folder}/coursecite.conf;
        location / {{ return 418; }}
    }}
}}
"""


def bound() -> socket.socket:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    return listening


@contextmanager
def nginx(folder: Path, upstream: int) -> Iterator[str]:
    """The address beneath which it passes requests on."""
    with bound() as free:
        port = free.getsockname()[1]
    ours = (PROJECT / "deploy" / "nginx.conf").read_text(encoding="utf-8").replace(":7860", f":{upstream}")
    (folder / "coursecite.conf").write_text(ours, encoding="utf-8")
    (folder / "nginx.conf").write_text(FRAME.format(folder=folder, port=port), encoding="utf-8")
    running = subprocess.Popen([str(NGINX), "-p", str(folder), "-e", "error.log", "-c", str(folder / "nginx.conf")])
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://localhost:{port}/coursecite"
    finally:
        running.terminate()
        running.wait(20)


@pytest.fixture
def desk(biology: Path, tmp_path: Path) -> Iterator[Desk]:
    desk = desk_over(biology, tmp_path / "data", learner_of=learner_of)
    desk.journal.accounts.add("ida", "admin", PASSWORD)
    yield desk
    desk.journal.close()


@pytest.fixture
def address(desk: Desk, tmp_path: Path) -> Iterator[str]:
    journal, data = desk.journal, tmp_path / "data"
    journal.platforms.put(MOODLE)
    tool = Tool(journal, desk.courses, ToolKeys(data), PlatformKeys(), "https://learn.example/coursecite")
    app = in_event_loop(lambda: build(desk.courses, desk=desk, journal=journal, accounts=journal, tool=tool))
    with bound() as listening:
        # As `ui.server.run` does it.
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1, root_path="/coursecite")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        folder = tmp_path / "nginx"
        folder.mkdir()
        try:
            with nginx(folder, listening.getsockname()[1]) as address:
                yield address
        finally:
            server.should_exit = True
            thread.join(timeout=20)
        assert not thread.is_alive()


def test_everything_works_beneath_the_path_and_asks_for_nothing_beside_it(address: str, desk: Desk) -> None:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(PATIENCE)
        elsewhere: list[str] = []
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith((f"{address}/", "data:", "blob:")) else elsewhere.append(request.url)
            ),
        )
        failed: list[str] = []
        page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)

        page.goto(f"{address}/instructor/courses/biology")
        expect(page).to_have_url(f"{address}/login?next=/coursecite/instructor/courses/biology")
        page.get_by_label("Name").fill("ida")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(f"{address}/instructor/courses/biology")
        page.wait_for_load_state()
        assert {cookie["path"] for cookie in page.context.cookies()} == {"/coursecite"}
        page.locator("#upload").set_input_files(
            [{"name": "a.md", "mimeType": "text/markdown", "buffer": b"Ribosomes make proteins from amino acids."}]
        )
        expect(page.locator("#uploads")).to_contain_text("Uploaded")
        expect(page.locator("table.files")).to_contain_text("a.md")
        expect(page.locator("#indexing-status")).to_contain_text("Everything is read")

        page.get_by_role("link", name="Chat").click()
        expect(page).to_have_url(f"{address}/?course=biology")
        page.get_by_role("textbox", name=ENGLISH.question).fill("What do ribosomes make?")
        page.get_by_role("button", name=ENGLISH.ask, exact=True).click()
        expect(page.locator("#status .status")).to_contain_text("Done")
        page.locator("a.marker").first.click()
        with page.context.expect_page() as opened:
            page.locator("#source-pane").get_by_role("link", name=ENGLISH.open_document).click()
        expect(opened.value.locator("mark")).to_contain_text("Ribosomes make proteins")
        assert opened.value.url.startswith(f"{address}/course/biology/document/a.md")

        page.get_by_role("link", name=ENGLISH.for_instructors).click()
        page.get_by_role("link", name="Review").click()
        page.get_by_role("link", name="Sign out").click()
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(f"{address}/login")
        assert [cookie["name"] for cookie in page.context.cookies()] == [CSRF], "the session's is gone"
        assert elsewhere == []
        assert failed == []
        browser.close()


def test_somebody_on_the_way_from_a_learning_platform_has_cookies_beneath_the_path(address: str) -> None:
    """Also where nothing but cookies is kept."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        blocked = "Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('blocked'); } });"
        page.add_init_script(blocked)
        page.route("https://moodle.example/**", lambda route: route.fulfill(body="Who are you?"))
        page.goto(f"{address}/lti/login?iss={MOODLE.issuer}&client_id=client&login_hint=4")
        page.wait_for_url("https://moodle.example/**")

        (cookie,) = page.context.cookies(f"{address}/lti/launch")
        assert cookie["path"] == "/coursecite/lti"
        assert parse_qs(urlsplit(page.url).query)["redirect_uri"] == ["https://learn.example/coursecite/lti/launch"]
        browser.close()


def test_cookies_are_secure_where_the_other_server_says_that_it_speaks_https(address: str, tmp_path: Path) -> None:
    upstream = (
        (tmp_path / "nginx" / "coursecite.conf").read_text(encoding="utf-8").split("proxy_pass ")[1].split("/;")[0]
    )
    cookies = []
    for scheme in ("http", "https"):
        request = urllib.request.Request(f"{upstream}/login", headers={"X-Forwarded-Proto": scheme})
        with urllib.request.urlopen(request) as answer:
            cookies.append(answer.headers["Set-Cookie"])

    assert ["Secure" in cookie for cookie in cookies] == [False, True]
