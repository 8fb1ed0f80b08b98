"""Courses: what one server offers, by slug; instructors create, rename and delete courses while it runs."""

from __future__ import annotations

import re
import shutil
import threading
import unicodedata
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal, Protocol, get_args

import tomlkit
from tomlkit.exceptions import ParseError

from corpus import CorpusError, course_language, course_title
from rag import Assistant
from ui.current import CurrentAssistant
from ui.errors import CourseGone, CourseNotReady, CourseUnchangeable, TitleInvalid
from ui.files import saving, write_whole
from ui.learner import Learner

LONGEST_TITLE = 120

Language = Literal["en", "de", "da", "es", "fi", "fr", "it", "nl", "no", "pt", "ru", "sv"]
"""Of courses: those with a stemmer."""
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

_GONE = "This course is not here any more; choose another one."

_GIVEN_AWAY = ".gone"
"""A folder beside the courses created on the page, with an empty file for each slug that one of them had."""

_SETTINGS = "course.toml"

Origin = Literal["included", "given", "created"]
"""Whether a course came with the program, was named with ``--course``, or was created on the page."""


@dataclass(slots=True)
class OfferedCourse:
    """One course of a server. `current` is None as long as nothing of it is indexed.

    Its `slug` names it in addresses and in the journal, and stays when the title changes.
    """

    slug: str
    title: str
    folder: Path
    origin: Origin
    current: CurrentAssistant | None = None

    @property
    def ready(self) -> bool:
        """Whether it can be asked."""
        return self.current is not None

    @property
    def language(self) -> str:
        """That of what answers; before anything does, the one that its settings name."""
        return self.current().language if self.current else _language(self.folder)

    @property
    def editable(self) -> bool:
        """Whether its files may be changed on the page: those of the included course are the program's own."""
        return self.origin != "included"


class Follows(Protocol):
    """What finds the saved index of a course folder, and forgets it: `ui.indexes.CourseIndexes`."""

    def follow(self, folder: Path) -> CurrentAssistant | None:
        """The assistant over the saved index; None where there is none."""

    def remove(self, folder: Path) -> None:
        """Forget the saved index."""


class Courses:
    """The courses of one server, those it was given first.

    Courses created on the page live in sub-folders of `home`, one each, named by their slug. All
    methods may be called from any thread.
    """

    def __init__(self, given: Iterable[OfferedCourse], home: Path | None = None, indexes: Follows | None = None):
        self._home = home
        self._indexes = indexes
        self._changing = threading.RLock()
        self._by_slug = {course.slug: course for course in (*given, *self._found())}

    def __iter__(self) -> Iterator[OfferedCourse]:
        with self._changing:
            return iter(list(self._by_slug.values()))

    def __getitem__(self, slug: str) -> OfferedCourse:
        """The course of that slug. Raises `CourseGone`."""
        with self._changing:
            if slug not in self._by_slug:
                raise CourseGone(_GONE)
            return self._by_slug[slug]

    def open_to(self, learner: Learner) -> list[OfferedCourse]:
        """Those that `learner` may open, ready or not."""
        return [course for course in self if learner.may_open(course.slug)]

    def opened(self, slug: str, learner: Learner) -> OfferedCourse:
        """The course of that slug, for `learner`. Raises `CourseGone` also for one that is there for others alone."""
        if not learner.may_open(slug):
            raise CourseGone(_GONE)
        return self[slug]

    def assistant(self, slug: str) -> Assistant:
        """The assistant to ask now. Raises `CourseGone`, or `CourseNotReady` while nothing is indexed.

        It goes on answering from what it has loaded when the course is changed, or deleted, meanwhile.
        """
        course = self[slug]
        if course.current is None:
            raise CourseNotReady(
                "{title} has no material yet that could answer; ask again once it has.", title=course.title
            )
        return course.current()

    @property
    def ready(self) -> list[OfferedCourse]:
        """Those that can be asked."""
        return [course for course in self if course.ready]

    def publish(self, slug: str, assistant: Assistant, following: CurrentAssistant) -> None:
        """From now on `assistant` answers; `following` stands in where the course had none. Raises `CourseGone`."""
        with self._changing:
            course = self[slug]
            course.title = assistant.course_title
            if course.current is None:
                course.current = following
            else:
                course.current.use(assistant)

    def withdraw(self, slug: str) -> None:
        """Nothing of the course is left to answer from. Raises `CourseGone`."""
        with self._changing:
            course = self[slug]
            course.current = None
            if self._indexes:
                self._indexes.remove(course.folder)

    def create(self, title: str, language: str = "en") -> OfferedCourse:
        """A new course without any file. Raises `CourseUnchangeable` or `NotSaved`."""
        title = _readable_title(title)
        with self._changing:
            home = self._created_in()
            slug = _free(slug_of(title), {*self._by_slug, *_gone(home)})
            folder = home / slug
            with saving(folder):
                folder.mkdir(parents=True)
            write_whole(folder / _SETTINGS, tomlkit.dumps({"title": title, "language": language}).encode())
            course = OfferedCourse(slug, title, folder.resolve(), "created")
            self._by_slug[slug] = course
            return course

    def copy(self, slug: str) -> OfferedCourse:
        """A new course with the same files, for one whose own files cannot be changed. Raises as `create` does."""
        original = self[slug]
        course = self.create(original.title)
        with saving(course.folder):
            shutil.copytree(original.folder, course.folder, dirs_exist_ok=True)
        return course

    def rename(self, slug: str, title: str) -> None:
        """Give a created course another title; its slug stays. Raises as `create` does, and `CourseGone`."""
        title = _readable_title(title)
        with self._changing:
            course = self._changeable(slug)
            _write_setting(course, "title", title)
            course.title = title

    def speak(self, slug: str, language: Language) -> None:
        """Say in which language a created course is; that holds once it is indexed again. Raises as `rename` does."""
        with self._changing:
            _write_setting(self._changeable(slug), "language", language)

    def delete(self, slug: str) -> None:
        """Delete a created course with its files and its index; answers under way end as they would.

        Raises `CourseGone`, `CourseUnchangeable` or `NotSaved`.
        """
        with self._changing:
            course = self._changeable(slug)
            going = course.folder.with_name(f".deleted-{uuid.uuid4().hex[:8]}")
            with saving(course.folder):
                _remember_gone(course)
                course.folder.rename(going)  # one step: a course is never half there
            del self._by_slug[slug]
            if self._indexes:
                self._indexes.remove(course.folder)
        shutil.rmtree(going, ignore_errors=True)

    def _changeable(self, slug: str) -> OfferedCourse:
        course = self[slug]
        if course.origin != "created":
            raise CourseUnchangeable(
                "{title} was not created on this page; rename or delete its folder on the server instead.",
                title=course.title,
            )
        return course

    def _created_in(self) -> Path:
        if self._home is None:
            raise CourseUnchangeable("This server has no folder for new courses; start it with COURSECITE_DATA set.")
        return self._home

    def _found(self) -> Iterator[OfferedCourse]:
        """The courses created earlier; one whose settings cannot be read goes by its folder's name."""
        folders = sorted(self._home.iterdir()) if self._home and self._home.is_dir() else []
        for folder in folders:
            if folder.name.startswith(".deleted-"):
                shutil.rmtree(folder, ignore_errors=True)
            elif folder.is_dir() and not folder.name.startswith("."):
                current = self._indexes.follow(folder.resolve()) if self._indexes else None
                yield OfferedCourse(folder.name, _title(folder), folder.resolve(), "created", current)


