import threading
from pathlib import Path

import pytest

from corpus import read_course
from rag.settings import Settings
from tests.conftest import FakeLLM, WordEmbedder
from ui.courses import Courses, OfferedCourse, slug_of, slugs_of
from ui.errors import CourseGone, CourseNotReady, CourseUnchangeable, NotSaved
from ui.indexes import CourseIndexes


@pytest.fixture
def indexes(tmp_path):
    return CourseIndexes(Settings(data=tmp_path / "data"), FakeLLM(), WordEmbedder())


@pytest.fixture
def courses(biology, tmp_path, indexes):
    assistant = indexes.open(read_course(biology))
    given = OfferedCourse("biology", "Biology", biology, "given", indexes.following(biology, assistant))
    return Courses([given], tmp_path / "data" / "courses", indexes)


def publish(courses, indexes, slug):
    course = courses[slug]
    assistant = indexes.open(read_course(course.folder))
    courses.publish(slug, assistant, indexes.following(course.folder, assistant))


def test_a_course_given_can_be_asked(courses):
    answer = courses.assistant("biology").ask("What are the phases of mitosis?").answer

    assert "prophase" in answer.text


def test_a_created_course_is_asked_once_it_has_material(courses, indexes):
    course = courses.create("  Rocks  and\tMinerals ")
    assert (course.slug, course.title, course.ready) == ("rocks-and-minerals", "Rocks and Minerals", False)
    with pytest.raises(CourseNotReady, match="Rocks and Minerals has no material yet"):
        courses.assistant(course.slug)

    (course.folder / "granite.md").write_text("Granite cools slowly below the ground.", encoding="utf-8")
    publish(courses, indexes, course.slug)

    assert [one.slug for one in courses.ready] == ["biology", "rocks-and-minerals"]
    assert "slowly" in courses.assistant(course.slug).ask("How does granite cool?").answer.text


def test_created_courses_are_there_again_after_a_restart(courses, indexes, tmp_path):
    course = courses.create("Rocks")
    (course.folder / "granite.md").write_text("Granite cools slowly below the ground.", encoding="utf-8")
    publish(courses, indexes, course.slug)
    courses.create("Empty")

    again = Courses([], tmp_path / "data" / "courses", indexes)

    assert [(one.slug, one.title, one.ready) for one in again] == [("empty", "Empty", False), ("rocks", "Rocks", True)]


def test_two_courses_of_one_title_have_their_own_slugs(courses):
    assert [courses.create("Rocks").slug for _ in range(3)] == ["rocks", "rocks-2", "rocks-3"]
    assert courses.create("Biology").slug == "biology-2"


def test_a_renamed_course_keeps_its_slug_and_its_settings(courses):
    course = courses.create("Steine", language="de")

    courses.rename(course.slug, 'Steine "neu"')

    assert courses[course.slug].title == 'Steine "neu"'
    (course.folder / "a.md").write_text("Granit.", encoding="utf-8")
    read = read_course(course.folder)
    assert (read.title, read.language) == ('Steine "neu"', "de")


def test_a_course_speaks_another_language_once_it_is_indexed_again(courses, indexes):
    course = courses.create("Steine")
    (course.folder / "a.md").write_text("Granit erkaltet langsam.", encoding="utf-8")
    publish(courses, indexes, course.slug)

    courses.speak(course.slug, "de")

    assert course.language == "en"
    publish(courses, indexes, course.slug)
    assert (course.language, course.title) == ("de", "Steine")


def test_settings_that_cannot_be_read_are_not_written_over(courses):
    course = courses.create("Rocks")
    (course.folder / "course.toml").write_text("title = 'Rocks", encoding="utf-8")

    with pytest.raises(CourseUnchangeable, match=r"settings of Rocks cannot be read"):
        courses.rename(course.slug, "Stones")

    assert (course.folder / "course.toml").read_text(encoding="utf-8") == "title = 'Rocks"
    assert course.language == "en"


