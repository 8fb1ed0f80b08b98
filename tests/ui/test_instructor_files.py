import io
import re
import threading
import time
import zipfile

import pytest

from tests.ui.instructor_desk import Instructor, desk_over
from ui.learner import Learner


@pytest.fixture
def instructor(biology, tmp_path):
    return Instructor(desk_over(biology, tmp_path / "data"))


def zip_of(members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def rows(instructor, slug="biology"):
    """Each file of the page's table, with the words that stand beside it."""
    table = instructor.get(f"/courses/{slug}/table").text.partition("<tbody>")[2]
    cells = [re.sub(r"<[^>]+>", " ", row) for row in table.split("<tr>")[1:]]
    words = [" ".join(cell.split()) for cell in cells]
    return {row.split(" ")[0]: row for row in words}


def test_a_file_is_uploaded_read_and_answers(instructor):
    answer = instructor.upload("biology", "../ribosomes.md", b"Ribosomes make proteins from amino acids.")

    assert answer.json() == {"name": "ribosomes.md", "size": 41}
    assert instructor.indexed("biology")["runs"] == 1
    assert "Nothing" in rows(instructor)["ribosomes.md"]
    asked = instructor.desk.courses.assistant("biology").ask("What do ribosomes make?").answer
    assert asked.citations[0].doc_id == "ribosomes.md"


def test_the_old_index_answers_until_the_new_one_is_complete(instructor, monkeypatch):
    entered, go_on = threading.Event(), threading.Event()
    embed = instructor.desk.indexes.embedder.embed

    def slow(texts):
        if any("Ribosomes" in text for text in texts):
            entered.set()
            assert go_on.wait(30)
        return embed(texts)

    monkeypatch.setattr(instructor.desk.indexes.embedder, "embed", slow)
    instructor.upload("biology", "cells.md", b"Ribosomes make proteins.")
    assert entered.wait(30)

    assert instructor.get("/courses/biology/state").json()["stage"] == "reading"
    assert instructor.desk.courses.assistant("biology").ask("What do mitochondria release?").answer.answered
    go_on.set()
    instructor.indexed("biology")
    assert not instructor.desk.courses.assistant("biology").ask("What do mitochondria release?").answer.answered


def test_what_was_read_of_each_file_is_shown(instructor):
    instructor.upload("biology", "bomb.zip", zip_of({"zeros.txt": b"\0" * (100 * 2**20)}))
    instructor.upload("biology", "false.pdf", b"This is no PDF at all, whatever its name says.")
    instructor.upload("biology", "twin.md", (instructor.desk.courses["biology"].folder / "cells.md").read_bytes())
    instructor.upload("biology", "blank.txt", b"   \n")
    state = instructor.indexed("biology")

    shown = rows(instructor)
    assert state["problem"] == ""
    assert re.search(r"Skipped: .*unpacks to 100 MB, which no honest file of its size does", shown["bomb.zip"])
    assert "Skipped:" in shown["false.pdf"]
    assert "It is the same file as cells.md" in shown["twin.md"]
    assert "It holds no text." in shown["blank.txt"]
    assert "Nothing" in shown["cells.md"]


def test_a_file_over_the_limit_is_refused_in_one_sentence_and_the_connection_closed(instructor, biology):
    answer = instructor.upload("biology", "big.pdf", b"x" * 200_001)

    assert answer.status_code == 413
    assert answer.json() == {"error": "big.pdf is larger than 0 MB, the most for one file; split it."}
    assert answer.headers["connection"] == "close"
    assert sorted(path.name for path in biology.rglob("*") if path.is_file()) == ["cells.md"]


def test_fifty_files_at_once(instructor):
    token = instructor.token()
    answers = []

    def send(number):
        answers.append(
            instructor.upload("biology", f"lecture-{number}.md", f"Lecture {number} is about organ {number}.")
        )

    threads = [threading.Thread(target=send, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    state = instructor.indexed("biology")

    assert {answer.status_code for answer in answers} == {200}
    assert len(rows(instructor)) == 51
    assert state["runs"] < 20
    assert token
    assert "lecture-49.md" in instructor.desk.courses.assistant("biology").documents


def test_a_file_is_deleted_and_cited_no_more(instructor):
    instructor.upload("biology", "ribosomes.md", b"Ribosomes make proteins from amino acids.")
    instructor.indexed("biology")

    answer = instructor.post("/courses/biology/files/delete", name="ribosomes.md")

    assert (answer.status_code, answer.headers["location"]) == (303, "/instructor/courses/biology")
    instructor.indexed("biology")
    assert "ribosomes.md" not in instructor.desk.courses.assistant("biology").documents


def test_when_the_last_file_is_deleted_nothing_answers(instructor):
    instructor.post("/courses/biology/files/delete", name="cells.md")
    instructor.indexed("biology")

    assert not instructor.desk.courses["biology"].ready
    assert "There are no files yet" in instructor.text("/courses/biology")


def test_a_course_is_created_filled_renamed_and_deleted(instructor):
    made = instructor.post("/courses", title="Rocks <b>&</b> Minerals", language="en")
    assert made.headers["location"] == "/instructor/courses/rocks-b-b-minerals"
    assert "Rocks &lt;b&gt;&amp;&lt;/b&gt; Minerals" in instructor.get("/courses/rocks-b-b-minerals").text

    instructor.upload("rocks-b-b-minerals", "granite.md", b"Granite cools slowly below the ground.")
    instructor.indexed("rocks-b-b-minerals")
    assert instructor.desk.courses.assistant("rocks-b-b-minerals").ask("How does granite cool?").answer.answered

    instructor.post("/courses/rocks-b-b-minerals/rename", title="Rocks")
    instructor.indexed("rocks-b-b-minerals")
    assert "Rocks Answers" not in instructor.text("/")
    assert instructor.desk.courses["rocks-b-b-minerals"].title == "Rocks"

    instructor.post("/courses/rocks-b-b-minerals/delete")
    gone = instructor.get("/courses/rocks-b-b-minerals")
    assert gone.status_code == 404
    assert "This course is not here any more" in gone.text


def test_a_course_deleted_while_it_is_indexed_leaves_nothing(instructor, monkeypatch, tmp_path):
    entered, go_on = threading.Event(), threading.Event()
    embed = instructor.desk.indexes.embedder.embed

    def slow(texts):
        if any("Granite" in text for text in texts):
            entered.set()
            assert go_on.wait(30)
        return embed(texts)

    monkeypatch.setattr(instructor.desk.indexes.embedder, "embed", slow)
    instructor.post("/courses", title="Rocks")
    instructor.upload("rocks", "granite.md", b"Granite cools slowly.")
    assert entered.wait(30)
    assert instructor.post("/courses/rocks/delete").status_code == 303
    go_on.set()

    deadline = time.monotonic() + 30
    while instructor.desk.indexer.state("rocks").busy and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not list((tmp_path / "data" / "indexes").glob("rocks-*"))
    assert not (tmp_path / "data" / "courses" / "rocks").exists()


def test_the_included_course_is_copied_before_it_is_changed(instructor):
    instructor.desk.courses["biology"].origin = "included"

    assert instructor.upload("biology", "a.md", b"x").status_code == 409
    copied = instructor.post("/courses/biology/copy")
    slug = copied.headers["location"].rpartition("/")[2]
    instructor.indexed(slug)

    assert instructor.desk.courses[slug].origin == "created"
    assert instructor.desk.courses.assistant(slug).ask("What do mitochondria release?").answer.answered
    assert instructor.upload(slug, "a.md", b"x").status_code == 200


@pytest.mark.parametrize(
    "path", ["/courses/../../etc", "/courses/%2e%2e%2f%2e%2e%2fetc", "/courses/biology%2f..", "/courses/nope", "/nope"]
)
def test_no_address_leads_out_of_the_courses(instructor, path):
    answer = instructor.get(path)

    assert answer.status_code == 404
    assert "root:" not in answer.text


def changes(instructor):
    return [
        ("/courses", {"title": "Rocks"}),
        ("/courses/biology/files/delete", {"name": "cells.md"}),
        ("/courses/biology/rename", {"title": "x"}),
        ("/courses/biology/delete", {}),
        ("/courses/biology/copy", {}),
    ]


def test_nothing_is_changed_without_the_token_of_our_own_page(instructor, biology):
    before = [course.title for course in instructor.desk.courses]
    instructor.token()
    for path, fields in changes(instructor):
        for given in ({}, {"csrf": "x" * 43}, {"csrf": ""}):
            answer = instructor.client.post(f"/instructor{path}", data={**fields, **given})
            assert answer.status_code == 403
            assert "did not come from our own page" in answer.text
    upload = instructor.client.post("/instructor/courses/biology/files?name=a.md", content=b"x")
    assert upload.status_code == 403
    assert [course.title for course in instructor.desk.courses] == before
    assert [path.name for path in biology.iterdir()] == ["cells.md"]


def test_a_form_on_a_page_without_referrer_has_the_origin_null(instructor):
    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    fields = {"csrf": instructor.token(), "title": "Rocks"}

    assert instructor.client.post("/instructor/courses", data=fields, headers=headers).status_code == 303


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_nothing_is_changed_for_another_site_even_with_the_token(instructor, headers):
    answer = instructor.client.post(
        "/instructor/courses", data={"csrf": instructor.token(), "title": "Rocks"}, headers=headers
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("who", "status", "said"),
    [(Learner("7", "Ada", "learner"), 403, "Only instructors may open this page"), (None, 303, "")],
)
def test_only_instructors_come_in(biology, tmp_path, who, status, said):
    instructor = Instructor(desk_over(biology, tmp_path / "data", learner_of=lambda _request: who))
    for path in ("/", "/courses/biology", "/courses/biology/table", "/courses/biology/state"):
        answer = instructor.get(path)
        assert answer.status_code == status
        assert said in answer.text
        assert "cells.md" not in answer.text
    if who is None:
        assert instructor.get("/courses/biology").headers["location"] == "/login?next=/instructor/courses/biology"
    for path, fields in changes(instructor):
        answer = instructor.client.post(f"/instructor{path}", data={**fields, "csrf": "x" * 43})
        assert answer.status_code == status
    upload = instructor.client.post(
        "/instructor/courses/biology/files?name=a.md", content=b"x", headers={"Accept": "application/json"}
    )
    assert upload.status_code in (401, 403)
    assert [path.name for path in biology.iterdir()] == ["cells.md"]


def test_an_instructor_with_an_account_comes_in_and_is_named(biology, tmp_path):
    who = Learner("8", "Grace <i>", "instructor")
    page = Instructor(desk_over(biology, tmp_path / "data", learner_of=lambda _request: who)).get("/")

    assert page.status_code == 200
    assert "Grace &lt;i&gt;" in page.text
    assert '<a href="/logout">Sign out</a>' in page.text


def test_hostile_names_and_text_stay_text(instructor):
    instructor.upload("biology", "<img src=x onerror=alert(1)>'\".md", b"Text.")
    instructor.upload("biology", "{{7+7}}.html", b"<script>alert(1)</script>")
    instructor.indexed("biology")
    page = instructor.get("/courses/biology").text

    assert "<img" not in page
    assert "{{7+7}}.html" in page
    assert page.count("<script") == 1


def test_pages_forbid_scripts_and_styles_that_are_not_our_files(instructor):
    for path in ("/", "/courses/biology", "/nope", "/static/instructor.css"):
        answer = instructor.get(path)
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", answer.text)


def test_a_form_of_absurd_size_is_refused_unread(instructor):
    answer = instructor.client.post("/instructor/courses", data={"title": "x" * 300_000})
    assert answer.status_code == 413


def test_the_pages_speak_german_to_a_browser_that_does(instructor):
    page = instructor.get("/", headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"})

    assert '<html lang="de">' in page.text
    assert "Kurs anlegen" in page.text
    refused = instructor.upload("biology", "photo.exe", b"MZ", **{"Accept-Language": "de"})
    assert refused.json()["error"].startswith("photo.exe wird hier nicht gelesen; speichern Sie die Datei als PDF")
    gone = instructor.get("/courses/nope", headers={"Accept-Language": "de"})
    assert "Diesen Kurs gibt es hier nicht mehr" in gone.text
