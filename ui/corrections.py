"""Corrections in a course's folder: pinned answers for its index, and a case each for its evaluation.

The journal says who wrote what and when; what learners are answered from stands in the course's own
folder, ``corrections.jsonl``, and goes with it wherever it goes. ``evaluation.jsonl`` beside it is
the course's question set, which may hold other questions too.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ui.errors import CorrectionRefused
from ui.files import saving, write_whole

CORRECTIONS_FILE = "corrections.jsonl"
EVALUATION_FILE = "evaluation.jsonl"

LONGEST_QUESTION = 500
LONGEST_ANSWER = 4_000

_CASE = "correction-"


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of a document of the course, to the character."""

    doc_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class PinnedAnswer:
    """The right answer to a question; `proof` are words of the course that prove it. `id` has no spaces."""

    id: str
    question: str
    answer: str
    proof: Quoted | None = None


class CorrectionFiles:
    """The corrections of one course, as they lie in its folder. For any thread."""

    _writing = threading.Lock()

    def __init__(self, folder: Path) -> None:
        self._corrections = folder / CORRECTIONS_FILE
        self._evaluation = folder / EVALUATION_FILE

    def all(self) -> list[PinnedAnswer]:
        """All of them, in the order in which they were written; a line that is none of ours is passed over."""
        return [found for row in _rows(self._corrections) if (found := _pinned(row))]

    def put(self, correction: PinnedAnswer) -> None:
        """Add it, or put it in the place of the one of its id. Raises `NotSaved`."""
        with self._writing:
            _replace(self._corrections, _is(correction.id), _row(correction))
            _replace(self._evaluation, _is(_CASE + correction.id), _case(correction))

    def remove(self, correction_id: str) -> None:
        """Forget the one of that id, and its case; nothing where there is none. Raises `NotSaved`."""
        with self._writing:
            _replace(self._corrections, _is(correction_id), None)
            _replace(self._evaluation, _is(_CASE + correction_id), None)

    def replace_questions(self, rows: Sequence[Mapping[str, Any]]) -> int:
        """Have the evaluation ask these, and what it asks for the sake of a correction; how many. Raises `NotSaved`."""
        with self._writing:
            ids = {row.get("id") for row in rows}
            cases = [row for row in map(_case, self.all()) if row["id"] not in ids]
            _write(self._evaluation, [*rows, *cases])
        return len(rows) + len(cases)


def readable_correction(question: str, answer: str) -> tuple[str, str]:
    """Question and answer as they are kept. Raises `CorrectionRefused` where one is empty, too long or no text."""
    question, answer = " ".join(question.split()), answer.replace("\r\n", "\n").strip()
    for name, text, most in (("question", question, LONGEST_QUESTION), ("answer", answer, LONGEST_ANSWER)):
        if not any(map(str.isalnum, text)):
            raise CorrectionRefused(f"The {name} is empty; write one.")
        if len(text) > most:
            raise CorrectionRefused(
                f"The {name} has {{length}} characters; write at most {{most}}.", length=len(text), most=most
            )
        if any(not character.isprintable() and character not in "\n\t\u00a0" for character in text):
            raise CorrectionRefused(f"The {name} holds characters that cannot be shown; type them again.")
    return question, answer


def _row(correction: PinnedAnswer) -> dict[str, Any]:
    row: dict[str, Any] = {"id": correction.id, "question": correction.question, "answer": correction.answer}
    if correction.proof:
        row["proof"] = {"doc_id": correction.proof.doc_id, "quote": correction.proof.quote}
    return row


def _case(correction: PinnedAnswer) -> dict[str, Any]:
    """A question of the evaluation set: right is what the instructor wrote, cited where it stands when it is read."""
    start = len(correction.question) + 2
    span = {
        "doc_id": f"{CORRECTIONS_FILE}#{correction.id}",
        "start": start,
        "end": start + len(correction.answer),
    }
    return {
        "id": _CASE + correction.id,
        "question": correction.question,
        "answers": [correction.answer],
        "answerable": True,
        "gold_spans": [span],
    }


def _pinned(row: dict[str, Any]) -> PinnedAnswer | None:
    if not all(isinstance(row.get(key), str) for key in ("id", "question", "answer")):
        return None
    proof = row.get("proof")
    quoted = Quoted(str(proof.get("doc_id")), str(proof.get("quote"))) if isinstance(proof, dict) else None
    return PinnedAnswer(row["id"], row["question"], row["answer"], quoted)


def _is(row_id: str) -> Callable[[dict[str, Any]], bool]:
    return lambda row: row.get("id") == row_id


def _replace(path: Path, chosen: Callable[[dict[str, Any]], bool], new: dict[str, Any] | None) -> None:
    """Write the file with `new` in the place of the row that is chosen, or at its end; without any row, no file."""
    rows = _rows(path)
    at = next((number for number, row in enumerate(rows) if chosen(row)), len(rows))
    rows[at : at + 1] = [new] if new else []
    _write(path, rows)


def _write(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        write_whole(path, lines.encode("utf-8", "replace"))  # half of a pair of surrogates is no text
    else:
        with saving(path):
            path.unlink(missing_ok=True)


def _rows(path: Path) -> list[dict[str, Any]]:
    with saving(path):
        lines = path.read_text(encoding="utf-8-sig").split("\n") if path.exists() else []
    rows = [json.loads(line) for line in lines if line.strip()]
    return [row for row in rows if isinstance(row, dict)]
