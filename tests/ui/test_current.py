import logging
import time

import pytest

from corpus import read_course
from rag import Assistant
from rag.chunking import Chunking
from rag.index import POINTER, Index
from rag.indexing import open_index
from rag.retrieval import Retriever
from tests.conftest import FakeLLM
from ui.current import CurrentAssistant


class Serving:
    """A server's assistant over a course that can be indexed anew, as another process would."""

    def __init__(self, course, folder, embedder):
        self._course, self.folder, self._embedder = course, folder, embedder
        self.loads = 0
        self.current = CurrentAssistant(self._assistant(self.index()), folder / POINTER, self._load)

    def index(self):
        return open_index(read_course(self._course), self.folder, self._embedder, Chunking())

    def after_loading(self):
        before = self.current()
        deadline = time.monotonic() + 20
        while self.current() is before and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.current()

    def _load(self):
        self.loads += 1
        return self._assistant(Index.load(self.folder, self._embedder.name, Chunking()))

    def _assistant(self, index):
        return Assistant(Retriever(index, self._embedder), FakeLLM())


@pytest.fixture
def serving(biology, embedder, tmp_path):
    return Serving(biology, tmp_path / "index", embedder)


def test_a_new_index_answers_once_it_is_complete(serving, biology):
    old = serving.current()
    (biology / "new.md").write_text("Ribosomes make proteins.", encoding="utf-8")
    version = serving.index().version
    begun = old.ask("What do mitochondria release?")

    new = serving.after_loading()

    assert new.index_version == version != old.index_version
    assert "new.md" in new.documents
    assert "new.md" not in old.documents
    assert begun.answer.index_version == old.index_version


def test_nothing_is_loaded_as_long_as_nothing_is_new(serving):
    assert serving.current() is serving.current()
    assert serving.loads == 0


def test_an_index_that_cannot_be_used_is_tried_once_and_said(serving, caplog):
    old = serving.current()
    (serving.folder / POINTER).write_text("gone-12345678", encoding="utf-8")

    with caplog.at_level(logging.WARNING):
        assert serving.current() is old
        deadline = time.monotonic() + 20
        while not caplog.records and time.monotonic() < deadline:
            time.sleep(0.01)
    for _ in range(3):
        assert serving.current() is old

    assert serving.loads == 1
    assert "the one before goes on answering" in caplog.text


def test_a_pointer_that_is_gone_changes_nothing(serving):
    old = serving.current()
    (serving.folder / POINTER).unlink()

    assert serving.current() is old
    assert serving.loads == 0
