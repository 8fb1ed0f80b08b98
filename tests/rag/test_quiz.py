from __future__ import annotations

from pathlib import Path

import pytest

from corpus import Place, read_course
from rag import Assistant, Citation
from rag.building import build
from rag.chunking import Chunking
from rag.quiz import Comparison, QuizQuestion, compare, quiz
from rag.retrieval import Retriever
from tests.conftest import FakeLLM, WordEmbedder

COURSE = """# Cells

It is the best unit of all units. A cell is the smallest unit of life. Every human cell has 46 chromosomes in it.

## Division

Mitosis is the division of one nucleus into two equal nuclei. Long Short-Term
Memory (LSTM) is a recurrent kind of network.

# Energy

The human body keeps a temperature of 37.5 degrees in 1,000 places. Plants are good.
"""


def course(folder: Path, text: str = COURSE, language: str = "en") -> Assistant:
    folder.mkdir()
    (folder / "cells.md").write_text(text, encoding="utf-8")
    (folder / "course.toml").write_text(f'language = "{language}"\n', encoding="utf-8")
    embedder = WordEmbedder()
    return Assistant(Retriever(build(read_course(folder), embedder, Chunking()), embedder), FakeLLM())


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    return course(tmp_path / "biology")


def every_question(assistant: Assistant, about: str = "") -> list[QuizQuestion]:
    asked: list[QuizQuestion] = []
    while question := quiz(assistant, about, [one.question for one in asked]):
        asked.append(question)
    return asked


def test_every_question_is_asked_once_and_answered_by_its_passage(assistant: Assistant) -> None:
    asked = every_question(assistant)

    assert [one.question for one in asked] == [
        "What is a cell?",
        "What is mitosis?",
        "What is Long Short-Term Memory (LSTM)?",
        "Fill the gap: Every human cell has _____ chromosomes in it.",
        "Fill the gap: The human body keeps a temperature of _____ degrees in 1,000 places.",
    ]
    for one in asked:
        citation = one.citation
        assert assistant.document(citation.doc_id).text[citation.start : citation.end] == citation.quote
        assert one.expected in citation.quote


def test_questions_on_a_subject_speak_of_it(assistant: Assistant) -> None:
    assert [one.question for one in every_question(assistant, "What is mitosis?")] == ["What is mitosis?"]
    assert every_question(assistant, "photosynthesis") == []


def test_questions_are_asked_in_the_language_of_the_course(tmp_path: Path) -> None:
    text = (
        "# Zellen\n\nDie Zelle ist die kleinste Einheit des Lebens. Sie hat 46 Teile. Der Mensch hat 46 Chromosomen.\n"
    )
    asked = every_question(course(tmp_path / "biologie", text, "de"))

    assert [one.question for one in asked] == [
        "Was ist die Zelle?",
        "Ergänzen Sie: Der Mensch hat _____ Chromosomen.",
    ]


def question(expected: str) -> QuizQuestion:
    return QuizQuestion("?", expected, Citation(1, "d", "T", Place(), expected, 0, len(expected)))


@pytest.mark.parametrize(
    ("expected", "given", "found", "missing"),
    [
        ("the smallest unit of life", "It is the smallest unit of life.", ("smallest", "unit", "life"), ()),
        ("the smallest unit of life", "Units of LIFE", ("unit", "life"), ("smallest",)),
        ("the smallest unit of life", "", (), ("smallest", "unit", "life")),
        ("46", "46 chromosomes", ("46",), ()),
        ("46", "48", (), ("46",)),
        ("1,000 cells", "1000 cell", ("1,000", "cells"), ()),
        ("3.5 percent", "35 percent", ("percent",), ("3.5",)),
        ("life, life (again) and “cells”", "cells", ("cells",), ("life",)),
        ("- – …", "anything", (), ()),
    ],
)
def test_an_answer_is_compared_by_content_words_and_numbers(
    expected: str, given: str, found: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    assert compare(question(expected), given) == Comparison(found, missing)
