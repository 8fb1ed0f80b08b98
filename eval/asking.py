"""Asking: one question after the other, each row on the disk before the next; what is there is not asked again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.baselines import gold_chunks
from eval.cache import AnswerCache, AnswerSource
from eval.code import code_sha256
from eval.files import LineAppender
from eval.questions import Question, Span
from eval.rows import Row, json_line, read_rows, row_from_json
from rag import (
    Answer,
    Assistant,
    Hit,
    IndexDamaged,
    IndexMissing,
    IndexStale,
    ModelMissing,
    ModelUnusable,
    Reply,
    Search,
    SourcesFound,
    Timings,
    record,
)

_LONGEST_ERROR = 500
_ENDS_THE_RUN = (ModelMissing, ModelUnusable, IndexMissing, IndexStale, IndexDamaged)
"""No question after one of these could fare better."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage has come: `done` of `total` questions, `before` of them by an earlier run, `errors` failed."""

    stage: str
    done: int
    total: int
    before: int
    errors: int


OnProgress = Callable[[Progress], None]
Ask = Callable[[Question], Row]


def ask_all(questions: Sequence[Question], ask: Ask, path: Path, stage: str, on_progress: OnProgress) -> None:
    """Append to the file at `path` a row for each question that has none yet, or one that ended in an error.

    Raises `RunNotSaved` where a row cannot be written, and `RunDamaged` for a file that is not of these questions.
    """
    earlier = read_rows(path, questions)
    errors = {id_ for id_, row in earlier.items() if row.error}
    open_questions = [question for question in questions if question.id not in earlier or question.id in errors]
    before = done = len(questions) - len(open_questions)
    failed = 0
    on_progress(Progress(stage, done, len(questions), before, failed))
    with LineAppender(path) as file:
        for question in open_questions:
            row = ask(question)
            file.append(json_line(row))
            done, failed = done + 1, failed + bool(row.error)
            on_progress(Progress(stage, done, len(questions), before, failed))


def searching(assistant: Assistant, by: Search = "blended") -> Ask:
    """Asks for the passages only, as one of the searches finds them; no model is needed."""

    def ask(question: Question) -> Row:
        start = time.perf_counter()
        try:
            hits = tuple(assistant.search(question.text, question.history, by))
        except _ENDS_THE_RUN:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what became of this question
            return _failed(question, error)
        return _row(question, _search_record(question, hits, (time.perf_counter() - start) * 1000))

    return ask


def answering(assistant: Assistant, cache: AnswerCache | None) -> Ask:
    """Asks for answers, each from the cache where it is there."""
    source = source_of(assistant)

    def ask(question: Question) -> Row:
        if cache and (known := cache.get(source, question)):
            return _row(question, known)
        row = _answered(question, lambda: assistant.ask(question.text, question.history))
        if cache and not row.error:
            cache.put(source, question, row.record)
        return row

    return ask


def answering_from_gold(assistant: Assistant, cache: AnswerCache | None) -> Ask:
    """Asks for answers from the gold passages in the place of what the search would find."""
    source = source_of(assistant)

    def ask(question: Question) -> Row:
        chunks = gold_chunks(question, assistant.documents)
        given = [Span(chunk.doc_id, chunk.start, chunk.end) for chunk in chunks]
        if cache and (known := cache.get(source, question, given)):
            return _row(question, known)
        row = _answered(question, lambda: assistant.answer_from(question.text, chunks))
        if cache and not row.error:
            cache.put(source, question, row.record, given)
        return row

    return ask


def source_of(assistant: Assistant) -> AnswerSource:
    """What decides this assistant's answers, beside the question."""
    return AnswerSource(
        index_version=assistant.index_version,
        model_sha256=assistant.model_hash,
        prompt_sha256=assistant.prompt_hash,
        parameters=assistant.parameters,
        code_sha256=code_sha256(),
    )


def row_of(question: Question, answer: Answer) -> Row:
    """The row of an answer, the same as when it is read back from its file."""
    return _row(question, record(answer))


def _answered(question: Question, ask: Callable[[], Reply]) -> Row:
    """The row of one reply; what was retrieved before an error is kept."""
    hits: tuple[Hit, ...] = ()
    try:
        reply = ask()
        for event in reply:
            if isinstance(event, SourcesFound):
                hits = event.hits
        return row_of(question, reply.answer)
    except _ENDS_THE_RUN:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what became of this question
        return _failed(question, error, hits)


def _failed(question: Question, error: Exception, hits: tuple[Hit, ...] = ()) -> Row:
    said = " ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST_ERROR]
    return _row(question, _search_record(question, hits, 0.0), said)


def _search_record(question: Question, hits: tuple[Hit, ...], retrieve_ms: float) -> dict[str, Any]:
    """Those keys of rag's record that a search alone can fill."""
    whole = record(Answer(question.text, False, (), retrieved=hits, timings=Timings(retrieve_ms=retrieve_ms)))
    return {key: whole[key] for key in ("question", "retrieved", "timings")}


def _row(question: Question, recorded: dict[str, Any], error: str = "") -> Row:
    return row_from_json({**recorded, "error": error} if error else recorded, question)
