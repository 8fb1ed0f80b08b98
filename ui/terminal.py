"""What the terminal shows: answers on stdout; progress and notices on stderr, so that output can be piped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from corpus import Report
    from rag import Reply
    from rag.building import Indexing
    from rag.index import Index

# Course text may hold escape sequences that would drive the terminal.
_CONTROL = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)])

_out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """A notice for the person at the terminal."""
    _err.print(_plain(text, style="dim"))


def status(text: str) -> AbstractContextManager[object]:
    """Show that something is going on until the block ends."""
    return _err.status(escape(f"{text}…"))


@contextmanager
def indexing_progress() -> Iterator[Callable[[Indexing], None]]:
    """A line with the file at hand, the passages done, their rate and the time left; only once there is work."""
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[passages]}"),
        TimeRemainingColumn(),
        console=_err,
        transient=True,
        speed_estimate_period=60.0,
    )
    with progress:
        task = progress.add_task("", total=None, visible=False, passages="")
        began = monotonic()

        def show(at: Indexing) -> None:
            passages = f"{at.passages} passages, {at.passages / max(monotonic() - began, 0.1):.0f} a second"
            progress.update(
                task,
                description=escape(at.name.translate(_CONTROL)),
                completed=at.done,
                total=at.total,
                passages=passages,
                visible=True,
            )

        yield show


class _RateColumn(ProgressColumn):
    """Questions per second, or seconds per question where they are slower than that."""

    def render(self, task: Task) -> Text:
        if not task.speed:
            return Text("")
        rate = f"{task.speed:.1f} a second" if task.speed >= 1 else f"{1 / task.speed:.1f} s each"
        return Text(rate, style="dim")


ShowAsked = Callable[[str, int, int, int, int], None]
"""Told the stage, the questions done of how many, of these done by an earlier run, and the errors."""


@contextmanager
def asking_progress() -> Iterator[ShowAsked]:
    """A bar for each stage of an evaluation, with the rate and the time that remains; its last state stays."""
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
        TextColumn("{task.fields[errors]}", style="yellow"),
        console=_err,
        speed_estimate_period=120.0,
    )
    tasks = {}

    def show(stage: str, done: int, total: int, before: int, errors: int) -> None:
        if stage not in tasks:
            tasks[stage] = progress.add_task(escape(stage), total=total, completed=before, errors="")
        noted = f"{errors} failed" if errors else ""
        progress.update(tasks[stage], completed=done, errors=noted)

    with progress:
        yield show


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on stdout, the first column to the left and the others to the right."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        table.add_column(_plain(column), justify="right" if number else "left")
    for row in rows:
        table.add_row(*map(_plain, row))
    _out.print(table, soft_wrap=False)


def print_line(text: str) -> None:
    """One line on stdout."""
    _out.print(_plain(text))


def print_index(index: Index) -> None:
    """What reading the course found, file by file, then all together; a single file without a flaw needs no list."""
    report = index.report
    if len(report.files) > 1 or not report.clean:
        _out.print(_files_table(report), soft_wrap=False)
        for file in report.files:
            for warning in file.warnings:
                _out.print(_plain(f"{file.name}: {warning}", style="yellow"))
            if file.skipped:
                _out.print(_plain(f"{file.name}: skipped, because it {file.skipped}.", style="red"))
    _out.print(_plain(f"{index.title}: {_summary(report)}, index {index.version}."))


def _files_table(report: Report) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("file", overflow="fold")
    for column in ("pages", "characters", "passages"):
        table.add_column(column, justify="right")
    table.add_column("")
    for file in report.files:
        counts = [f"{count:,}" if count else "" for count in (file.pages, file.characters, file.passages)]
        state = "skipped" if file.skipped else f"{len(file.warnings)} to look at" if file.warnings else ""
        table.add_row(_plain(file.name), *counts, state)
    return table


def _summary(report: Report) -> str:
    totals = report.totals
    skipped = f", {totals.skipped} skipped" if totals.skipped else ""
    warned = f", {totals.warned} to look at" if totals.warned else ""
    files = f"{totals.files} file{'s' * (totals.files > 1)}{skipped}{warned}"
    return f"{files}; {totals.characters:,} characters in {totals.passages:,} passages"


def print_reply(question: str, reply: Reply) -> None:
    """An answer as it comes, to a `readable` question: each sentence with its markers, then the words that prove it."""
    from rag import SentenceReady, SourcesFound

    for event in reply:
        if isinstance(event, SourcesFound) and event.asked != question:
            say(f"Understood as: {event.asked}")
        elif isinstance(event, SentenceReady):
            markers = "".join(f" [{number}]" for number in event.sentence.citations)
            weak = " (weakly supported)" if event.sentence.support == "weak" else ""
            _out.print(_plain(event.sentence.text).append(f"{markers}{weak}", style="bold cyan"))
    answer = reply.answer
    if not answer.answered:
        _out.print(Text(answer.text))
        if answer.nearest:
            _out.print(Text("The nearest sections are:"))
        for near in answer.nearest:
            _out.print(_plain(f"  {near.title} {near.place}".rstrip()))
    for citation in answer.citations:
        _out.print()
        _out.print(_plain(f"[{citation.number}] {citation.title} {citation.place}".rstrip(), style="bold cyan"))
        _out.print(_plain(f"    “{' '.join(citation.quote.split())}”"))


def _plain(text: str, style: str = "") -> Text:
    return Text(text.translate(_CONTROL), style=style)
