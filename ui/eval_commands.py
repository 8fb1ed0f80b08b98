"""The `coursecite eval` commands: evaluation wired to courses, models and the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.terminal import asking_progress, print_line, print_table, say, status
from ui.wiring import included_course, open_assistant, read_settings

# As in `cli`: `eval` brings numpy, so the commands import it where they use it.
if TYPE_CHECKING:
    from eval import (
        Agreement,
        AnswerCache,
        Check,
        Comparison,
        Judged,
        OnProgress,
        Progress,
        Question,
        Row,
        Run,
        RunOptions,
        ShownRun,
    )
    from rag import Assistant, Message, Search
    from rag.settings import Answers
    from rag.stopping import Stop

app = typer.Typer(
    help="Asks whole sets of questions: are the answers any good, and where not?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

QuestionsArgument = Annotated[
    Path, typer.Argument(metavar="QUESTIONS", help="The question set: a .jsonl or .csv file.", show_default=False)
]
RunArgument = Annotated[Path, typer.Argument(metavar="RUN_DIR", help="The folder of a run.", show_default=False)]
CourseOption = Annotated[
    Path | None,
    typer.Option(
        "--course", metavar="DIR", help="The folder with the course; without it, the course that is included."
    ),
]

_BOTH_WAYS: tuple[Answers, Answers] = ("quoted", "written")

_STAGES = {
    "answer": "Answering",
    "search": "Searching",
    "oracle": "With the right passage",
    "agreement": "Judging what people judged",
    "judge": "Judging",
}


@app.command()
def run(  # noqa: PLR0913, PLR0917 - one for each option
    questions: QuestionsArgument,
    out: Annotated[
        Path, typer.Option("--out", metavar="RUN_DIR", help="The run's folder; an unfinished run there goes on.")
    ],
    course: CourseOption = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only so many, drawn from every kind.")] = None,
    seed: Annotated[int, typer.Option(help="Draws those, and the typos of --shapes.")] = 0,
    shapes: Annotated[
        str, typer.Option(metavar="SHAPE,…", help="Ask also as learners type: noun_phrase, lower_case, … or all.")
    ] = "",
    retrieval_only: Annotated[bool, typer.Option("--retrieval-only", help="Search only; ask no model.")] = False,
    search: Annotated[
        str, typer.Option(metavar="SEARCH", help="With --retrieval-only: blended, keywords, vectors, reciprocal_ranks.")
    ] = "blended",
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Generate answers again that are known.")] = False,
) -> None:
    """Ask a question set, score the answers, and write summary.json and report.html.

    Run the same command again to go on with a run that was stopped, or to ask again what failed.
    """
    from eval import RunOptions, read_questions

    asked = read_questions(questions)
    options = RunOptions(
        question_set=_set_name(questions),
        limit=limit,
        seed=seed,
        shapes=_shapes(shapes),
        retrieval_only=retrieval_only,
        search=_search(search, retrieval_only),
    )
    finished = _run(course, asked, out, options, cached=not no_cache)
    _print_headline(out)
    _report(out)
    _end_by_errors(finished.rows)


@app.command()
def answer(
    questions: QuestionsArgument,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the answers go: a .csv or .jsonl file.")],
    course: CourseOption = None,
) -> None:
    """Answer a file of questions that need no known answers; nothing is scored."""
    from eval import answer_batch, read_questions

    if out.suffix.lower() not in (".csv", ".jsonl"):
        raise typer.BadParameter(f"{out.name} ends neither in .csv nor in .jsonl; name a file that does.")
    asked = read_questions(questions)
    settings = read_settings()
    assistant = open_assistant(course, settings)
    with _progress() as on_progress:
        rows = answer_batch(assistant, asked, out, _cache(settings.data), on_progress)
    answered = sum(row.answered is True for row in rows)
    refused = sum(row.answered is False for row in rows)
    print_line(f"{len(rows)} questions: {answered} answered, {refused} refused; written to {out}.")
    _end_by_errors(rows)


@app.command()
def score(run_dir: RunArgument) -> None:
    """Score the answers of a run anew; no model is asked."""
    from eval import score

    score(run_dir)
    _print_headline(run_dir)
    _report(run_dir)


@app.command()
def report(run_dir: RunArgument) -> None:
    """Write report.html: the numbers, what is good and bad, and every question, to be read in a browser."""
    _report(run_dir)


@app.command()
def compare(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="The run before.", show_default=False)],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="The run after.", show_default=False)],
    gate: Annotated[
        Path | None,
        typer.Option("--gate", metavar="TOML", help="What RUN_B must keep; without it, the included gate."),
    ] = None,
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Write the checks as JUnit XML.")
    ] = None,
) -> None:
    """Compare two runs question by question; exit code 1 where the second fails the gate."""
    from eval import check_gate, compare, load_run, load_summary, read_gate, write_junit

    limits = read_gate(gate)
    _, after = load_summary(run_a), load_summary(run_b)  # both must have been finished and scored
    comparison = compare(load_run(run_a), load_run(run_b))
    checks = check_gate(comparison, after, limits)
    _print_comparison(comparison)
    _print_checks(checks)
    if junit:
        write_junit(junit, checks, comparison)
    if any(one.passed is False for one in checks):
        raise typer.Exit(1)


@app.command()
def judge(
    run_dir: RunArgument,
    endpoint: Annotated[
        str, typer.Option(metavar="URL", help="An OpenAI-compatible server; its key is COURSECITE_MODEL_KEY.")
    ],
    model: Annotated[str, typer.Option(metavar="NAME", help="The judge's name at that server.")],
    agreement: Annotated[
        Path,
        typer.Option(metavar="PAIRS", help="Answers graded by people, a .jsonl file: the judge grades them first."),
    ],
) -> None:
    """Have a larger model grade a run's answers, after it has shown how far it agrees with people."""
    from eval import agree, judge_run, load_run, read_pairs
    from rag.llm.openai import OpenAIServerModel

    if not endpoint.startswith(("http://", "https://")):
        raise typer.BadParameter(f"--endpoint is {endpoint!r}; give an address such as http://127.0.0.1:8080/v1.")
    pairs, judged_run = read_pairs(agreement), load_run(run_dir)
    llm = OpenAIServerModel(endpoint, model, read_settings().model_key)
    with _progress() as on_progress:
        agreements = agree(llm, pairs, on_progress)
    _print_agreement(agreements)
    with _progress() as on_progress:
        judged = judge_run(llm, judged_run, agreements, on_progress)
    _print_judged(judged)
    _report(run_dir)


