"""From settings and a course folder to what the commands work with."""

from __future__ import annotations

import getpass
import os
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from corpus import read_course
from ui.terminal import indexing_progress, say, status

if TYPE_CHECKING:
    from corpus import Course
    from rag import Assistant
    from rag.embedding import Embedder
    from rag.index import Index
    from rag.llm import LLM
    from rag.settings import Settings
    from ui.courses import Courses, Origin
    from ui.indexes import CourseIndexes
    from ui.journal import Journal
    from ui.learner import Learner


def read_settings() -> Settings:
    """The settings of the environment; a value that is none is a usage error."""
    from rag.settings import Settings

    try:
        return Settings.from_environment()
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def open_assistant(folder: Path | None, settings: Settings, llm: LLM | None = None) -> Assistant:
    """The course at `folder` (or the included one), indexed, with `llm` or else the model that the settings name."""
    course = read_course(folder or included_course())
    indexes = _load_models(settings, llm)
    with indexing_progress() as progress:
        return indexes.open(course, notice=say, progress=progress)


def open_courses(folders: Sequence[Path], settings: Settings) -> tuple[Courses, CourseIndexes]:
    """What a server offers: the courses at `folders`, indexed (or the included one), and those created on its page."""
    from ui.courses import Courses, OfferedCourse, slugs_of

    found = [read_course(folder) for folder in dict.fromkeys(folders or [included_course()])]
    indexes = _load_models(settings)
    slugs = slugs_of([course.folder for course in found])
    given = []
    for slug, course in zip(slugs, found, strict=True):
        with indexing_progress() as progress:
            assistant = indexes.open(course, notice=say, progress=progress)
        following = indexes.following(course.folder, assistant)
        origin: Origin = "given" if folders else "included"
        given.append(OfferedCourse(slug, assistant.course_title, course.folder, origin, following))
    return Courses(given, settings.data / "courses", indexes), indexes


def open_journal(settings: Settings) -> Journal:
    """The journal in the database that the settings name, or in the data folder. Raises `JournalError`."""
    from ui.journal import Journal

    return Journal.open(journal_address(settings))


def journal_address(settings: Settings) -> str:
    """Where the journal is: what the settings name, or a file in the data folder."""
    return settings.database or f"sqlite:///{settings.data / 'journal.sqlite'}"


def operator() -> Learner:
    """Whoever runs a command, as the audit log names them."""
    from ui.learner import Learner

    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number without a name
        user = str(os.getuid())
    return Learner("command-line", f"{user}, at the command line", "admin")


def _load_models(settings: Settings, llm: LLM | None = None) -> CourseIndexes:
    from rag.models import load_embedder, load_llm, load_reader, load_reranker
    from ui.indexes import CourseIndexes

    with status("Loading the models"):
        return CourseIndexes(
            settings, llm or load_llm(settings), load_embedder(settings), load_reader(), load_reranker(settings)
        )


def open_index(course: Course, embedder: Embedder, settings: Settings, *, rebuild: bool = False) -> Index:
    """The index of the course as it is now; where it is built or refreshed, the terminal shows it."""
    from rag.chunking import Chunking
    from rag.indexing import index_folder, open_index

    with indexing_progress() as progress:
        return open_index(
            course,
            index_folder(settings.data, course.folder),
            embedder,
            Chunking(),
            notice=say,
            progress=progress,
            rebuild=rebuild,
        )


def included_course() -> Path:
    """The first course that comes with the program."""
    return min(path for path in Path(str(files("corpus") / "courses")).iterdir() if path.is_dir())
