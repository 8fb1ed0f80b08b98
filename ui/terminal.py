"""What the terminal shows: answers on stdout; progress and notices on stderr, so that output can be piped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
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
