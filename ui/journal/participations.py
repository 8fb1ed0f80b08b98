"""Participations: which learners took part in activities, until their learning platforms have been told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import select, update

from ui.journal.database import Database
from ui.journal.schema import ParticipationRow
from ui.journal.tokens import token_hash
from ui.learner import Activity

Over = Literal["told", "given_up"]

LEASE = timedelta(minutes=5)
"""How long whoever took one may take to tell it; another process leaves it alone meanwhile."""


@dataclass(frozen=True, slots=True)
class Participation:
    """That somebody took part; `tries` counts how often it was to be told, this time included."""

    key: str
    activity: Activity
    created: datetime
    tries: int


class Participations:
    """One for each learner and line item. Every call raises `JournalError` as `Journal` says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, learner_id: str, activity: Activity) -> None:
        """Have the platform be told that a learner took part, unless it has been, or will be."""
        key = token_hash(f"{activity.platform_id}\0{activity.line_item}\0{activity.subject}")
        with self._database.reading() as session:
            if session.get(ParticipationRow, key):
                return
        now = datetime.now(UTC)
        row = ParticipationRow(
            key=key,
            platform_id=activity.platform_id,
            line_item=activity.line_item,
            subject=activity.subject,
            learner_id=learner_id,
            created=now,
            outcome="waiting",
            tries=0,
            due=now,
        )
        with self._database.writing() as session:
            if not session.get(ParticipationRow, key):
                session.add(row)

    def take_due(self, most: int = 100) -> list[Participation]:
        """Those to be told now, the oldest first; they come again after `LEASE` unless more is said of them."""
        now = datetime.now(UTC)
        with self._database.reading() as session:
            if session.scalar(select(ParticipationRow.key).where(ParticipationRow.due <= now).limit(1)) is None:
                return []
        due = select(ParticipationRow).where(ParticipationRow.due <= now).order_by(ParticipationRow.created)
        with self._database.writing() as session:
            rows = session.scalars(due.limit(most).with_for_update(skip_locked=True)).all()
            for row in rows:
                row.due, row.tries = now + LEASE, row.tries + 1
            return [_participation(row) for row in rows]

    def put_off(self, key: str, until: datetime, *, counts: bool = True) -> None:
        """Try it again then; a try that does not count is one that was not made."""
        tries = ParticipationRow.tries if counts else ParticipationRow.tries - 1
        with self._database.writing() as session:
            session.execute(update(ParticipationRow).where(ParticipationRow.key == key).values(due=until, tries=tries))

    def settle(self, key: str, outcome: Over) -> None:
        """It is over with this one."""
        with self._database.writing() as session:
            session.execute(
                update(ParticipationRow).where(ParticipationRow.key == key).values(due=None, outcome=outcome)
            )


def _participation(row: ParticipationRow) -> Participation:
    return Participation(row.key, Activity(row.platform_id, row.subject, row.line_item), row.created, row.tries)
