"""One table: which error ends a command, or a request, how. The sentence is always the error's own."""

from __future__ import annotations

from typing import Literal

from corpus import CorpusError, CourseNotFound, CourseSettingsInvalid
from eval.errors import (
    EvalError,
    GateInvalid,
    PairsInvalid,
    QuestionsInvalid,
    QuestionsMismatched,
    QuestionsUnreadable,
    RunMismatch,
    RunMissing,
)
from rag.errors import QuestionInvalid, RagError

FAILURE, USAGE = 1, 2

_USAGE_ERRORS = (
    CourseNotFound,
    CourseSettingsInvalid,
    GateInvalid,
    PairsInvalid,
    QuestionInvalid,
    QuestionsInvalid,
    QuestionsMismatched,
    QuestionsUnreadable,
    RunMismatch,
    RunMissing,
)


class UiError(Exception):
    """What a person asked of the command or the page cannot be done; the message says what to do.

    It is `sentence` with its ``{…}`` filled in from `values`: by the sentence, `ui.texts.errors` finds
    it in the language of the page.
    """

    def __init__(self, sentence: str = "", **values: object) -> None:
        super().__init__(sentence.format(**values) if values else sentence)
        self.sentence = sentence
        self.values = values


class ProgramBroke(UiError):
    """Work in the background ended by a defect of ours, which the log names."""


class SelfTestNotSaved(UiError):
    """What a model's self-test found cannot be written down."""


class ServeRefused(UiError):
    """The server cannot, or must not, listen where it was asked to."""


class CourseGone(UiError):
    """There is no such course, or no longer."""


class CourseNotReady(UiError):
    """Nothing of the course is indexed yet."""


class CourseUnchangeable(UiError):
    """The course cannot be created or changed as asked."""


class TitleInvalid(CourseUnchangeable):
    """No course can be called that."""


class WidgetInvalid(UiError):
    """A widget cannot be allowed, or found, as asked."""


class BackupInvalid(UiError):
    """A backup cannot be made, or put back, as asked."""


class NotSaved(UiError):
    """The disk is full, or a folder cannot be written."""


class UploadRefused(UiError):
    """A file that is uploaded cannot be one of the course's."""


class UploadTooLarge(UploadRefused):
    """There is no room for the file."""


class UploadTooSlow(UploadRefused):
    """Nothing has come of a file for too long."""


class FileGone(UiError):
    """There is no such file in the course, or no longer."""


class CorrectionRefused(UiError):
    """What an instructor wrote cannot be kept as the answer to a question."""


class EvaluationBusy(UiError):
    """One evaluation at a time."""


class NotSignedIn(UiError):
    """Nobody known asked."""


class NotAllowed(UiError):
    """Whoever asked has no right to it, or cannot show that they meant it."""


class KeyInvalid(UiError):
    """The API key cannot be made or found as asked."""


class KeyRefused(UiError):
    """A request came with a key that is none, or no longer, or for something that the key is not for."""


class TryLater(UiError):
    """Not now; `seconds` says when it is worth trying again."""

    def __init__(self, sentence: str, seconds: float, **values: object) -> None:
        super().__init__(sentence, **values)
        self.seconds = seconds


class LineFull(TryLater):
    """More wait for the model than the line takes."""


class TooMany(TryLater):
    """Somebody asks more often than they may."""


class ServerStopping(TryLater):
    """The server is being stopped, and begins nothing new."""


class AccountInvalid(UiError):
    """The account cannot be made, changed or found as asked."""


Fault = Literal["busy", "read_only", "full", "damaged", "unreachable", "unusable"]


class JournalError(UiError):
    """The database cannot be read or written now; `fault` says why, in one word.

    What was to be saved was not. Whoever has an answer gives it all the same, and says so.
    """

    def __init__(self, sentence: str, fault: Fault = "unusable", **values: object) -> None:
        super().__init__(sentence, **values)
        self.fault: Fault = fault


class PlatformInvalid(UiError):
    """A learning platform cannot be registered, changed or found as asked."""


class KeysUnusable(UiError):
    """The tool's own keys cannot be read or written."""


class FetchFailed(UiError):
    """Another server did not give what was asked of it, or must not be asked.

    `status` is what it answered, 0 where nothing came that could be understood.
    """

    def __init__(self, sentence: str, status: int = 0, **values: object) -> None:
        super().__init__(sentence, **values, status=status)
        self.status = status


class AccessRefused(UiError):
    """A learning platform gives this server no access to what is in it."""


class LaunchRefused(UiError):
    """Somebody who says that a learning platform sent them is not let in."""


class ConversationGone(UiError):
    """The learner has no such conversation, or no longer."""


class CorrectionGone(UiError):
    """The course has no such correction, or no longer."""


EXPECTED = (CorpusError, EvalError, RagError, UiError)
"""Errors with a sentence for a person; anything else is a defect of ours."""


NOT_FOUND = (CourseNotFound, RunMissing)
UNREADABLE = (GateInvalid, QuestionsInvalid, QuestionsUnreadable)
"""Errors of the other packages that are somebody's mistake, and which."""


def exit_code(error: Exception) -> int:
    """2 where the command was called wrongly, 1 where it failed."""
    return USAGE if isinstance(error, _USAGE_ERRORS) else FAILURE
