"""What the terminal shows: answers on stdout; progress and notices on stderr, so that output can be piped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
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
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rag import Reply
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
def indexing_progress() -> Iterator[Callable[[str, int], None]]:
    """A line with the file being indexed and the passages done; shown only once there is work."""
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.completed} passages"),
        TimeElapsedColumn(),
        console=_err,
        transient=True,
    )
    with progress:
        task = progress.add_task("", total=None, visible=False)
        yield lambda name, done: progress.update(task, description=escape(name), completed=done, visible=True)


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
    """What the index holds, file by file, and what could not be read."""
    for file in index.files:
        line = _plain(f"{file.name}: ")
        if file.problem:
            line.append(f"skipped: {file.problem}", style="yellow")
        else:
            line.append(f"{len(file.documents)} document(s), {len(file.chunks)} passages")
        _out.print(line)
    _out.print(_plain(f"{index.title}: {len(index.chunks)} passages, index {index.version}."))


def print_reply(reply: Reply) -> None:
    """An answer as it comes: each sentence with its markers, then the words that prove it."""
    from rag import SentenceReady

    for event in reply:
        if isinstance(event, SentenceReady):
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
