"""CourseIndexes: the saved indexes of all courses that one program works with, over the same models."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from corpus import Course
from rag import Answering, Assistant, IndexDamaged, IndexMissing, IndexStale
from rag.building import ShowIndexing
from rag.chunking import Chunking
from rag.embedding import Embedder
from rag.index import POINTER, Index
from rag.indexing import index_folder, open_index
from rag.llm import LLM
from rag.reader import Reader
from rag.reranking import Reranker
from rag.retrieval import Retriever
from rag.settings import Settings
from ui.current import CurrentAssistant
from ui.self_tests import SelfTests


class CourseIndexes:
    """Builds, opens and removes the index of a course, and puts an assistant over it."""

    def __init__(
        self,
        settings: Settings,
        llm: LLM,
        embedder: Embedder,
        reader: Reader | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self.embedder = embedder
        self._settings = settings
        self._llm = llm
        self._reader = reader
        self._reranker = reranker

    def open(
        self,
        course: Course,
        *,
        progress: ShowIndexing = lambda _at: None,
        notice: Callable[[str], None] = lambda _text: None,
    ) -> Assistant:
        """The assistant over the course as it is now, indexed (and saved) where that is needed.

        Raises `RagError` and `CorpusError` as `rag.indexing.open_index` does.
        """
        folder = self._folder(course.folder)
        return self._assistant(open_index(course, folder, self.embedder, Chunking(), notice=notice, progress=progress))

    def follow(self, folder: Path) -> CurrentAssistant | None:
        """The assistant over the index that was saved last for the course in `folder`; None where none can be used.

        When another process has indexed the course anew, the new index answers.
        """
        try:
            return self.following(folder, self._load(folder))
        except (IndexMissing, IndexStale, IndexDamaged):
            return None

    def following(self, folder: Path, assistant: Assistant) -> CurrentAssistant:
        """The same, with the assistant that is current now."""
        return CurrentAssistant(assistant, self._folder(folder) / POINTER, lambda: self._load(folder))

    def remove(self, folder: Path) -> None:
        """Forget the index of the course in `folder`; what was loaded of it goes on answering."""
        shutil.rmtree(self._folder(folder), ignore_errors=True)

    def _load(self, folder: Path) -> Assistant:
        return self._assistant(Index.load(self._folder(folder), self.embedder.name, Chunking()))

    def _folder(self, folder: Path) -> Path:
        return index_folder(self._settings.data, folder)

    def _assistant(self, index: Index) -> Assistant:
        answering = Answering(written=self._model_words(), confident=self._settings.strictness)
        return Assistant(Retriever(index, self.embedder, self._reranker), self._llm, answering, self._reader)

    def _model_words(self) -> bool:
        if self._settings.answers == "auto":
            return SelfTests(self._settings.data).words_better(self._llm.fingerprint)
        return self._settings.answers == "written"
