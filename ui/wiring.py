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
    from ui.current import CurrentAssistant


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
    llm, embedder = _load_models(settings, llm)
    return _assistant(open_index(course, embedder, settings), embedder, llm, settings)


def follow_assistant(folder: Path | None, settings: Settings) -> CurrentAssistant:
    """The same for a server: when another process has indexed the course anew, the new index answers."""
    from rag.chunking import Chunking
    from rag.index import POINTER, Index
    from rag.indexing import index_folder
    from ui.current import CurrentAssistant

    course = read_course(folder or included_course())
    llm, embedder = _load_models(settings)
    indexes = index_folder(settings.data, course)

    def load() -> Assistant:
        return _assistant(Index.load(indexes, embedder.name, Chunking()), embedder, llm, settings)

    first = _assistant(open_index(course, embedder, settings), embedder, llm, settings)
    return CurrentAssistant(first, indexes / POINTER, load)


def _load_models(settings: Settings, llm: LLM | None = None) -> tuple[LLM, Embedder]:
    from rag.models import load_embedder, load_llm

    with status("Loading the models"):
        return llm or load_llm(settings), load_embedder(settings)


def _assistant(index: Index, embedder: Embedder, llm: LLM, settings: Settings) -> Assistant:
    from rag import Answering, Assistant
    from rag.retrieval import Retriever

    answering = Answering(written=settings.answers == "written", confident=settings.strictness)
    return Assistant(Retriever(index, embedder), llm, answering)


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
