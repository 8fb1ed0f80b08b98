"""What can go wrong in an evaluation, each error named for what is to be mended.

EvalError
├── QuestionsUnreadable       the question file is not there, or is not text
├── QuestionsInvalid          a line of it is malformed, an id is used twice, or there is none at all
├── QuestionsMismatched       its gold does not lie in this course
├── RunMissing                the folder holds no run
├── RunMismatch               the folder holds a run of other settings; nothing was mixed
├── RunDamaged                a file of the run folder is not what was written
├── RunNotSaved               the run folder cannot be written (a full disk, no permission)
├── GateInvalid               the file with the thresholds is not one
└── PairsInvalid              the file with the pairs that people have graded is not one
"""

from __future__ import annotations


class EvalError(Exception):
    """Base of all; the message is one sentence that says what happened and what to do."""


class QuestionsUnreadable(EvalError):
    """The question file cannot be opened or decoded."""


class QuestionsInvalid(EvalError):
    """The question file is not a question set; the message names the line."""


class QuestionsMismatched(EvalError):
    """The set's gold names documents or characters that the course does not have."""


class RunMissing(EvalError):
    """There is no run where one was looked for."""


class RunMismatch(EvalError):
    """The run in the folder was made with other settings, questions, course or model."""


class RunDamaged(EvalError):
    """A file of the run folder cannot be read as what it should be."""


class RunNotSaved(EvalError):
    """A row or a file could not be written; the rows before it are intact."""


class GateInvalid(EvalError):
    """The gate's file cannot be read as thresholds and allowances."""


class PairsInvalid(EvalError):
    """The file with the pairs that people have graded cannot be read as such; the message names the line."""
