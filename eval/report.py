"""write_report: a run → report.html, one file that a person can read, with or without scripts, far from any network.

Everything that courses, models and learners wrote is escaped by the template (Jinja2, autoescape);
the only markup that is taken as such are the plots.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from eval.files import write_whole
from eval.headline import BASELINES, HeadlineRow, Measure, headline
from eval.highlight import Segment, segments
from eval.judge import Judged, load_judged
from eval.passages import Passage
from eval.plots import plots_of
from eval.questions import ORIGINAL, Question, Span
from eval.rows import Row
from eval.run import Run, RunSettings, load_run
from eval.summary import RunSummary, Summary, load_summary
from eval.taxonomy import FAILURES, MEANING, Outcome, first_to_look_at, outcome
from eval.verdict import verdict

_TONES = {
    Outcome.RIGHT: "good",
    Outcome.RIGHT_REFUSAL: "good",
    Outcome.FOUND: "good",
    Outcome.MISSED_REFUSAL: "bad",
    Outcome.WRONG: "bad",
    Outcome.ERROR: "bad",
    Outcome.BAD_CITATION: "warn",
    Outcome.NOT_RETRIEVED: "warn",
    Outcome.WRONG_REFUSAL: "warn",
    Outcome.UNJUDGED: "neutral",
}


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage under a question: where it stands, how the search ranked it (None: not at all), and its words."""

    place: str
    rank: int | None
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One question with all that is shown of it. `number` counts from 1 and is its anchor."""

    number: int
    row: Row
    outcome: Outcome
    tone: str
    section: str
    shape: str
    passages: tuple[ShownPassage, ...]

    @property
    def question(self) -> Question:
        """What was asked."""
        return self.row.question

    @property
    def kind(self) -> str:
        """The type of question, or why it cannot be answered, as the set names it."""
        return (self.question.unanswerable_kind or self.question.qtype).replace("_", " ")


@dataclass(frozen=True, slots=True)
class Count:
    """How many questions had an outcome."""

    outcome: Outcome
    tone: str
    meaning: str
    questions: int
    share: float


@dataclass(frozen=True, slots=True)
class Part:
    """A kind of question, how many there are, and a few values, as they are shown."""

    name: str
    questions: int
    values: tuple[str, ...]


def write_report(folder: Path) -> Path:
    """Write report.html into a finished run's folder. Raises `RunMissing`, `RunDamaged` or `RunNotSaved`."""
    path = folder / "report.html"
    write_whole(path, render(load_run(folder), load_summary(folder), load_judged(folder)).encode())
    return path


def render(run: Run, summary: RunSummary, judged: Judged | None = None) -> str:
    """The report as HTML, with what a judge found where the run was judged."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("eval"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    rows = headline(summary)
    entries = [_entry(number, row, run) for number, row in enumerate(run.rows, start=1)]
    numbers = {entry.question.id: entry for entry in entries}
    return environment.get_template("report.html").render(
        settings=run.settings,
        card=_card(run.settings),
        verdict=verdict(run, summary),
        first=[numbers[row.question.id] for row in first_to_look_at(run.rows)],
        headline=rows,
        baselines=[(name, BASELINES[name]) for name in BASELINES if any(name in row.baselines for row in rows)],
        judged=judged,
        share=Measure("answers", "judged", "", ""),
        part_measures=_part_measures(rows),
        kinds=_parts({**summary.qtypes, **_shapes(summary)}, rows),
        counts=_counts(run.rows),
        plots=plots_of(run, summary),
        entries=entries,
        outcomes=sorted({entry.outcome for entry in entries}, key=list(Outcome).index),
        kind_names=sorted({entry.kind for entry in entries if entry.kind}),
        shape_names=sorted({entry.shape for entry in entries if entry.shape}),
        meaning=MEANING,
        style=_static("report.css"),
        script=_static("report.js"),
    )


def _entry(number: int, row: Row, run: Run) -> Entry:
    became = outcome(row)
    return Entry(
        number=number,
        row=row,
        outcome=became,
        tone=_TONES[became],
        section=run.section_title(row.question.section),
        shape="" if row.question.shape == ORIGINAL else row.question.shape.replace("_", " "),
        passages=tuple(_passages(row, run)),
    )


def _passages(row: Row, run: Run) -> list[ShownPassage]:
    """The passages that are cited, then those with gold that none of these shows; for neither, the best one found."""
    cited = {citation.number: citation.span for citation in row.citations}
    gold = row.question.gold_spans
    shown: list[Passage] = []
    for span in (*cited.values(), *gold, *(hit.span for hit in row.retrieved[:1] if not cited and not gold)):
        if any(_within(span, passage) for passage in shown):
            continue
        if passage := run.passage_holding(span):
            shown.append(passage)
    ranks = {hit.span: rank for rank, hit in enumerate(row.retrieved, start=1)}
    return [
        ShownPassage(
            place=f"{passage.title} {passage.place}".strip(),
            rank=ranks.get(passage.span),
            segments=tuple(segments(passage, cited, gold)),
        )
        for passage in shown
    ]


def _within(span: Span, passage: Passage) -> bool:
    return span.doc_id == passage.doc_id and passage.start <= span.start and span.end <= passage.end


def _counts(rows: Sequence[Row]) -> list[Count]:
    """Every outcome that occurs, the failures worst first."""
    counted = Counter(map(outcome, rows))
    order = (Outcome.RIGHT, Outcome.RIGHT_REFUSAL, Outcome.FOUND, *FAILURES, Outcome.UNJUDGED)
    return [
        Count(one, _TONES[one], MEANING[one], counted[one], counted[one] / len(rows)) for one in order if counted[one]
    ]


def _part_measures(rows: Sequence[HeadlineRow]) -> list[Measure]:
    """The measures that the parts of a run are shown by."""
    names = ("right", "truthfulness", "false_refusal", "recall", "citation_precision", "success@5")
    return [row.measure for row in rows if row.measure.name in names]


def _parts(parts: Mapping[str, Summary], rows: Sequence[HeadlineRow]) -> list[Part]:
    measures = _part_measures(rows)
    shown = []
    for name, summary in parts.items():
        estimates = [measure.of(summary) for measure in measures]
        values = (
            measure.written(estimate.value) if estimate else ""
            for measure, estimate in zip(measures, estimates, strict=True)
        )
        shown.append(Part(name, summary.counts["questions"], tuple(values)))
    return shown


def _shapes(summary: RunSummary) -> dict[str, Summary]:
    return {f"asked as: {name.replace('_', ' ')}": part for name, part in summary.shapes.items()}


def _card(settings: RunSettings) -> list[tuple[str, str]]:
    """All that decides the numbers, to repeat the run by."""
    return [
        ("Question set", settings.question_set),
        ("Course", settings.course),
        ("Model", settings.model or "none: the search alone"),
        *settings.measured.items(),
        ("questions asked", "all" if settings.limit is None else f"{settings.limit}, drawn with seed {settings.seed}"),
        ("shapes", ", ".join(settings.shapes) or "as the set has them"),
        *((name, str(value)) for name, value in settings.parameters.items()),
        ("index", settings.index_version),
        ("questions sha256", settings.questions_sha256),
        ("model sha256", settings.model_sha256),
        ("prompt sha256", settings.prompt_sha256),
        ("code sha256", settings.code_sha256),
    ]


def _static(name: str) -> str:
    return (files("eval") / "templates" / name).read_text(encoding="utf-8")
