"""Self-test: may this model word the answers? Decided by what it gets right, never by its name.

Twenty questions of a set are asked twice: answered in the course's own sentences, and worded by the
model with only what the course supports of it shown. The model words the answers from then on only
where that was more truthful.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.asking import OnProgress
from eval.compare import Comparison, compare
from eval.questions import Question
from eval.run import RunOptions, run
from rag import Assistant

QUESTIONS = 20
SEED = 0


@dataclass(frozen=True, slots=True)
class SelfTest:
    """Both ways beside each other, from `quoted` to `written`."""

    comparison: Comparison

    @property
    def words_better(self) -> bool:
        """Whether the model's wording was more truthful on these questions, and let no more near misses pass."""
        gains = {one.measure.name: one.gain for one in self.comparison.differences}
        return gains["truthfulness"] > 0 and gains.get("recall", 0.0) >= 0


def self_test(
    quoted: Assistant,
    written: Assistant,
    questions: Sequence[Question],
    folder: Path,
    on_progress: OnProgress = lambda _at: None,
) -> SelfTest:
    """Ask the same draw of `questions` both ways; the two runs are kept in `folder`."""
    options = RunOptions(question_set="self-test", limit=QUESTIONS, seed=SEED, oracle_limit=0)
    before = run(quoted, questions, folder / "quoted", options, on_progress=on_progress)
    after = run(written, questions, folder / "written", options, on_progress=on_progress)
    return SelfTest(compare(before, after))
