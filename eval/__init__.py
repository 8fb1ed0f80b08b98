"""Assistant + questions → numbers: is the assistant any good, and where not? Imports rag's public names only.

Start reading at `run.py`.
"""

from eval.asking import OnProgress, Progress
from eval.batch import answer_batch
from eval.cache import AnswerCache
from eval.errors import (
    EvalError,
    QuestionsInvalid,
    QuestionsMismatched,
    QuestionsUnreadable,
    RunDamaged,
    RunMismatch,
    RunMissing,
    RunNotSaved,
)
from eval.intervals import Estimate
from eval.questions import Question, Span, read_questions
from eval.rows import Row
from eval.run import MOST_ERRORS, Run, RunOptions, RunSettings, load_run, run, score
from eval.summary import RunSummary, Summary, load_summary, summarise
from eval.variants import SHAPES

__all__ = [
    "MOST_ERRORS",
    "SHAPES",
    "AnswerCache",
    "Estimate",
    "EvalError",
    "OnProgress",
    "Progress",
    "Question",
    "QuestionsInvalid",
    "QuestionsMismatched",
    "QuestionsUnreadable",
    "Row",
    "Run",
    "RunDamaged",
    "RunMismatch",
    "RunMissing",
    "RunNotSaved",
    "RunOptions",
    "RunSettings",
    "RunSummary",
    "Span",
    "Summary",
    "answer_batch",
    "load_run",
    "load_summary",
    "read_questions",
    "run",
    "score",
    "summarise",
]
