"""The evaluation of one course as its instructors see it: its question set, and each run beside the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus import Document
from eval.asking import OnProgress
from eval.cache import AnswerCache
from eval.compare import Difference, compare
from eval.errors import EvalError, QuestionsInvalid, RunMissing
from eval.headline import headline
from eval.questions import Question, parse_questions, question_to_json, read_questions
from eval.report import write_report
from eval.run import RunOptions, load_run, run
from eval.summary import load_summary
from rag import Assistant

MOST_QUESTIONS = 5_000
"""Of a set that is uploaded; on a laptop they take more than an hour."""


@dataclass(frozen=True, slots=True)
class ShownMeasure:
    """One measure of a run in the words in which it is shown; the last three are empty without a run before.

    `verdict` is ``better`` or ``worse`` where the difference is no chance, else empty.
    """

    label: str
    value: str
    interval: str
    before: str = ""
    change: str = ""
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A finished run. `won` and `lost` are the questions that fared better, or worse, than in the run before."""

    name: str
    started: str
    questions: int
    measures: tuple[ShownMeasure, ...]
    has_before: bool = False
    won: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def run_course_set(
    assistant: Assistant, questions: Path, runs: Path, cache: AnswerCache | None, on_progress: OnProgress
) -> str:
    """Ask the question set of a course into a new folder below `runs`; its name there. Raises `EvalError`.

    Gold that the course no longer has is left out: a file was replaced or deleted, the answer may still be right.
    """
    asked = [fitting(question, assistant.documents) for question in read_questions(questions)]
    name = datetime.now(UTC).strftime("%Y-%m-%d-%H%M%S-%f")
    run(assistant, asked, runs / name, RunOptions(question_set=assistant.course_title), cache, on_progress)
    write_report(runs / name)
    return name


def question_rows(content: bytes, name: str) -> list[dict[str, Any]]:
    """The questions of a .jsonl or .csv file, as the JSON objects of a question set. Raises `EvalError`."""
    questions = parse_questions(content, name)
    if len(questions) > MOST_QUESTIONS:
        raise QuestionsInvalid(f"{name} holds {len(questions)} questions; choose {MOST_QUESTIONS} at most.")
    return [question_to_json(question) for question in questions]


def count_questions(questions: Path) -> int:
    """How many questions the set has; none where there is no file. Raises `EvalError` for a file that is no set."""
    return len(read_questions(questions)) if questions.exists() else 0


def fitting(question: Question, documents: Mapping[str, Document]) -> Question:
    """The question without gold that lies in none of these documents."""
    spans = tuple(
        span
        for span in question.gold_spans
        if span.doc_id in documents and 0 <= span.start < span.end <= len(documents[span.doc_id].text)
    )
    return replace(
        question, gold_spans=spans, gold_doc_ids=tuple(one for one in question.gold_doc_ids if one in documents)
    )


def shown_runs(runs: Path, most: int = 20) -> list[ShownRun]:
    """The finished runs below a folder, the newest first, each with its difference to the one before it."""
    names = sorted((path.name for path in runs.iterdir() if _finished(path)), reverse=True) if runs.is_dir() else []
    return [_shown(runs, name, before) for name, before in zip(names[:most], [*names[1:], ""], strict=False)]


def _finished(folder: Path) -> bool:
    return (folder / "report.html").is_file() and (folder / "summary.json").is_file()


def _shown(runs: Path, name: str, before: str) -> ShownRun:
    found = load_run(runs / name)
    rows = headline(load_summary(runs / name))
    shown = ShownRun(
        name,
        _moment(found.settings.measured.get("started", name)),
        len(found.questions),
        tuple(
            ShownMeasure(row.measure.label, row.measure.written(row.run.value), row.measure.written_interval(row.run))
            for row in rows
        ),
    )
    try:
        comparison = compare(load_run(runs / before), found) if before else None
    except EvalError:  # the runs have no question in common, or the one before is damaged
        comparison = None
    if comparison is None:
        return shown
    differences = {one.measure.label: one for one in comparison.differences}
    return replace(
        shown,
        has_before=True,
        measures=tuple(_beside(one, differences.get(one.label)) for one in shown.measures),
        won=_texts(comparison.won),
        lost=_texts(comparison.lost),
        changed=comparison.changed,
    )


def _moment(written: str) -> str:
    """When a run was started, as people write it.

    >>> _moment("2026-11-25T20:18:30+00:00"), _moment("long ago")
    ('2026-11-25 20:18 UTC', 'long ago')
    """
    try:
        return f"{datetime.fromisoformat(written).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return written


def _beside(shown: ShownMeasure, difference: Difference | None) -> ShownMeasure:
    if difference is None:
        return shown
    measure = difference.measure
    verdict = ("better" if difference.gain > 0 else "worse") if difference.is_significant else ""
    change = measure.written_change(difference.change.value)
    interval = measure.written_change_interval(difference.change)
    return replace(shown, before=measure.written(difference.before), change=f"{change} ({interval})", verdict=verdict)


def _texts(questions: Sequence[Question]) -> tuple[str, ...]:
    return tuple(question.text for question in questions)


def report_of(runs: Path, name: str) -> bytes:
    """The report of a run, by its name below `runs`. Raises `RunMissing`."""
    if name not in {path.name for path in runs.iterdir()} if runs.is_dir() else set():
        raise RunMissing(f"There is no run {name!r} any more.")
    try:
        return (runs / name / "report.html").read_bytes()
    except OSError as error:
        raise RunMissing(f"The run {name} has no report; run the evaluation again.") from error
