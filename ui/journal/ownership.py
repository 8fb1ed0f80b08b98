"""Whose is it? The one place where a row is found for a learner."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ui.errors import ConversationGone
from ui.journal.schema import ConversationRow, TurnRow

LARGEST_ID = 2**31 - 1

GONE = "This conversation is not here any more; begin a new one."


def own_conversation(session: Session, learner_id: str, conversation_id: int) -> ConversationRow:
    """The learner's conversation. Raises `ConversationGone` where there is none, or it is somebody else's."""
    row = session.get(ConversationRow, conversation_id) if 0 < conversation_id <= LARGEST_ID else None
    if row is None or row.learner_id != learner_id:
        raise ConversationGone(GONE)
    return row


def own_turn(session: Session, learner_id: str, turn_id: int) -> TurnRow:
    """A turn of one of the learner's conversations. Raises `ConversationGone`."""
    found = (
        select(TurnRow)
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(TurnRow.id == min(max(turn_id, 0), LARGEST_ID), ConversationRow.learner_id == learner_id)
    )
    row = session.scalar(found)
    if row is None:
        raise ConversationGone(GONE)
    return row
