"""run: an assistant asked every question of a set, into a folder that can be left and taken up again.

    questions.jsonl ─ask→ answers.jsonl ─score→ answers.jsonl (scored), summary.json

Asking appends a row per question, on the disk before the next is asked; `score` needs no model.
"""

from __future__ import annotations

import json
import os
import platform
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from eval import baselines
from eval.asking import OnProgress, answering, answering_from_gold, ask_all, row_of, searching
from eval.cache import AnswerCache
from eval.code import code_sha256
from eval.errors import RunDamaged, RunMismatch, RunMissing
from eval.files import saving, write_whole
from eval.passages import Passage, passages_of, read_passages, write_passages
from eval.questions import (
    Question,
    Span,
    check_gold,
    question_to_json,
    questions_sha256,
    read_questions,
)
from eval.rows import Row, read_rows, write_rows
from eval.sampling import sample
from eval.scoring import score as score_row
from eval.summary import summarise_run, write_summary
from eval.variants import variants
from rag import Assistant, Search

MOST_ERRORS = 0.05
"""The share of questions that may end in an error before a run counts as failed."""

_ANSWERS_FILE = "answers.jsonl"
_BASELINES = "baselines"
_OUR_FILES = {"settings.json", "questions.jsonl"}


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What to ask. `question_set` is the set's name, for the record.

    `limit` questions are drawn by `seed`, stratified (None: all); to them come their variants in
    each of `shapes` (`eval.variants.SHAPES`). With `retrieval_only` no model is asked, and `search`
    says which search is measured. At most `oracle_limit` questions are asked a second time with their
    gold passage; 0 leaves the oracle out.
    """

    question_set: str = ""
    limit: int | None = None
    seed: int = 0
    shapes: tuple[str, ...] = ()
    retrieval_only: bool = False
    oracle_limit: int = 50
    search: Search = "blended"


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What settings.json holds: all that decides a run's numbers, and where they were measured.

    Two runs are of the same settings where everything but `question_set` and `measured` is equal.
    """

    question_set: str
    questions_sha256: str
    course: str
    index_version: str
    language: str
    model: str
    model_sha256: str
    prompt_sha256: str
    parameters: Mapping[str, str | int | float | bool]
    limit: int | None
    seed: int
    shapes: tuple[str, ...]
    retrieval_only: bool
    oracle_limit: int
    measured: Mapping[str, str]
    code_sha256: str = ""
    search: str = "blended"


@dataclass(frozen=True)
class Run:
    """A run as its folder holds it.

    `rows` are in the order of `questions` and only of those asked so far. `baselines` has rows under
    ``extractive_floor``, ``always_refuse`` and ``oracle_passage``. `passages` has the text of each
    passage retrieved and of the paragraphs around each gold span; both are empty before the run's end.
    """

    folder: Path
    settings: RunSettings
    questions: tuple[Question, ...]
    rows: tuple[Row, ...]
    baselines: Mapping[str, tuple[Row, ...]]
    passages: Mapping[Span, Passage]

    @property
    def finished(self) -> bool:
        """Whether every question was asked; errors count as asked."""
        return len(self.rows) == len(self.questions)

    @property
    def error_share(self) -> float:
        """The share of the questions asked that ended in an error: above `MOST_ERRORS` the run has failed."""
        return sum(bool(row.error) for row in self.rows) / len(self.rows) if self.rows else 0.0

    def passage_holding(self, span: Span) -> Passage | None:
        """The shortest passage that holds a gold span or a citation; None before the run's end."""
        holding = (one for one in self._by_document.get(span.doc_id, ()) if one.start <= span.start)
        return min((one for one in holding if span.end <= one.end), key=lambda one: len(one.text), default=None)

    def section_title(self, section: str) -> str:
        """What a section is called: its document's title where it is one, else the name that the set gives it."""
        passages = self._by_document.get(section)
        return passages[0].title if passages else section

    @cached_property
    def _by_document(self) -> Mapping[str, Sequence[Passage]]:
        grouped: defaultdict[str, list[Passage]] = defaultdict(list)
        for one in self.passages.values():
            grouped[one.doc_id].append(one)
        return grouped


