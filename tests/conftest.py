"""What all tests share: doubles for the two seams, a small course, and no network by accident."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path

import numpy as np
import pytest

from corpus import read_course
from rag import Assistant, Message
from rag.building import build
from rag.chunking import Chunking
from rag.embedding import Vectors
from rag.index import Index
from rag.models import load_embedder, load_llm, load_reader
from rag.retrieval import Retriever
from rag.settings import Settings
from rag.stopping import Stop
from rag.terms import terms

for _size in ("COLUMNS", "LINES"):  # else consoles keep what a terminal, or pytest-xdist, says; tests say their own
    os.environ.pop(_size, None)

PROJECT = Path(__file__).parents[1]
COURSE = PROJECT / "corpus" / "courses" / "deep-learning-applications-in-healthcare"
COURSE_SET = PROJECT / "eval" / "sets" / f"{COURSE.name}.jsonl"
SHARED_DATA = Path(os.environ.get("COURSECITE_TEST_DATA", PROJECT.parent / "shared" / "data"))

BIOLOGY = """# Cells

A cell is the smallest unit of life. Every cell has a membrane that controls what enters.

## Mitosis

Mitosis divides one nucleus into two equal nuclei. It has four phases: prophase, metaphase,
anaphase and telophase.

## Meiosis

Meiosis makes four cells with half the chromosomes. It happens only in the germ line.

# Energy

Mitochondria release energy from glucose. Plants store energy as starch.
"""


class WordEmbedder:
    """One dimension for each stem it has met, so that a cosine can be worked out by eye."""

    name = "words"

    def __init__(self, dimensions: int = 256) -> None:
        self._dimension: dict[str, int] = {}
        self._dimensions = dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for term in terms(text):
                vectors[row, self._dimension.setdefault(term, len(self._dimension) % self._dimensions)] += 1
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, norms, out=vectors, where=norms > 0)


class FakeLLM:
    """Says what was enqueued, word by word, and remembers what it was told."""

    name = "fake"
    fingerprint = "fake"

    def __init__(self, *replies: str) -> None:
        self.replies = list(replies)
        self.prompts: list[list[Message]] = []
        self.closed = 0

    def stream(self, messages: Sequence[Message], max_tokens: int, stop: Stop | None = None) -> Iterator[str]:
        self.prompts.append(list(messages))
        reply = self.replies.pop(0) if self.replies else ""
        try:
            for word in reply.split(" "):
                if stop and stop.asked:
                    return
                yield f"{word} "
        finally:
            self.closed += 1


class EndlessLLM:
    """Is in the middle of one sentence until it is stopped, or for half a minute; `writing` says that it has begun."""

    name = "endless"
    fingerprint = "endless"

    def __init__(self) -> None:
        self.writing = threading.Event()

    def stream(self, messages: Sequence[Message], max_tokens: int, stop: Stop | None = None) -> Iterator[str]:
        until = time.monotonic() + 30
        while time.monotonic() < until and not (stop and stop.asked):
            yield "and "
            self.writing.set()
            time.sleep(0.01)


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets lead nowhere; a test marked `loopback` or `browser` may talk to this machine itself."""
    loopback_allowed = bool({"loopback", "browser"} & {mark.name for mark in request.node.iter_markers()})
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        is_inet = self.family in (socket.AF_INET, socket.AF_INET6)
        if is_inet and not (loopback_allowed and isinstance(address, tuple) and _is_loopback(address[0])):
            raise RuntimeError(f"A test tried to reach {address}; mark it `loopback` if it means this machine.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def _is_loopback(host: str) -> bool:
    return host == "localhost" or ip_address(host).is_loopback


@pytest.fixture
def biology(tmp_path: Path) -> Path:
    """A course folder with one short Markdown file."""
    folder = tmp_path / "biology"
    folder.mkdir()
    (folder / "cells.md").write_text(BIOLOGY, encoding="utf-8")
    return folder


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def biology_index(biology: Path, embedder: WordEmbedder) -> Index:
    return build(read_course(biology), embedder, Chunking())


@pytest.fixture
def biology_retriever(biology_index: Index, embedder: WordEmbedder) -> Retriever:
    return Retriever(biology_index, embedder)


@pytest.fixture(scope="session")
def real_assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The included course with the packaged embedder and model: what a user has after `make chat`."""
    settings = Settings(data=tmp_path_factory.mktemp("data"))
    real_embedder = load_embedder(settings)
    retriever = Retriever(build(read_course(COURSE), real_embedder, Chunking()), real_embedder)
    return Assistant(retriever, load_llm(settings), reader=load_reader())


@pytest.fixture
def course_copy(tmp_path: Path) -> Path:
    """The included course, in a folder that a test may change."""
    return Path(shutil.copytree(COURSE, tmp_path / COURSE.name))
