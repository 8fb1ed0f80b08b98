"""A small course, questions on it, and an assistant that answers them without a model."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from corpus import Document, Place, Section
from rag import (
    Answer,
    Chunk,
    Citation,
    Event,
    Hit,
    Message,
    ModelFailed,
    Reply,
    Search,
    Sentence,
    SentenceReady,
    SourcesFound,
    Timings,
)
from rag.chunking import Chunking, split
from rag.keywords import KeywordIndex

TEXTS = {
    "cells": "The cell membrane keeps the inside of a cell apart.\n\nMitochondria make most of the energy of a cell.",
    "lstm": "An LSTM has three gates.\n\nThe forget gate decides what leaves the memory of the network.",
    "blood": "Red blood cells carry oxygen.\n\nThe adrenal gland secretes epinephrine into the blood.",
    "plants": "Chlorophyll makes leaves green.\n\nPhotosynthesis turns light into sugar in the chloroplasts.",
}


class FakeAssistant:
    """Answers with the best passage's first sentence; refuses where a question shares no word with the course.

    `failing` are texts of questions that crash while they are answered, `seconds` what each takes.
    """

    course_title = "Biology and networks"
    language = "en"
    model_name = "first-sentence"
    prompt_hash = "p" * 64

    def __init__(self, documents: Mapping[str, Document], failing: Sequence[str] = (), seconds: float = 0.0) -> None:
        self.documents = documents
        self.failing = set(failing)
        self.seconds = seconds
        self.asked: list[str] = []
        self.model_hash = "m" * 64
        self.index_version = "i1"
        self.parameters: dict[str, str | int | float | bool] = {"temperature": 0.0}
        self.searches: set[str] = set()
        self._chunks = [
            chunk for document in documents.values() for chunk in split(document, Chunking(size=80, overlap=0))
        ]
        self._keywords = KeywordIndex([chunk.text for chunk in self._chunks], "en")

    def search(self, question: str, history: Sequence[Message] = (), by: Search = "blended") -> list[Hit]:
        self.searches.add(by)
        return [Hit(self._chunks[row], score) for row, score in self._keywords.search(question, 10)]

    def ask(self, question: str, history: Sequence[Message] = ()) -> Reply:
        self.asked.append(question)
        return Reply(self._work(question, self.search(question)))

    def answer_from(self, question: str, chunks: Sequence[Chunk]) -> Reply:
        self.asked.append(question)
        return Reply(self._work(question, [Hit(chunk, 1.0) for chunk in chunks]))

    def _work(self, question: str, hits: Sequence[Hit]) -> Generator[Event, None, Answer]:
        time.sleep(self.seconds)
        yield SourcesFound(question, tuple(hits))
        if question in self.failing:
            raise ModelFailed("The model broke off.")
        timings = Timings(1.0, 2.0, 3.0)
        if not hits:
            return Answer(question, False, (), retrieved=(), confidence=0.1, index_version="i1", timings=timings)
        best = hits[0].chunk
        citation = Citation(1, best.doc_id, best.title, best.place, best.text, best.start, best.end)
        sentence = Sentence(best.text, "supported", (1,))
        yield SentenceReady(sentence, (citation,))
        return Answer(
            question,
            True,
            (sentence,),
            (citation,),
            tuple(hits),
            confidence=0.9,
            model=self.model_name,
            index_version="i1",
            timings=timings,
        )


def course_documents() -> dict[str, Document]:
    return {
        doc_id: Document(doc_id, doc_id.capitalize(), text, (Section(0, len(text), Place((doc_id,))),))
        for doc_id, text in TEXTS.items()
    }


def gold(doc_id: str, words: str) -> dict[str, Any]:
    start = TEXTS[doc_id].index(words)
    return {"doc_id": doc_id, "start": start, "end": start + len(words)}


def question_items() -> list[dict[str, Any]]:
    """Four the course answers, of three types, and three it does not, of two kinds."""

    def known(id_: str, question: str, answer: str, qtype: str, span: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": id_,
            "question": question,
            "answers": [answer],
            "answerable": True,
            "qtype": qtype,
            "gold_doc_ids": [span["doc_id"]],
            "gold_spans": [span],
        }

    def unknown(id_: str, question: str, kind: str) -> dict[str, Any]:
        return {
            "id": id_,
            "question": question,
            "answerable": False,
            "unanswerable_kind": kind,
            "qtype": "factoid",
        }

    return [
        known("gates", "How many gates does an LSTM have?", "three", "factoid", gold("lstm", "three gates")),
        known("gland", "The ________ gland secretes epinephrine.", "adrenal", "cloze", gold("blood", "adrenal gland")),
        known("green", "What makes leaves green?", "Chlorophyll", "factoid", gold("plants", "Chlorophyll")),
        known("oxygen", "What do red blood cells carry?", "iron", "factoid", gold("blood", "carry oxygen")),
        unknown("war", "Who won the second war?", "other_course"),
        unknown("tax", "What is value added tax?", "other_course"),
        unknown("near", "How many gates does a GRU have?", "adversarial_near_miss"),
    ]


def write_jsonl(path: Path, items: Sequence[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    return path


@pytest.fixture
def documents() -> dict[str, Document]:
    return course_documents()


@pytest.fixture
def assistant(documents: dict[str, Document]) -> FakeAssistant:
    return FakeAssistant(documents)


@pytest.fixture
def items() -> list[dict[str, Any]]:
    return question_items()


@pytest.fixture
def question_file(tmp_path: Path, items: list[dict[str, Any]]) -> Path:
    return write_jsonl(tmp_path / "questions.jsonl", items)
