"""How fast courses are indexed, and in how much memory: ``python -m eval.bench.indexing --pages 1000``.

Makes a textbook as PDF, a slide course and plain text, and indexes each in a process of its own,
once with each pipeline of `eval.bench.pipelines`. Needs Linux and reportlab; and pypdf for the tutorial's.
``--without-embedder`` measures everything but the model that makes vectors, which takes nearly all of the time.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from eval.bench.courses import write_slides, write_text, write_textbook
from eval.bench.memory import PeakMemory
from eval.bench.pipelines import PIPELINES, Indexed
from rag.embedding import Embedder, Vectors
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
        indexed = PIPELINES[pipeline](Path(folder), _embedder(asked.without_embedder))
        sys.stdout.write(json.dumps(asdict(indexed)))
        return
    sys.stdout.write(f"{_HEADER}\n|{'---|' * (_HEADER.count('|') - 1)}\n")
    for row in _rows(asked):
        sys.stdout.write(f"{row}\n")
        sys.stdout.flush()


class NoEmbedder:
    """In the place of the embedder: vectors of its size that cost nothing and mean nothing."""

    name = "none"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """``float32[len(texts), 384]``, all the same."""
        return np.full((len(texts), 384), 384**-0.5, dtype=np.float32)


def _embedder(without: bool) -> Embedder:
    return NoEmbedder() if without else load_embedder(Settings.from_environment())


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
    parser.add_argument("--without-embedder", action="store_true", help="vectors that cost nothing and mean nothing")
    parser.add_argument("--one", nargs=2, metavar=("PIPELINE", "FOLDER"), help="measure once and print JSON")
    return parser.parse_args(arguments)


def _rows(asked: argparse.Namespace) -> Iterator[str]:
    for course, (unit, write) in _COURSES.items():
        size = getattr(asked, unit)
        if not size:
            continue
        with TemporaryDirectory(prefix="coursecite-bench-") as folder:
            write(Path(folder), size)
            for pipeline in asked.pipeline or PIPELINES:
                yield table_row(course, pipeline, *_measured(pipeline, folder, asked.without_embedder))


def _measured(pipeline: str, folder: str, without_embedder: bool) -> tuple[Indexed, float]:
    """What a process of its own did, and its peak memory in MB, that of the processes it started included."""
    command = [sys.executable, "-m", "eval.bench.indexing", "--one", pipeline, folder]
    if without_embedder:
        command.append("--without-embedder")
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process, PeakMemory(process.pid) as peak:  # noqa: S603
        printed, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"The {pipeline} pipeline failed; what it said stands above.")
    return Indexed(**json.loads(printed)), peak.mb


if __name__ == "__main__":
    main()
