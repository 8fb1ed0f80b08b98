"""Backup and restore, as an administrator does it: one command each, and what an earlier version left."""

import io
import json
import shutil
import stat
import tarfile

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from tests.ui.instructor_desk import Instructor, asked, desk_over
from ui.cli import app
from ui.corrections import CorrectionFiles, PinnedAnswer
from ui.courses import slugs_of
from ui.journal import Journal
from ui.journal.database import connect
from ui.journal.migrating import upgrade


@pytest.fixture
def run(tmp_path):
    def run_with(data, *arguments, code=0):
        ended = CliRunner().invoke(
            app, [str(one) for one in arguments], env={"COURSECITE_DATA": str(data), "COLUMNS": "200"}
        )
        assert ended.exit_code == code, ended.output
        return " ".join(ended.output.split())

    return run_with


@pytest.fixture
def data(biology, tmp_path):
    """The data folder of a server that was used."""
    data = tmp_path / "data"
    desk = desk_over(biology, data)
    instructor = Instructor(desk)
    instructor.post("/courses", title="Rocks")
    instructor.upload("rocks", "granite.md", b"Granite cools slowly below the ground.")
    instructor.indexed("rocks")
    CorrectionFiles(desk.courses["rocks"].folder).put(PinnedAnswer("1-a", "When is the exam?", "On Monday."))
    asked(desk, "How does granite cool?", "rocks")
    desk.journal.accounts.add("ida", "instructor", "correct horse battery")
    (data / "runs" / "rocks" / "first").mkdir(parents=True)
    (data / "runs" / "rocks" / "first" / "report.html").write_text("<p>Good.", encoding="utf-8")
    (data / "lti-keys.json").touch(0o600)
    (data / "models").mkdir()
    (data / "courses" / "rocks" / ".uploads").mkdir(exist_ok=True)
    (data / "courses" / "rocks" / ".uploads" / "half").touch()
    desk.journal.close()
    return data


def test_everything_comes_back_and_answers(run, data, biology, tmp_path):
    archive = tmp_path / "backup.tar.gz"
    assert "keep it where nobody else reads it" in run(data, "backup", archive)
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    shutil.rmtree(data)

    elsewhere = tmp_path / "elsewhere"
    assert "Restored what was backed up on 20" in run(elsewhere, "restore", archive)

    assert sorted(path.name for path in elsewhere.iterdir()) == ["courses", "journal.sqlite", "lti-keys.json", "runs"]
    assert stat.S_IMODE((elsewhere / "lti-keys.json").stat().st_mode) == 0o600
    assert not (elsewhere / "courses" / "rocks" / ".uploads").exists()
    desk = desk_over(biology, elsewhere)
    assert not desk.courses["rocks"].ready
    desk.indexer.request_missing()
    Instructor(desk).indexed("rocks")
    assert desk.courses.assistant("rocks").ask("How does granite cool?").answer.answered
    assert desk.courses.assistant("rocks").ask("When is the exam?").answer.text == "On Monday."
    assert [one.title for one in desk.journal.conversations.of("learner-1")] == ["How does granite cool?"]
    assert desk.journal.accounts.check("ida", "correct horse battery")
    assert desk.evaluator.report(desk.courses["rocks"], "first") == b"<p>Good."
    desk.journal.close()


def test_courses_that_the_server_is_given_are_in_it_where_they_are_named(run, data, biology, tmp_path):
    (biology / "week 1").mkdir()
    (biology / "week 1" / "notes.md").write_text("Osmosis moves water.")
    (biology / ".git").mkdir()
    (biology / "passwords.md").symlink_to("/etc/passwd")
    other = tmp_path / "other" / "biology"
    other.mkdir(parents=True)
    (other / "b.md").write_text("Ferns are plants.")
    assert "given with --course are not in it" in run(data, "backup", tmp_path / "without.tar.gz")
    said = run(data, "backup", tmp_path / "a.tar.gz", "--course", biology)
    assert "are not in it" not in said
    run(data, "backup", tmp_path / "b.tar.gz", "--course", biology, "--course", other)

    elsewhere = tmp_path / "elsewhere"
    assert f"--course {elsewhere / 'given' / 'biology'}" in run(elsewhere, "restore", tmp_path / "a.tar.gz")
    put_back = {str(path.relative_to(elsewhere / "given")) for path in (elsewhere / "given").rglob("*.md")}
    assert put_back == {"biology/cells.md", "biology/week 1/notes.md"}
    assert not list((elsewhere / "given").rglob(".git"))

    both = tmp_path / "both"
    run(both, "restore", tmp_path / "b.tar.gz")
    names = sorted(path.name for path in (both / "given").iterdir())
    assert slugs_of([both / "given" / name for name in names]) == sorted(slugs_of([biology, other]))
    again = run(both, "backup", tmp_path / "again.tar.gz", "--course", both / "given" / names[0])
    assert "are not in it" not in again
    with tarfile.open(tmp_path / "again.tar.gz") as archive:
        assert archive.getnames().count(f"data/given/{names[0]}") == 1


