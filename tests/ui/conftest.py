"""A double for the assistant: it says what was enqueued, and waits between its events when told to."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeVar, cast

import pytest
from argon2 import PasswordHasher

from corpus import Document, Place, Section
from rag import (
    Answer,
    Assistant,
    Chunk,
    Citation,
    Event,
    Hit,
    Message,
    RagError,
    Reply,
    Sentence,
    SentenceReady,
    SourcesFound,
    readable,
)
from ui.courses import Courses, OfferedCourse
from ui.current import CurrentAssistant
from ui.journal import Journal, passwords

T = TypeVar("T")

TITLE = "Cells and their energy"
PARTS = {
    "Mitosis": "Mitosis divides one nucleus into two equal nuclei. It has four phases.",
    "Meiosis": "Meiosis makes four cells with half the chromosomes. It happens in the germ line.",
    "Energy": "Mitochondria release energy from glucose. Plants store energy as starch.",
}


def course_document(doc_id: str = "cells", title: str = TITLE, parts: Mapping[str, str] = PARTS) -> Document:
    """A document with a section for each heading."""
    text, sections = "", []
    for heading, body in parts.items():
        start = len(text) + len(heading) + 1
        sections.append(Section(start, start + len(body), Place((heading,))))
        text += f"{heading}\n{body}\n"
    return Document(doc_id, title, text, tuple(sections))


def passages(document: Document) -> list[Chunk]:
    """Each section of the document as one passage."""
    return [
        Chunk(document.doc_id, document.title, part.place, part.start, part.end, document.text[part.start : part.end])
        for part in document.sections
    ]


def cite(number: int, document: Document, quote: str) -> Citation:
    """A citation of the words `quote`, which must stand in the document."""
    start = document.text.index(quote)
    place = document.place_at(start)
    return Citation(number, document.doc_id, document.title, place, quote, start, start + len(quote))


class FakeAssistant:
    """Answers with what was enqueued. Events flow freely unless `gated`; then each waits for `step()`."""

    def __init__(self, document: Document | None = None, course_title: str = "Biology") -> None:
        self.document_ = document or course_document()
        self.course_title = course_title
        self.histories: list[list[Message]] = []
        self.closed = threading.Event()
        self.waits = threading.Event()
        self.gated = False
        self._steps = threading.Semaphore(0)
        self._enqueued: list[Answer | RagError] = []

    def enqueue(self, *outcomes: Answer | RagError) -> None:
        self._enqueued += outcomes

    def step(self) -> None:
        self._steps.release()

    def ask(self, question: str, history: Sequence[Message] = ()) -> Reply:
        question = readable(question)
        self.histories.append(list(history))
        return Reply(self._work(question, self._enqueued.pop(0)))

    def _work(self, question: str, outcome: Answer | RagError) -> Generator[Event, None, Answer]:
        try:
            if isinstance(outcome, RagError):
                raise outcome
            self._wait()
            yield SourcesFound(outcome.asked or question, outcome.retrieved)
            shown: set[int] = set()
            for sentence in outcome.sentences:
                self._wait()
                new = tuple(c for c in outcome.citations if c.number in sentence.citations and c.number not in shown)
                shown.update(citation.number for citation in new)
                yield SentenceReady(sentence, new)
            self._wait()
            return replace(outcome, question=question, asked=outcome.asked or question)
        finally:
            self.closed.set()

    def _wait(self) -> None:
        if self.gated:
            self.waits.set()
            self._pass()

    def _pass(self) -> None:
        if not self._steps.acquire(timeout=30):
            raise TimeoutError("The test never let the next event through.")

    language = "en"
    index_version = "fake"

    def search(self, question: str, history: Sequence[Message] = ()) -> list[Hit]:
        return [Hit(chunk, 1.0) for chunk in passages(self.document_)]

    @property
    def documents(self) -> Mapping[str, Document]:
        return {self.document_.doc_id: self.document_}

    def document(self, doc_id: str) -> Document:
        return self.documents[doc_id]

    def suggestions(self, count: int) -> list[str]:
        headings = [part.place.headings[-1] for part in self.document_.sections if part.place.headings]
        return [f"What is {heading}?" for heading in headings[:count]]


def one_course(assistant: FakeAssistant | Assistant) -> Courses:
    """A server's courses, of which there is one: what `assistant` answers about."""
    return Courses([offered("course", assistant)])


def offered(slug: str, assistant: FakeAssistant | Assistant) -> OfferedCourse:
    """A course that `assistant` answers about."""
    current = CurrentAssistant(cast(Assistant, assistant), Path("no-such-pointer"), lambda: cast(Assistant, assistant))
    return OfferedCourse(slug, assistant.course_title, Path("no-such-folder"), "given", current)


def in_event_loop(make: Callable[[], T]) -> T:
    """Call `make` where an event loop runs: without one, Gradio makes several and closes none of them.

    In a thread of its own, because Playwright runs a loop in the main one.
    """

    async def inside() -> T:
        return make()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, inside()).result()


@pytest.fixture(scope="session", autouse=True)
def _quick_hashes() -> Iterator[None]:
    """A password's hash is made to be slow; in tests it need not be."""
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", quick)
        yield


@pytest.fixture(scope="session")
def made_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables, to be copied: that is quicker than to migrate."""
    path = tmp_path_factory.mktemp("made") / "journal.sqlite"
    Journal.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def sqlite_address(made_on_sqlite: Path, tmp_path: Path) -> str:
    """A database with all tables, and nothing in them."""
    return f"sqlite:///{shutil.copy(made_on_sqlite, tmp_path)}"


@pytest.fixture
def sqlite_journal(sqlite_address: str) -> Iterator[Journal]:
    """A journal for tests to which the database does not matter."""
    journal = Journal.open(sqlite_address)
    yield journal
    journal.close()


@pytest.fixture
def document() -> Document:
    return course_document()


@pytest.fixture
def assistant(document: Document) -> FakeAssistant:
    return FakeAssistant(document)


@pytest.fixture
def answer(document: Document) -> Answer:
    """Two sentences, the second one weak; two of three passages cited."""
    return Answer(
        question="What is mitosis?",
        answered=True,
        sentences=(
            Sentence("Mitosis gives two equal nuclei.", "supported", (1,)),
            Sentence("It is followed by meiosis.", "weak", (1, 2)),
        ),
        citations=(
            cite(1, document, "Mitosis divides one nucleus into two equal nuclei."),
            cite(2, document, "Meiosis makes four cells"),
        ),
        retrieved=tuple(Hit(chunk, 1.0) for chunk in passages(document)),
    )


@pytest.fixture
def refusal(document: Document) -> Answer:
    found = passages(document)
    return Answer(
        question="When is the exam?",
        answered=False,
        sentences=(),
        retrieved=tuple(Hit(chunk, 1.0) for chunk in found),
        nearest=tuple(found[:2]),
    )


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.sqlite'}")
    yield journal
    journal.close()
