"""From settings and a course folder to what the commands work with."""

from __future__ import annotations

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


def read_settings() -> Settings:
    """The settings of the environment; a value that is none is a usage error."""
    from rag.settings import Settings

    try:
        return Settings.from_environment()
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def open_assistant(folder: Path | None, settings: Settings, llm: LLM | None = None) -> Assistant:
    """The course at `folder` (or the included one), indexed, with `llm` or else the model that the settings name."""
    from rag import Answering, Assistant
    from rag.models import load_embedder, load_llm
    from rag.retrieval import Retriever

    course = read_course(folder or included_course())
    with status("Loading the models"):
        llm = llm or load_llm(settings)
        embedder = load_embedder(settings)
    answering = Answering(written=settings.answers == "written", confident=settings.strictness)
    return Assistant(Retriever(open_index(course, embedder, settings), embedder), llm, answering)


def open_index(course: Course, embedder: Embedder, settings: Settings, *, rebuild: bool = False) -> Index:
    """The index of the course as it is now; where it is built or refreshed, the terminal shows it."""
    from rag.chunking import Chunking
    from rag.indexing import index_folder, open_index

    with indexing_progress() as progress:
        return open_index(
            course,
            index_folder(settings.data, course),
            embedder,
            Chunking(),
            notice=say,
            progress=progress,
            rebuild=rebuild,
        )


def included_course() -> Path:
    """The first course that comes with the program."""
    return min(path for path in Path(str(files("corpus") / "courses")).iterdir() if path.is_dir())
