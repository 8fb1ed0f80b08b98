"""Training material small enough to read: one set of crowd questions, three textbooks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.tuning.examples import SQUAD, TEXTBOOKS

ARTICLE = (
    "# Oxygen\n\nOxygen was discovered by Carl Scheele in 1773. It is a gas at room temperature.\n\n"
    "Most of the mass of living organisms is oxygen. Plants release it by photosynthesis."
)
BOOK = (
    "# Markets\n\nA monopoly is a market with one seller, who sets the price alone. Prices then stay high.\n\n"
    "# Money\n\nInflation is a general rise of prices, which makes money worth less over the years."
)


def write_material(folder: Path) -> Path:
    """A folder as `rag.tuning.examples` reads it."""
    _write(folder / SQUAD / "corpus.jsonl", [{"doc_id": "Oxygen", "title": "Oxygen", "text": ARTICLE}])
    first = ARTICLE.index("Oxygen was")
    paragraph = {"passage_id": "Oxygen#0", "doc_id": "Oxygen", "start": first, "end": ARTICLE.index("\n\nMost")}
    _write(folder / SQUAD / "passages.jsonl", [paragraph])
    _write(folder / SQUAD / "questions.jsonl", [_answerable("Carl Scheele"), _near_miss("Who named oxygen in 1773?")])
    for name in TEXTBOOKS:
        _write(folder / name / "corpus.jsonl", [{"doc_id": name, "title": "Economics", "text": BOOK}])
        _write(folder / name / "definitions.jsonl", [_definition(name)])
    exercise = {
        "question": "Why is money worth less?",
        "answer": "Inflation is a rise of prices.",
        "doc_id": TEXTBOOKS[2],
    }
    _write(folder / TEXTBOOKS[2] / "exercises.jsonl", [exercise])
    return folder


def _answerable(answer: str) -> Mapping[str, Any]:
    start = ARTICLE.index(answer)
    return {
        "question": "Who discovered oxygen?",
        "answerable": True,
        "gold_spans": [{"doc_id": "Oxygen", "start": start, "end": start + len(answer)}],
        "span_quality": "high",
        "agreement": 1.0,
        "self_contained": True,
    }


def _near_miss(question: str) -> Mapping[str, Any]:
    return {"question": question, "answerable": False, "near_passage_ids": ["Oxygen#0"], "self_contained": True}


def _definition(doc_id: str) -> Mapping[str, Any]:
    start = BOOK.index("A monopoly")
    end = BOOK.index(" Prices")
    return {
        "term": "monopoly",
        "meaning": "a market with a single seller",
        "surface": "monopoly",
        "kind": "definitional",
        "doc_id": doc_id,
        "start": start,
        "end": end,
    }


def _write(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