def test_a_deleted_course_leaves_nothing_and_says_so(courses, indexes, tmp_path):
    course = courses.create("Rocks")
    (course.folder / "granite.md").write_text("Granite cools slowly.", encoding="utf-8")
    publish(courses, indexes, course.slug)

    courses.delete(course.slug)

    with pytest.raises(CourseGone, match="not here any more"):
        courses.assistant(course.slug)
    assert not course.folder.exists()
    assert not list((tmp_path / "data" / "indexes").glob("rocks-*"))


def test_the_slug_of_a_deleted_course_is_never_given_again(courses, indexes, tmp_path):
    """What was asked of it, and its evaluation runs, are kept under that name."""
    courses.delete(courses.create("Rocks").slug)
    assert courses.create("Rocks").slug == "rocks-2"
    courses.delete("rocks-2")
    again = Courses([], tmp_path / "data" / "courses", indexes)
    assert [course.slug for course in again] == []
    assert again.create("Rocks").slug == "rocks-3"


def test_an_answer_under_way_ends_although_its_course_is_deleted(courses, indexes):
    course = courses.create("Rocks")
    (course.folder / "granite.md").write_text("Granite cools slowly below the ground.", encoding="utf-8")
    publish(courses, indexes, course.slug)
    reply = courses.assistant(course.slug).ask("How does granite cool?")
    events = iter(reply)
    next(events)

    courses.delete(course.slug)

    assert list(events)
    assert "slowly" in reply.answer.text


def test_only_created_courses_are_renamed_or_deleted(courses, biology):
    for change in (lambda: courses.delete("biology"), lambda: courses.rename("biology", "Other")):
        with pytest.raises(CourseUnchangeable, match="not created on this page"):
            change()
    assert biology.exists()


@pytest.mark.parametrize("slug", ["..", "../biology", "biology/../biology", "", "Biology", "%2e%2e"])
def test_only_the_slugs_of_courses_name_courses(courses, slug):
    with pytest.raises(CourseGone):
        courses[slug]
    with pytest.raises(CourseGone):
        courses.delete(slug)


@pytest.mark.parametrize("title", ["", "  ", "…", "a" * 121, "a\x00b", "\u202ea"])
def test_a_title_that_is_none_is_refused(courses, title):
    with pytest.raises(CourseUnchangeable, match=r"title"):
        courses.create(title)
    assert len(list(courses)) == 1


def test_a_title_never_leads_out_of_the_folder(courses, tmp_path):
    course = courses.create("../../etc/passwd")

    assert course.folder == (tmp_path / "data" / "courses" / "etc-passwd").resolve()


def test_where_no_folder_can_be_made_one_sentence_says_so(biology, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(NotSaved, match=r"^rocks could not be saved \(Not a directory\)"):
        Courses([], tmp_path / "file" / "courses").create("Rocks")


def test_many_create_at_once(courses):
    threads = [threading.Thread(target=courses.create, args=("Rocks",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    folders = [course.folder for course in courses if course.origin == "created"]
    assert len({*folders}) == 8
    assert all((folder / "course.toml").exists() for folder in folders)


def test_material_taken_away_is_no_longer_answered_from(courses, indexes):
    courses.withdraw("biology")

    with pytest.raises(CourseNotReady):
        courses.assistant("biology")
    assert indexes.follow(courses["biology"].folder) is None


def test_slugs_of_folders_do_not_depend_on_their_order():
    folders = [Path("/a/biology"), Path("/b/biology"), Path("/c/Rocks & Minerals")]

    slugs = slugs_of(folders)

    assert slugs[2] == "rocks-minerals"
    assert len(set(slugs)) == 3
    assert slugs_of(folders[::-1]) == slugs[::-1]


@pytest.mark.parametrize(("title", "slug"), [("日本史", "course"), ("Übung 1", "ubung-1"), ("a" * 90, "a" * 60)])
def test_slugs_are_plain(title, slug):
    assert slug_of(title) == slug
