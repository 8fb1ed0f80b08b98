"""Audit: who did what to courses, accounts, keys and platforms, and when. Rows are added, and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, cast

from sqlalchemy import select

from ui.journal.database import Database
from ui.journal.schema import AuditRow, storable
from ui.learner import Learner

Act = Literal[
    "course_created",
    "course_copied",
    "course_renamed",
    "language_changed",
    "course_deleted",
    "course_chosen",
    "file_uploaded",
    "file_deleted",
    "answer_written",
    "answer_withdrawn",
    "questions_settled",
    "question_set_replaced",
    "evaluation_started",
    "account_added",
    "account_removed",
    "password_changed",
    "key_added",
    "key_revoked",
    "platform_invited",
    "platform_added",
    "platform_removed",
    "tool_keys_rotated",
    "data_exported",
    "data_deleted",
    "backup_written",
    "widget_allowed",
    "widget_removed",
]

MOST: Final = 500
_LONGEST_SUBJECT: Final = 300


@dataclass(frozen=True, slots=True)
class Noted:
    """One act. `actor` is a learner's id, None once their data were deleted; `subject` is what it was done to."""

    created: datetime
    actor: str | None
    name: str
    act: Act
    course_id: str
    subject: str


class Audit:
    """The acts. Every call raises `JournalError` as `Journal` says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, who: Learner, act: Act, course_id: str = "", subject: str = "") -> None:
        """Add one that has just been done."""
        row = AuditRow(
            actor=who.id,
            name=who.name,
            act=act,
            course_id=course_id,
            subject=storable(subject)[:_LONGEST_SUBJECT],
            created=datetime.now(UTC),
        )
        with self._database.writing() as session:
            session.add(row)

    def latest(self, most: int = MOST) -> list[Noted]:
        """The newest `most`, the newest first."""
        with self._database.reading() as session:
            rows = session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(most))
            return [
                Noted(row.created, row.actor, row.name, cast("Act", row.act), row.course_id, row.subject)
                for row in rows
            ]
