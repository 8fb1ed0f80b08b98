"""answer_batch: answers to a file of questions, for someone who wants just those; no gold, no scores."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

from eval.asking import OnProgress, Progress, answering
from eval.cache import AnswerCache
from eval.files import write_whole
from eval.questions import Question
from eval.rows import Row, row_to_json
from rag import NOT_IN_COURSE, Assistant


def answer_batch(
    assistant: Assistant,
    questions: Sequence[Question],
    target: Path,
    cache: AnswerCache | None = None,
    on_progress: OnProgress = lambda _progress: None,
) -> list[Row]:
    """Answer the questions and write them to `target`: CSV where it ends in .csv, else JSON Lines.

    A question that fails is there with its error. Written at the end, whole; a batch that was
    stopped takes what it had answered from the cache. Raises `RunNotSaved`.
    """
    ask = answering(assistant, cache)
    rows: list[Row] = []
    for question in questions:
        rows.append(ask(question))
        errors = sum(bool(row.error) for row in rows)
        on_progress(Progress("answer", len(rows), len(questions), 0, errors))
    content = _csv(rows) if target.suffix.lower() == ".csv" else _jsonl(rows)
    write_whole(target, content.encode())
    return rows


def _jsonl(rows: Sequence[Row]) -> str:
    return "".join(json.dumps(row_to_json(row), ensure_ascii=False) + "\n" for row in rows)


def _csv(rows: Sequence[Row]) -> str:
    """A header and one line per question."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["id", "question", "answered", "answer", "citations", "confidence", "error"])
    for row in rows:
        citations = "\n".join(f"[{one.number}] {one.title} {one.place}: “{one.quote}”" for one in row.citations)
        answered = "" if row.answered is None else str(row.answered).lower()
        confidence = "" if row.confidence is None else f"{row.confidence:.3f}"
        answer = "" if row.error else _marked(row)
        cells = [row.question.id, row.question.text, answered, answer, citations, confidence, row.error]
        writer.writerow([harmless(cell) for cell in cells])
    return "\ufeff" + text.getvalue()  # without the mark Excel takes UTF-8 for the local code page


def _marked(row: Row) -> str:
    if not row.answered:
        return NOT_IN_COURSE
    marked = ("".join([one.text, *(f" [{number}]" for number in one.citations)]) for one in row.sentences)
    return " ".join(marked)


def harmless(cell: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet would run it as a formula (OWASP, CSV injection)."""
    return "'" + cell if cell.lstrip().startswith(("=", "+", "-", "@")) or cell.startswith(("\t", "\r")) else cell
