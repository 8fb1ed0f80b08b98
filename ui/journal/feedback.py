"""Feedback: a learner's thumb on an answer, and the reason, if one is given."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from ui.journal.database import Database
from ui.journal.ownership import own_turn
from ui.journal.schema import FeedbackRow

Thumb = Literal["up", "down"]

LONGEST_REASON = 2_000


class Feedback:
    """What learners think of their answers. Every call raises `JournalError` as `Journal` says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def give(self, learner_id: str, turn_id: int, thumb: Thumb, reason: str = "") -> None:
        """Set the learner's opinion, in the place of an earlier one; a reason is cut to 2,000 characters.

        Raises `ConversationGone`.
        """
        with self._database.writing() as session:
            row = own_turn(session, learner_id, turn_id)
            opinion = FeedbackRow(
                turn_id=row.id, thumb=thumb, reason=reason.strip()[:LONGEST_REASON], created=datetime.now(UTC)
            )
            session.merge(opinion)

    def take_back(self, learner_id: str, turn_id: int) -> None:
        """Have no opinion any more. Raises `ConversationGone`."""
        with self._database.writing() as session:
            opinion = session.get(FeedbackRow, own_turn(session, learner_id, turn_id).id)
            if opinion is not None:
                session.delete(opinion)
