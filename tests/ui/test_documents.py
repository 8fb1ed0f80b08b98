from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest
from starlette.testclient import TestClient

from corpus import Document, Place, Section
from rag import Assistant
from tests.ui.conftest import FakeAssistant, in_event_loop
from ui.app import build
from ui.courses import Courses, OfferedCourse
from ui.current import CurrentAssistant
from ui.documents import WINDOW
from ui.texts.chat import ENGLISH, GERMAN

TEXT = "Cells\nEvery cell <b>has</b> a membrane.\nEnergy\nPlants store energy.\n"


def _document(doc_id: str, **more: str) -> Document:
    first, second = TEXT.index("Every"), TEXT.index("Plants")
    sections = (
        Section(first, TEXT.index("\nEnergy"), Place(("Cells",), page=1)),
        Section(second, second + 20, Place(("Energy",), page=2)),
    )
    return Document(doc_id, "Cells & <energy>", TEXT, sections, **more)  # type: ignore[arg-type]


class _Course(FakeAssistant):
    def __init__(self, *documents: Document) -> None:
        super().__init__(documents[0])
        self._documents = {document.doc_id: document for document in documents}

    @property
    def documents(self) -> Mapping[str, Document]:
        return self._documents


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outside") / "course"
    (folder / "week 1").mkdir(parents=True)
    for name in ("week 1/cells.pdf", "slides.pptx", "talk.mp4", "talk.vtt", "page.html", "export.zip", "notes.pdf"):
        (folder / name).write_bytes(f"bytes of {name}".encode())
    (folder.parent / "secret.pdf").write_bytes(b"not of the course")
    (folder / "way-out.pdf").symlink_to(folder.parent / "secret.pdf")
    return folder


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    names = ["week 1/cells.pdf", "slides.pptx", "talk.vtt", "page.html", "../secret.pdf", "way-out.pdf"]
    documents = [*map(_document, names), _document("export.zip/inner.pdf", source="export.zip")]
    documents.append(Document("long", "Long", "word " * WINDOW, (Section(0, 5 * WINDOW, Place()),)))
    assistant = cast(Assistant, _Course(*documents))
    current = CurrentAssistant(assistant, folder / "no-such-pointer", lambda: assistant)
    courses = Courses([OfferedCourse("bio", "Biology", folder, "given", current)])
    app = in_event_loop(lambda: build(courses))
    with TestClient(app, base_url="http://127.0.0.1:7860") as client:
        yield client


def test_a_document_is_text_with_headings_pages_and_the_quote_marked(client: TestClient) -> None:
    start = TEXT.index("cell <b>")
    page = client.get(f"/course/bio/document/week%201/cells.pdf?start={start}&end={start + 15}")

    assert page.status_code == 200
    assert "<h1>Cells &amp; &lt;energy&gt;</h1>" in page.text
    assert re.findall(r"<h2>\s*(.*?)\s*</h2>", page.text, re.DOTALL) == ["Cells", "Energy"]
    assert '<p>Every <mark id="quote">cell &lt;b&gt;has&lt;/b&gt;</mark> a membrane.</p>' in page.text
    assert re.findall(r'<p class="label">(.*?)</p>', page.text) == ["page 1", "page 2"]
    assert 'href="../../../../?course=bio"' in page.text
    assert 'href="../../../../course/bio/original/week%201/cells.pdf#page=1"' in page.text


def test_a_document_page_lets_nothing_run(client: TestClient) -> None:
    policy = client.get("/course/bio/document/slides.pptx").headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_a_document_page_speaks_the_language_of_the_browser(client: TestClient) -> None:
    page = client.get("/course/bio/document/slides.pptx", headers={"Accept-Language": "de"}).text

    assert '<html lang="de">' in page
    assert GERMAN.open_file in page
    assert '<p class="label">Seite 1</p>' in page


def test_a_long_document_is_shown_in_parts(client: TestClient) -> None:
    middle = 3 * WINDOW
    page = client.get(f"/course/bio/document/long?start={middle}&end={middle + 4}").text

    assert page.count("word") == pytest.approx(2 * WINDOW / 5, abs=2)
    assert f'<a href="?start={WINDOW}">{ENGLISH.earlier_part}</a>' in page
    assert f'<a href="?start={4 * WINDOW + 4}">{ENGLISH.later_part}</a>' in page
    assert ENGLISH.earlier_part not in client.get("/course/bio/document/long").text


@pytest.mark.parametrize("query", ["start=-5&end=-1", "start=9&end=2", "start=99999999&end=999999999"])
def test_a_quote_that_is_none_marks_nothing(client: TestClient, query: str) -> None:
    page = client.get(f"/course/bio/document/slides.pptx?{query}")

    assert page.status_code == 200
    assert "<mark" not in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/course/bio/document/none",
        "/course/none/document/slides.pptx",
        "/course/bio/document/",
        "/course/bio/original/x",
    ],
)
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("name", "media_type", "shown"),
    [
        ("week 1/cells.pdf", "application/pdf", True),
        ("talk.mp4", "video/mp4", True),
        ("slides.pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", False),
    ],
)
def test_an_original_opens_in_a_viewer_or_is_saved(client: TestClient, name: str, media_type: str, shown: bool) -> None:
    file = client.get(f"/course/bio/original/{name}")

    assert file.content == f"bytes of {name}".encode()
    assert file.headers["content-type"] == media_type
    assert file.headers["content-disposition"].startswith("inline" if shown else "attachment")
    assert file.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in file.headers["content-security-policy"]
    assert ("sandbox" in file.headers["content-security-policy"]) is not shown


@pytest.mark.parametrize(
    "name",
    [
        "page.html",  # would run as a page of ours
        "export.zip",  # may hold more than the course shows
        "notes.pdf",  # no document of the course
        "%2e%2e/secret.pdf",
        "..%2fsecret.pdf",
        "way-out.pdf",
        "week 1/%00cells.pdf",
        "week 1",
    ],
)
def test_no_other_file_is_given_out(client: TestClient, name: str) -> None:
    assert client.get(f"/course/bio/original/{name}").status_code == 404


def test_captions_open_the_recording_beside_them(client: TestClient) -> None:
    assert "course/bio/original/talk.mp4" in client.get("/course/bio/document/talk.vtt").text
    assert "course/bio/original/page" not in client.get("/course/bio/document/page.html").text