def test_a_course_that_is_not_there_is_not_backed_up(run, data, tmp_path):
    said = run(data, "backup", tmp_path / "a.tar.gz", "--course", tmp_path / "nowhere", code=1)

    assert "There is no course folder at" in said
    assert not (tmp_path / "a.tar.gz").exists()
    (data / "given" / "biology").mkdir(parents=True)
    assert "Another course called biology" in run(
        data, "backup", tmp_path / "a.tar.gz", "--course", tmp_path / "biology", code=1
    )


def test_a_backup_is_made_while_the_server_writes(run, data, tmp_path):
    journal = Journal.open(f"sqlite:///{data / 'journal.sqlite'}")
    conversation, _ = journal.turns.begin_conversation("anna", "rocks", "One?")
    with journal._database.writing():  # a transaction that is not over
        run(data, "backup", tmp_path / "backup.tar.gz")
    journal.turns.begin("anna", conversation, "Two?")
    journal.close()

    run(tmp_path / "elsewhere", "restore", tmp_path / "backup.tar.gz")
    again = Journal.open(f"sqlite:///{tmp_path / 'elsewhere' / 'journal.sqlite'}")
    assert [turn.question for turn in again.turns.of("anna", conversation)] == ["One?"]
    again.close()


def test_nothing_that_is_there_is_overwritten(run, data, tmp_path):
    archive = tmp_path / "backup.tar.gz"
    run(data, "backup", archive)
    before = archive.read_bytes()

    assert "backup.tar.gz is there already; name another file." in run(data, "backup", archive, code=1)
    assert archive.read_bytes() == before
    assert "courses is in the data folder already" in run(data, "restore", archive, code=1)
    for name in ("courses", "runs"):
        shutil.rmtree(data / name)
    (data / "lti-keys.json").unlink()
    assert "The database holds something already" in run(data, "restore", archive, code=1)
    assert not (data / "courses").exists()


def packed(path, members):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"note.txt": b"Hello"}, "is no backup of Coursecite"),
        ({"backup.json": b"{"}, "or is damaged"),
        ({"backup.json": json.dumps({"format": 2}).encode()}, "was made by a newer Coursecite"),
        ({"../../evil.txt": b"x", "backup.json": b"{}"}, "or is damaged"),
        (
            {"backup.json": json.dumps({"format": 1, "revision": "9999", "made": ""}).encode()},
            "was written by a newer Coursecite",
        ),
        ({"backup.json": json.dumps({"format": 1, "revision": "0001", "made": ""}).encode()}, "The backup is damaged"),
    ],
)
def test_what_is_no_backup_is_refused_and_leaves_nothing(run, tmp_path, members, says):
    archive = packed(tmp_path / "deep.tar.gz", members)

    assert says in run(tmp_path / "a" / "b", "restore", archive, code=1)
    assert [path.name for path in (tmp_path / "a" / "b").iterdir() if not path.name.startswith("journal.")] == []
    assert not list(tmp_path.rglob("evil.txt"))


def test_what_is_no_archive_or_not_there_is_refused(run, tmp_path):
    (tmp_path / "a.tar.gz").write_bytes(b"no archive")

    assert "a.tar.gz is no backup of Coursecite, or is damaged." in run(
        tmp_path / "d", "restore", tmp_path / "a.tar.gz", code=1
    )
    assert "b.tar.gz is no backup of Coursecite, or is not there." in run(
        tmp_path / "d", "restore", tmp_path / "b.tar.gz", code=1
    )


def test_the_data_folder_of_an_earlier_version_is_taken_over(data, biology):
    """Its tables are brought up to date, its indexes built again; what was asked and what was uploaded is there."""
    (data / "journal.sqlite").unlink()
    old = connect(f"sqlite:///{data / 'journal.sqlite'}")
    upgrade(old, "0001")
    with old.writing() as session:
        session.execute(
            text(
                "INSERT INTO conversations (id, learner_id, course_id, title, searched_title, created, changed) VALUES "
                "(3, 'anna', 'rocks', 'Rocks', 'rocks', '2026-01-02 03:04:05.600000', '2026-01-02 03:04:05.600000')"
            )
        )
    old.close()
    abouts = list((data / "indexes").rglob("about.json"))
    for about in abouts:
        about.write_text(json.dumps(json.loads(about.read_text(encoding="utf-8")) | {"format": 1}), encoding="utf-8")
    assert len(abouts) >= 2

    desk = desk_over(biology, data)
    desk.indexer.request_missing()
    Instructor(desk).indexed("rocks")
    assert desk.courses.assistant("biology").ask("What do mitochondria release?").answer.answered
    assert desk.courses.assistant("rocks").ask("How does granite cool?").answer.answered
    assert [one.title for one in desk.journal.conversations.of("anna")] == ["Rocks"]
    assert asked(desk, "Who discovered plate tectonics?", "rocks").answered is False
    assert [one.question for one in desk.journal.review.to_mend("rocks")] == ["Who discovered plate tectonics?"]
    desk.journal.close()
