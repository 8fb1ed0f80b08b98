"""Review: what the learners of a course asked, for its instructors; without a word on who asked it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update

from ui.journal.database import Database
from ui.journal.feedback import Thumb
from ui.journal.ownership import LARGEST_ID
from ui.journal.schema import ConversationRow, FeedbackRow, TurnRow

MOST_ROWS = 5_000

_ASKED_OF_THE_COURSE = TurnRow.aside.is_(False)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question that was answered or refused, and what the learner thought of that.

    `answer` is what `rag.record` made: its ``asked`` is the question completed from those before.
    `weak` says that a sentence of it was not fully supported.
    """

    turn_id: int
    question: str
    answer: dict[str, Any]
    answered: bool
    weak: bool
    thumb: Thumb | None
    reason: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """How often it came to what on one day (UTC); `weak` ones are among the `answered`."""

    day: date
    asked: int
    answered: int
    unanswered: int
    weak: int
    up: int
    down: int


class Review:
    """What was asked of each course; who may see it is decided before. Raises `JournalError` as `Journal` says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def to_mend(self, course_id: str) -> list[Asked]:
        """What went wrong and nobody has settled: unanswered, weak, or with a thumb down; the newest 5,000 first.

        Of asides only those with a thumb down are there.
        """
        wrong = or_(TurnRow.answered.is_(False), TurnRow.weak.is_(True))
        return self._asked(
            course_id, TurnRow.settled.is_(False), or_(and_(wrong, _ASKED_OF_THE_COURSE), FeedbackRow.thumb == "down")
        )

    def asked(self, course_id: str, since: date = date.min) -> list[Asked]:
        """All that was asked from that day (UTC) on but asides, the newest 5,000 first."""
        return self._asked(course_id, TurnRow.day >= since, _ASKED_OF_THE_COURSE)

    def settle(self, course_id: str, turn_ids: Sequence[int]) -> None:
        """Have these be dealt with: corrected, or left as they are on purpose. Other courses' are left alone."""
        ids = [turn_id for turn_id in turn_ids if 0 < turn_id <= LARGEST_ID]
        conversations = select(ConversationRow.id).where(ConversationRow.course_id == course_id)
        chosen = TurnRow.id.in_(ids), TurnRow.conversation_id.in_(conversations)
        with self._database.writing() as session:
            session.execute(update(TurnRow).where(*chosen).values(settled=True))

    def days(self, course_id: str, since: date = date.min) -> list[Day]:
        """Counts for each day on which something was asked, without asides, the oldest first."""
        query = (
            select(
                TurnRow.day,
                func.count(),
                _count(TurnRow.answered.is_(True)),
                _count(TurnRow.answered.is_(False)),
                _count(TurnRow.weak.is_(True)),
                _count(FeedbackRow.thumb == "up"),
                _count(FeedbackRow.thumb == "down"),
            )
            .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
            .outerjoin(FeedbackRow, FeedbackRow.turn_id == TurnRow.id)
            .where(ConversationRow.course_id == course_id, TurnRow.day >= since, _ASKED_OF_THE_COURSE)
            .group_by(TurnRow.day)
            .order_by(TurnRow.day)
        )
        with self._database.reading() as session:
            return [Day(*row) for row in session.execute(query)]

    def _asked(self, course_id: str, *conditions: ColumnElement[bool]) -> list[Asked]:
        query = (
            select(TurnRow, FeedbackRow)
            .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
            .outerjoin(FeedbackRow, FeedbackRow.turn_id == TurnRow.id)
            .where(ConversationRow.course_id == course_id, TurnRow.answer.is_not(None), *conditions)
            .order_by(TurnRow.id.desc())
            .limit(MOST_ROWS)
        )
        with self._database.reading() as session:
            return [_asked(turn, feedback) for turn, feedback in session.execute(query)]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _asked(turn: TurnRow, feedback: FeedbackRow | None) -> Asked:
    return Asked(
        turn.id,
        turn.question,
        turn.answer or {},
        bool(turn.answered),
        bool(turn.weak),
        cast("Thumb", feedback.thumb) if feedback else None,
        feedback.reason if feedback else "",
        turn.created,
    )
