"""Row: what became of one question; and the append-only file that rows are kept in.

A line of it is `rag.record`'s object with the question's ``id`` and ``shape`` before it and its
``scores``, or the ``error`` it ended in, behind.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from eval.errors import RunDamaged
from eval.files import whole_lines, write_whole
from eval.questions import Question, Span
from rag import Sentence, Timings


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as it was recorded: the words quoted, their number, and where they stand."""

    number: int
    span: Span
    title: str
    place: str
    quote: str


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A passage that the search found, with its score there."""

    span: Span
    score: float


@dataclass(frozen=True, slots=True)
class Row:
    """One question and what became of it.

    `answered` is None where no answer was asked for (a run of the search alone) or where the
    question ended in an `error`; what had been retrieved before the error is kept. `confidence` is
    the evidence, 0 to 1, that the course answers; None where the assistant gives none.
    `scores` has an entry for each measure that applies to this question, and no other.
    """

    question: Question
    answered: bool | None = None
    text: str = ""
    asked: str = ""
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Cited, ...] = ()
    retrieved: tuple[Retrieved, ...] = ()
    confidence: float | None = None
    timings: Timings = field(default_factory=Timings)
    error: str = ""
    scores: Mapping[str, float] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)
    """The recorded object itself, unknown keys and all."""

    def scored(self, scores: Mapping[str, float]) -> Row:
        """The same row with these scores."""
        return replace(self, scores=dict(scores))


def row_from_json(item: Mapping[str, Any], question: Question) -> Row:
    """A row from its line. Raises `KeyError`, `TypeError` or `ValueError` where it is not one."""
    record = {key: value for key, value in item.items() if key not in ("id", "shape", "scores", "error")}
    confidence = record.get("confidence")
    return Row(
        question=question,
        answered=record.get("answered"),
        text=record.get("text", ""),
        asked=record.get("asked", ""),
        sentences=tuple(
            Sentence(sentence["text"], sentence["support"], tuple(sentence["citations"]))
            for sentence in record.get("sentences", ())
        ),
        citations=tuple(_cited(citation) for citation in record.get("citations", ())),
        retrieved=tuple(Retrieved(_span(hit), float(hit["score"])) for hit in record.get("retrieved", ())),
        confidence=None if confidence is None else float(confidence),
        timings=Timings(**record.get("timings", {})),
        error=item.get("error", ""),
        scores=item.get("scores", {}),
        record=record,
    )


def row_to_json(row: Row) -> dict[str, Any]:
    """The line that `row_from_json` reads back to the same row."""
    item: dict[str, Any] = {"id": row.question.id, "shape": row.question.shape, **row.record}
    if row.error:
        item["error"] = row.error
    if row.scores:
        item["scores"] = dict(row.scores)
    return item


def _cited(item: Mapping[str, Any]) -> Cited:
    return Cited(int(item["number"]), _span(item), item.get("title", ""), item.get("place", ""), item["quote"])


def _span(item: Mapping[str, Any]) -> Span:
    return Span(item["doc_id"], int(item["start"]), int(item["end"]))


def read_rows(path: Path, questions: Sequence[Question]) -> dict[str, Row]:
    """The rows in a file by question id; of two for one question the later counts.

    A last line without its line break was cut off by a crash and is not a row. Raises `RunDamaged`
    for any other line that is not a row of these questions. No file, no rows.
    """
    asked = {question.id: question for question in questions}
    rows: dict[str, Row] = {}
    for number, line in enumerate(whole_lines(path), start=1):
        try:
            item = json.loads(line)
            rows[item["id"]] = row_from_json(item, asked[item["id"]])
        except (ValueError, KeyError, TypeError) as error:
            raise RunDamaged(
                f"{path}, line {number}, is not a row of this run; delete that line to have its question asked again."
            ) from error
    return rows


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Put these rows in the place of the file's, all or none. Raises `RunNotSaved`."""
    write_whole(path, b"".join(json_line(row) for row in rows))


def json_line(row: Row) -> bytes:
    """The row as it stands in its file."""
    return json.dumps(row_to_json(row), ensure_ascii=False).encode() + b"\n"