def run(
    assistant: Assistant,
    questions: Sequence[Question],
    folder: Path,
    options: RunOptions | None = None,
    cache: AnswerCache | None = None,
    on_progress: OnProgress = lambda _progress: None,
) -> Run:
    """Ask the questions into `folder`, or go on with a run of the same settings there, and score it.

    Only what has no row yet, or ended in an error, is asked. Raises `QuestionsMismatched` where the
    gold is not of this course, `RunMismatch` where the folder holds anything but this run, and
    `RunNotSaved` on a full disk; the rows so far are then kept, as they are when the run is killed.
    """
    options = options or RunOptions()
    check_gold(questions, assistant.documents)
    asked = _asked(questions, options)
    settings = _settings(assistant, asked, options)
    _open(folder, settings, asked)
    ask = searching(assistant, options.search) if options.retrieval_only else answering(assistant, cache)
    ask_all(asked, ask, folder / _ANSWERS_FILE, "search" if options.retrieval_only else "answer", on_progress)
    if not options.retrieval_only:
        _run_baselines(assistant, asked, folder, options, cache, on_progress)
    rows = read_rows(folder / _ANSWERS_FILE, asked).values()
    write_passages(folder / "passages.jsonl", passages_of(list(rows), assistant.documents))
    return score(folder)


def score(folder: Path) -> Run:
    """Score the rows of a run anew, as well as its baselines', and write its summary; no model is asked.

    Rows are put into the order of their questions. Raises `RunMissing`, `RunDamaged` or `RunNotSaved`.
    """
    found = load_run(folder)
    rows = _scored(found.rows, found.settings)
    measured = {name: _scored(of, found.settings) for name, of in found.baselines.items()}
    write_rows(folder / _ANSWERS_FILE, rows)
    for name, of in measured.items():
        write_rows(_baseline_file(folder, name), of)
    write_summary(folder / "summary.json", summarise_run(rows, measured))
    return replace(found, rows=rows, baselines=measured)


def load_run(folder: Path) -> Run:
    """The run in a folder, finished or not. Raises `RunMissing` or `RunDamaged`."""
    path = folder / "settings.json"
    if not path.is_file():
        raise RunMissing(f"{folder} holds no run; make one with coursecite eval run … --out {folder}.")
    settings = _read_settings(path)
    questions = tuple(read_questions(folder / "questions.jsonl"))
    names = (baselines.EXTRACTIVE_FLOOR, baselines.ALWAYS_REFUSE, baselines.ORACLE_PASSAGE)
    files = {name: _baseline_file(folder, name) for name in names}
    return Run(
        folder=folder,
        settings=settings,
        questions=questions,
        rows=_in_order(folder / _ANSWERS_FILE, questions),
        baselines={name: _in_order(file, questions) for name, file in files.items() if file.exists()},
        passages=read_passages(folder / "passages.jsonl"),
    )


def _asked(questions: Sequence[Question], options: RunOptions) -> list[Question]:
    drawn = list(questions) if options.limit is None else sample(questions, options.limit, options.seed)
    return drawn + [one for shape in options.shapes for one in variants(drawn, shape, options.seed)]


def _run_baselines(
    assistant: Assistant,
    asked: Sequence[Question],
    folder: Path,
    options: RunOptions,
    cache: AnswerCache | None,
    on_progress: OnProgress,
) -> None:
    originals = [question for question in asked if not question.is_variant]
    with saving(folder / _BASELINES):
        (folder / _BASELINES).mkdir(exist_ok=True)
    floor = baselines.ExtractiveFloor(assistant.documents, assistant.language)
    answers = {
        baselines.EXTRACTIVE_FLOOR: [row_of(one, floor.answer(one.text)) for one in originals],
        baselines.ALWAYS_REFUSE: [Row(one, answered=False, record={"answered": False}) for one in originals],
    }
    for name, rows in answers.items():
        write_rows(_baseline_file(folder, name), rows)
    given_gold = baselines.oracle_questions(asked, options.oracle_limit, options.seed)
    if given_gold:
        path = _baseline_file(folder, baselines.ORACLE_PASSAGE)
        ask_all(given_gold, answering_from_gold(assistant, cache), path, "oracle", on_progress)