def _write_setting(course: OfferedCourse, name: str, value: str) -> None:
    """Into course.toml, whose other settings stay as they are."""
    path = course.folder / _SETTINGS
    with saving(path):
        text = path.read_text(encoding="utf-8") if path.exists() else ""
    try:
        document = tomlkit.parse(text)
    except ParseError as error:
        raise CourseUnchangeable(
            "The settings of {title} cannot be read; mend the course.toml in its folder.", title=course.title
        ) from error
    document[name] = value
    write_whole(path, tomlkit.dumps(document).encode())


def slug_of(title: str) -> str:
    """A name for addresses: lower-case ASCII letters, digits and hyphens.

    >>> slug_of("Zellbiologie für Anfänger, Teil 2")
    'zellbiologie-fur-anfanger-teil-2'
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-") or "course"


def slugs_of(folders: Sequence[Path]) -> list[str]:
    """A slug for each of the folders given, from its name; those of one name get a piece of their path's hash.

    So a folder's slug does not depend on the order in which they are given.
    """
    names = [slug_of(folder.name) for folder in folders]
    taken = Counter(names)
    return [
        name if taken[name] == 1 else f"{name}-{sha256(str(folder).encode()).hexdigest()[:6]}"
        for name, folder in zip(names, folders, strict=True)
    ]


def _free(slug: str, taken: Iterable[str]) -> str:
    used, number, free = set(taken), 2, slug
    while free in used:
        free, number = f"{slug}-{number}", number + 1
    return free


def _remember_gone(course: OfferedCourse) -> None:
    """No other course gets its slug: what was asked of it, and its evaluation runs, are kept under that name."""
    gone = course.folder.parent / _GIVEN_AWAY
    gone.mkdir(exist_ok=True)
    (gone / course.slug).touch()


def _gone(home: Path) -> list[str]:
    with saving(home):
        return [path.name for path in (home / _GIVEN_AWAY).iterdir()] if (home / _GIVEN_AWAY).is_dir() else []


def _title(folder: Path) -> str:
    try:
        return course_title(folder)
    except CorpusError:
        return folder.name


def _language(folder: Path) -> str:
    """English, as where nothing is said, for a course whose settings cannot be read."""
    try:
        return course_language(folder)
    except CorpusError:
        return "en"


def _readable_title(title: str) -> str:
    text = " ".join(title.split())
    if not text or not any(character.isalnum() for character in text):
        raise TitleInvalid("A course needs a title; type one.")
    if len(text) > LONGEST_TITLE or not text.isprintable():
        raise TitleInvalid("A title has at most {most} characters, all printable; shorten it.", most=LONGEST_TITLE)
    return text