@app.command("self-test")
def self_test(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Keep both runs there; else they are thrown away.")
    ] = None,
) -> None:
    """Find out whether the model words answers better than the course's own sentences do, and use what is better."""
    from tempfile import TemporaryDirectory

    from eval import read_questions, self_test
    from rag.models import load_llm
    from ui.self_tests import SelfTests

    settings = read_settings()
    llm = load_llm(settings)
    quoted, written = (open_assistant(None, replace(settings, answers=answers), llm) for answers in _BOTH_WAYS)
    asked = read_questions(Path(str(files("eval") / "sets" / f"{included_course().name}.jsonl")))
    with TemporaryDirectory() as scratch, _progress() as on_progress:
        found = self_test(quoted, written, asked, out or Path(scratch), on_progress)
    _print_comparison(found.comparison)
    SelfTests(settings.data).remember(llm.fingerprint, words_better=found.words_better)
    decided = "the model words" if found.words_better else "the course's own sentences are"
    print_line(f"From now on {decided} the answers of {llm.name}, unless COURSECITE_ANSWERS says otherwise.")


class CourseEvaluations:
    """What the instructors' pages run and show: `ui.evaluator.Evaluations`, wired to `eval`."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def run(self, assistant: Assistant, questions: Path, runs: Path, show: Callable[[str, int, int], None]) -> None:
        """Ask the set into a new folder below `runs`, score it and write its report. Raises `EvalError`."""
        from eval import run_course_set

        run_course_set(assistant, questions, runs, _cache(self._data), lambda at: show(at.stage, at.done, at.total))

    def count(self, questions: Path) -> int:
        """How many questions the set has. Raises `EvalError` for a file that is none."""
        from eval import count_questions

        return count_questions(questions)

    def rows(self, content: bytes, name: str) -> Sequence[dict[str, Any]]:
        """The questions of an uploaded file, as the JSON objects of a set. Raises `EvalError`."""
        from eval import question_rows

        return question_rows(content, name)

    def shown(self, runs: Path) -> Sequence[ShownRun]:
        """The finished runs, the newest first. Raises `EvalError`."""
        from eval import shown_runs

        return shown_runs(runs)

    def report(self, runs: Path, name: str) -> bytes:
        """The report of one of them, as HTML. Raises `EvalError`."""
        from eval import report_of

        return report_of(runs, name)


class _SearchOnly:
    """In the place of the model where none is asked."""

    name = fingerprint = ""

    def stream(  # LLM's signature
        self,
        messages: Sequence[Message],  # noqa: ARG002
        max_tokens: int,  # noqa: ARG002
        stop: Stop | None = None,  # noqa: ARG002
    ) -> Iterator[str]:
        from rag import ModelMissing

        raise ModelMissing("A run of the search alone has no model to ask.")


def _run(course: Path | None, asked: Sequence[Question], out: Path, options: RunOptions, *, cached: bool) -> Run:
    from eval import run

    settings = read_settings()
    assistant = open_assistant(course, settings, _SearchOnly() if options.retrieval_only else None)
    with _progress() as on_progress:
        return run(assistant, asked, out, options, _cache(settings.data) if cached else None, on_progress)


@contextmanager
def _progress() -> Iterator[OnProgress]:
    with asking_progress() as show:

        def on_progress(at: Progress) -> None:
            show(_STAGES[at.stage], at.done, at.total, at.before, at.errors)

        yield on_progress


def _cache(data: Path) -> AnswerCache:
    from eval import AnswerCache

    return AnswerCache(data / "answers")


def _set_name(questions: Path) -> str:
    """What a set is called: its file's name, or its folder's where the file is just called questions."""
    return questions.resolve().parent.name if questions.stem == "questions" else questions.stem


def _shapes(named: str) -> tuple[str, ...]:
    from eval import SHAPES

    if named == "all":
        return tuple(SHAPES)
    shapes = tuple(dict.fromkeys(name.strip() for name in named.split(",") if name.strip()))
    if unknown := [name for name in shapes if name not in SHAPES]:
        raise typer.BadParameter(f"--shapes knows no {unknown[0]!r}; choose from {', '.join(SHAPES)}, or all.")
    return shapes


def _search(named: str, retrieval_only: bool) -> Search:
    from rag import SEARCHES

    if named not in SEARCHES:
        raise typer.BadParameter(f"--search knows no {named!r}; choose from {', '.join(SEARCHES)}.")
    if named != "blended" and not retrieval_only:
        raise typer.BadParameter("--search measures a search alone; add --retrieval-only.")
    return named


def _print_headline(folder: Path) -> None:
    """The headline table: the run with its intervals, and the baselines beside it."""
    from eval import load_summary
    from eval.headline import BASELINES, headline

    rows = headline(load_summary(folder))
    beside = [name for name in BASELINES if any(name in row.baselines for row in rows)]
    table = [
        [
            row.measure.label,
            row.measure.written(row.run.value),
            row.measure.written_interval(row.run),
            *(row.measure.written(row.baselines[name].value) if name in row.baselines else "" for name in beside),
        ]
        for row in rows
    ]
    print_table(["", "this run", "95 % interval", *(BASELINES[name] for name in beside)], table)


def _print_comparison(comparison: Comparison) -> None:
    """The paired differences, those marked that are no chance, and the questions won and lost."""
    table = [
        [
            one.measure.label,
            one.measure.written(one.before),
            one.measure.written(one.after),
            one.measure.written_change(one.change.value),
            one.measure.written_change_interval(one.change),
            ("better" if one.gain > 0 else "worse") if one.is_significant else "",
        ]
        for one in comparison.differences
    ]
    print_table(["", "before", "after", "change", "95 % interval", "beyond chance"], table)
    if comparison.changed:
        print_line(f"The runs were made with {', '.join(comparison.changed)}.")
    if comparison.unpaired:
        say(f"{comparison.unpaired} questions are in only one of the runs and are left out.")
    for name, questions in (("Won", comparison.won), ("Lost", comparison.lost)):
        print_line(f"{name}: {len(questions)} of {comparison.questions} questions")
        for question in questions:
            print_line(f"  {question.id}  {' '.join(question.text.split())}")


def _print_checks(checks: Sequence[Check]) -> None:
    words = {True: "kept", False: "FAILED", None: "skipped"}
    for one in checks:
        print_line(f"{words[one.passed]}: {one.name}: {one.said}")


def _print_agreement(agreements: Sequence[Agreement]) -> None:
    """What the judge's grades are worth, before any of them is shown."""
    from eval import FAIR_AGREEMENT

    table = [
        [
            one.aspect,
            str(one.pairs),
            f"{100 * one.share:.0f} %",
            "undefined" if one.kappa is None else f"{one.kappa:.2f}",
            str(one.unclear),
        ]
        for one in agreements
    ]
    print_table(["Agreement with people", "pairs", "same grade", "Cohen's kappa", "unclear"], table)
    if any(one.kappa is None or one.kappa < FAIR_AGREEMENT for one in agreements):
        say(f"A kappa below {FAIR_AGREEMENT} is at best fair: do not rely on this judge.")


def _print_judged(judged: Judged) -> None:
    from eval.headline import Measure

    found = (("correct", judged.correct), ("supported", judged.supported))
    share = Measure("answers", "judged", "", "")
    table = [
        [aspect, str(one.n), share.written(one.value), share.written_interval(one)] for aspect, one in found if one
    ]
    print_table(["The judge's grades", "answers", "share", "95 % interval"], table)
    if judged.unclear:
        say(f"{judged.unclear} grades could not be read and are left out.")


def _report(folder: Path) -> None:
    from eval import write_report

    with status("Writing the report"):
        path = write_report(folder)
    print_line(f"The report is {path}.")


def _end_by_errors(rows: Sequence[Row]) -> None:
    """Say how many questions failed; exit code 1 where they are too many."""
    from eval import MOST_ERRORS

    failed = [row for row in rows if row.error]
    if failed:
        say(f"{len(failed)} of {len(rows)} questions failed; run the same command again to ask only these.")
        say(f"The first of them, {failed[0].question.id}: {failed[0].error}")
    if len(failed) > MOST_ERRORS * len(rows):
        raise typer.Exit(1)