def _scored(rows: Sequence[Row], settings: RunSettings) -> tuple[Row, ...]:
    return tuple(score_row(row, settings.language, settings.retrieval_only) for row in rows)


def _in_order(path: Path, questions: Sequence[Question]) -> tuple[Row, ...]:
    rows = read_rows(path, questions)
    return tuple(rows[question.id] for question in questions if question.id in rows)


def _baseline_file(folder: Path, name: str) -> Path:
    return folder / _BASELINES / f"{name}.jsonl"


def _open(folder: Path, settings: RunSettings, asked: Sequence[Question]) -> None:
    """Make the folder a run's, or see that it is this run's."""
    with saving(folder):
        folder.mkdir(parents=True, exist_ok=True)
    path = folder / "settings.json"
    if path.exists():
        _refuse_other(folder, _read_settings(path), settings)
    elif any(folder.iterdir()):
        raise RunMismatch(f"{folder} holds files that are no run's; choose a new or empty folder with --out.")
    else:
        write_whole(path, json.dumps(asdict(settings), indent=2, ensure_ascii=False).encode() + b"\n")
    lines = (json.dumps(question_to_json(question), ensure_ascii=False) + "\n" for question in asked)
    write_whole(folder / "questions.jsonl", "".join(lines).encode())


_SAID = {
    "questions_sha256": "other questions",
    "course": "another course",
    "index_version": "another index of the course",
    "language": "another language",
    "model": "another model",
    "model_sha256": "another model file",
    "prompt_sha256": "another prompt",
    "parameters": "other parameters of the assistant",
    "code_sha256": "other code of the assistant",
    "limit": "another --limit",
    "seed": "another --seed",
    "shapes": "other shapes of question",
    "retrieval_only": "the other choice of --retrieval-only",
    "search": "another search",
    "oracle_limit": "another number of oracle questions",
}


def differing_settings(there: RunSettings, here: RunSettings) -> list[str]:
    """What decides the numbers of two runs and is not the same, in words: "another model file", …"""
    return [said for name, said in _SAID.items() if getattr(there, name) != getattr(here, name)]


def _refuse_other(folder: Path, there: RunSettings, here: RunSettings) -> None:
    if different := differing_settings(there, here):
        raise RunMismatch(
            f"The run in {folder} was made with {', '.join(different)}; runs are not mixed, "
            f"so name a new folder with --out, or delete this one."
        )


def _settings(assistant: Assistant, asked: Sequence[Question], options: RunOptions) -> RunSettings:
    return RunSettings(
        question_set=options.question_set,
        questions_sha256=questions_sha256(asked),
        course=assistant.course_title,
        index_version=assistant.index_version,
        language=assistant.language,
        model="" if options.retrieval_only else assistant.model_name,
        model_sha256="" if options.retrieval_only else assistant.model_hash,
        prompt_sha256="" if options.retrieval_only else assistant.prompt_hash,
        parameters=dict(assistant.parameters),
        limit=options.limit,
        seed=options.seed,
        shapes=options.shapes,
        retrieval_only=options.retrieval_only,
        oracle_limit=options.oracle_limit,
        measured=_measured(),
        code_sha256=code_sha256(),
        search=options.search,
    )


def _read_settings(path: Path) -> RunSettings:
    try:
        item: dict[str, Any] = json.loads(path.read_bytes())
        return RunSettings(**{**item, "shapes": tuple(item["shapes"])})
    except (ValueError, KeyError, TypeError) as error:
        raise RunDamaged(f"{path} is not what was written; start anew in another folder.") from error


def _measured() -> dict[str, str]:
    """Where and when: the run card's last lines."""
    try:
        release = version("coursecite")
    except PackageNotFoundError:
        release = "from its sources"
    return {
        "coursecite": release,
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": str(os.cpu_count()),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
    }
