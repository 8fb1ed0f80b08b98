"""How fast courses are indexed, and in how much memory: ``python -m eval.bench.indexing --pages 1000``.

Makes a textbook as PDF, a slide course and plain text, and indexes each in a process of its own,
once with each pipeline of `eval.bench.pipelines`. Needs reportlab; and pypdf for the tutorial's.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.bench.courses import write_slides, write_text, write_textbook
from eval.bench.pipelines import PIPELINES, Indexed
from rag.models import load_embedder
from rag.settings import Settings

_HEADER = (
    "| course | pipeline | pages | passages | reading | pages read a second | all | passages a second | peak memory |"
)
_COURSES: dict[str, tuple[str, Callable[[Path, int], None]]] = {
    "textbook": ("pages", write_textbook),
    "slides": ("slides", write_slides),
    "text": ("passages", write_text),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a Markdown table, a row for each course and pipeline."""
    asked = _asked(arguments)
    if asked.one:
        pipeline, folder = asked.one
        indexed = PIPELINES[pipeline](Path(folder), load_embedder(Settings.from_environment()))
        sys.stdout.write(json.dumps(asdict(indexed)))
        return
    sys.stdout.write(f"{_HEADER}\n|{'---|' * (_HEADER.count('|') - 1)}\n")
    for row in _rows({name: getattr(asked, unit) for name, (unit, _) in _COURSES.items()}, asked.pipeline):
        sys.stdout.write(f"{row}\n")
        sys.stdout.flush()


def table_row(course: str, pipeline: str, indexed: Indexed, peak_mb: float) -> str:
    """One row of the table, in Markdown."""
    cells = [
        course,
        pipeline,
        f"{indexed.pages:,}",
        f"{indexed.passages:,}",
        f"{indexed.read_s:.1f} s",
        f"{indexed.pages / indexed.read_s:.0f}" if indexed.pages else "",
        f"{indexed.total_s:.1f} s",
        f"{indexed.passages / indexed.total_s:.0f}",
        f"{peak_mb:,.0f} MB",
    ]
    return f"| {' | '.join(cells)} |"


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.bench.indexing", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pages", type=int, default=1000, help="of the textbook; 0 leaves it out")
    parser.add_argument("--slides", type=int, default=600, help="of the slide course; 0 leaves it out")
    parser.add_argument("--passages", type=int, default=50_000, help="of the plain text; 0 leaves it out")
    parser.add_argument("--pipeline", action="append", choices=[*PIPELINES], help="only this one (may be repeated)")
    parser.add_argument("--one", nargs=2, metavar=("PIPELINE", "FOLDER"), help="measure once and print JSON")
    return parser.parse_args(arguments)


def _rows(sizes: dict[str, int], pipelines: Sequence[str] | None) -> Iterator[str]:
    for course, size in sizes.items():
        if not size:
            continue
        with TemporaryDirectory(prefix="coursecite-bench-") as folder:
            _COURSES[course][1](Path(folder), size)
            for pipeline in pipelines or PIPELINES:
                yield table_row(course, pipeline, *_measured(pipeline, folder))


def _measured(pipeline: str, folder: str) -> tuple[Indexed, float]:
    """What a process of its own did, and its peak memory in MB, or that of the largest it started."""
    command = [sys.executable, "-m", "eval.bench.indexing", "--one", pipeline, folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603
        printed = process.stdout.read() if process.stdout else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"The {pipeline} pipeline failed; what it said stands above.")
    return Indexed(**json.loads(printed)), usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
