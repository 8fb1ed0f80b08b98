"""AnswerCache: answers kept from run to run, so that what has not changed is not generated again.

One small JSON file per answer, in the data folder. Errors are never kept, and timings are those of
the first time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.files import saving, write_whole
from eval.questions import Question, Span


@dataclass(frozen=True, slots=True)
class AnswerSource:
    """All that decides an answer beside the question: of two alike, one's answers serve for the other."""

    index_version: str
    model_sha256: str
    prompt_sha256: str
    parameters: Mapping[str, str | int | float | bool]
    code_sha256: str = ""


class AnswerCache:
    """Recorded answers by source, question and history."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, source: AnswerSource, question: Question, given: Sequence[Span] = ()) -> dict[str, Any] | None:
        """The recorded answer, or None. `given` are the passages, where they were not searched for."""
        try:
            record = json.loads(self._path(source, question, given).read_bytes())
        except (OSError, ValueError):  # none yet, or one cut off by a crash: it is made again
            return None
        return record if isinstance(record, dict) else None

    def put(
        self, source: AnswerSource, question: Question, record: Mapping[str, Any], given: Sequence[Span] = ()
    ) -> None:
        """Keep an answer. Raises `RunNotSaved`."""
        path = self._path(source, question, given)
        with saving(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(dict(record), ensure_ascii=False).encode())

    def _path(self, source: AnswerSource, question: Question, given: Sequence[Span]) -> Path:
        key = [
            source.index_version,
            source.model_sha256,
            source.prompt_sha256,
            dict(source.parameters),
            source.code_sha256,
            question.text,
            [[turn.role, turn.content] for turn in question.history],
            [[span.doc_id, span.start, span.end] for span in given],
        ]
        name = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()
        return self._folder / name[:2] / f"{name}.json"
