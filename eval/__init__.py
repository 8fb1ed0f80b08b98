"""Assistant + questions → numbers: is the assistant any good, and where not? Imports rag's public names only.

Start reading at `run.py`.
"""

from eval.asking import OnProgress, Progress
from eval.batch import answer_batch
from eval.cache import AnswerCache
from eval.compare import Comparison, Difference, compare
from eval.course_runs import (
    ShownMeasure,
    ShownRun,
    count_questions,
    question_rows,
    report_of,
    run_course_set,
    shown_runs,
)
from eval.errors import (
    EvalError,
    GateInvalid,
    PairsInvalid,
    QuestionsInvalid,
    QuestionsMismatched,
    QuestionsUnreadable,
    RunDamaged,
    RunMismatch,
    RunMissing,
    RunNotSaved,
)
from eval.gate import Check, Gate, check_gate, read_gate, write_junit
from eval.intervals import Estimate
from eval.judge import FAIR_AGREEMENT, Agreement, Judged, agree, judge_run, load_judged, read_pairs
from eval.questions import Question, Span, read_questions
from eval.report import write_report
from eval.rows import Row
from eval.run import MOST_ERRORS, Run, RunOptions, RunSettings, load_run, run, score
from eval.self_test import SelfTest, self_test
from eval.summary import RunSummary, Summary, load_summary, summarise
from eval.taxonomy import Outcome, first_to_look_at, outcome
from eval.variants import SHAPES

__all__ = [
    "FAIR_AGREEMENT",
    "MOST_ERRORS",
    "SHAPES",
    "Agreement",
    "AnswerCache",
    "Check",
    "Comparison",
    "Difference",
    "Estimate",
    "EvalError",
    "Gate",
    "GateInvalid",
    "Judged",
    "OnProgress",
    "Outcome",
    "PairsInvalid",
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
    "SelfTest",
    "ShownMeasure",
    "ShownRun",
    "Span",
    "Summary",
    "agree",
    "answer_batch",
    "check_gate",
    "compare",
    "count_questions",
    "first_to_look_at",
    "judge_run",
    "load_judged",
    "load_run",
    "load_summary",
    "outcome",
    "question_rows",
    "read_gate",
    "read_pairs",
    "read_questions",
    "report_of",
    "run",
    "run_course_set",
    "score",
    "self_test",
    "shown_runs",
    "summarise",
    "write_junit",
    "write_report",
]
