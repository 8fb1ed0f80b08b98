"""readme_table: the headline numbers of runs, written into a table of README.md; what `make eval` ends with.

    python -m eval.readme_table README.md RUN_DIR…

A question set has one row for the run and one for the floor beside it; rows of other sets stay as they are.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from eval.baselines import EXTRACTIVE_FLOOR
from eval.errors import EvalError, RunDamaged
from eval.files import write_whole
from eval.headline import BASELINES, HEADLINE
from eval.run import Run, load_run
from eval.summary import RunSummary, Summary, load_summary

BEGIN = "<!-- evaluation: written by `make eval` -->"
END = "<!-- end of evaluation -->"

_COLUMNS = (
    "right",
    "truthfulness",
    "false_refusal",
    "recall",
    "youden_j",
    "citation_precision",
    "success@5",
    "total_ms_p50",
)
_MEASURES = tuple(next(measure for measure in HEADLINE if measure.name == name) for name in _COLUMNS)
_HEADER = ("question set", "answered by", "questions", *(measure.label.lower() for measure in _MEASURES))


def refresh(readme: Path, folders: Sequence[Path]) -> None:
    """Write the rows of these runs into the table between the markers.

    Raises `RunDamaged` for a file without the markers, and whatever reading a run, or writing, raises.
    """
    text = readme.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    table, end, after = rest.partition(END)
    if not begin or not end:
        raise RunDamaged(f"{readme} has no place for the table; put the lines {BEGIN} and {END} where it belongs.")
    rows = dict(_known_rows(table))
    for folder in folders:
        rows |= _rows(load_run(folder), load_summary(folder))
    lines = [_line(_HEADER), _line(["---"] * len(_HEADER)), *rows.values()]
    write_whole(readme, f"{before}{BEGIN}\n{chr(10).join(lines)}\n{END}{after}".encode())


def _known_rows(table: str) -> list[tuple[tuple[str, str], str]]:
    """The rows of the table as it stands, by question set and who answered."""
    lines = [line for line in table.splitlines() if line.startswith("|")][2:]
    cells = ([cell.strip() for cell in line.split("|")[1:3]] for line in lines)
    return [((first, second), line) for (first, second), line in zip(cells, lines, strict=True)]


def _rows(run: Run, summary: RunSummary) -> dict[tuple[str, str], str]:
    measured = {run.settings.model or "the search alone": summary.overall}
    if floor := summary.baselines.get(EXTRACTIVE_FLOOR):
        measured[BASELINES[EXTRACTIVE_FLOOR]] = floor
    name = _cell(run.settings.question_set)
    return {
        (name, _cell(who)): _line([name, _cell(who), str(of.counts["questions"]), *_values(of)])
        for who, of in measured.items()
    }


def _values(summary: Summary) -> list[str]:
    estimates = [(measure, measure.of(summary)) for measure in _MEASURES]
    return [
        f"{measure.written(one.value)} ({measure.written_interval(one)})" if one else "–" for measure, one in estimates
    ]


def _cell(text: str) -> str:
    """Text as Markdown shows it in a cell, as it is."""
    return " ".join(text.replace("|", "/").replace("<", "‹").split())


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    try:
        refresh(Path(sys.argv[1]), [Path(folder) for folder in sys.argv[2:]])
    except EvalError as error:
        sys.exit(f"eval.readme_table: {error}")
