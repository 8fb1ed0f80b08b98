"""Conversations: what one learner has asked of one course, under a title; listed, searched, renamed, deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from ui.journal.database import Database
from ui.journal.ownership import own_conversation
from ui.journal.schema import ConversationRow, TurnRow, storable

LONGEST_TITLE = 200
_LONGEST_SEARCH = 20
_MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation; `turns` counts those shown, `changed` is when something was asked or renamed last (UTC)."""

    id: int
    course_id: str
    title: str
    turns: int
    created: datetime
    changed: datetime


class Conversations:
    """The conversations of each learner. Every call raises `JournalError` as `Journal` says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, learner_id: str, course_id: str, title: str) -> Conversation:
        """A new one without turns; `title` is often the first question, and is cut to 200 characters."""
        with self._database.writing() as session:
            row = new_conversation(session, learner_id, course_id, title)
            return Conversation(row.id, course_id, row.title, 0, row.created, row.changed)

    def get(self, learner_id: str, conversation_id: int) -> Conversation:
        """The learner's conversation of that id. Raises `ConversationGone`."""
        with self._database.reading() as session:
            own_conversation(session, learner_id, conversation_id)
            (found,) = session.execute(_listed(ConversationRow.id == conversation_id)).all()
            return Conversation(*found)

    def of(self, learner_id: str, course_id: str | None = None) -> list[Conversation]:
        """The learner's newest 500, of one course or of all, the one changed last first."""
        mine = [ConversationRow.learner_id == learner_id]
        if course_id is not None:
            mine.append(ConversationRow.course_id == course_id)
        with self._database.reading() as session:
            return [Conversation(*found) for found in session.execute(_listed(*mine))]

    def search(self, learner_id: str, text: str) -> list[Conversation]:
        """Those in which every word of `text` stands, in the title, a question or an answer; case does not matter.

        No words find all of them.
        """
        words = storable(text).casefold().split()[:_LONGEST_SEARCH]
        wanted = [_has_word(word) for word in words]
        with self._database.reading() as session:
            found = session.execute(_listed(ConversationRow.learner_id == learner_id, *wanted))
            return [Conversation(*one) for one in found]

    def rename(self, learner_id: str, conversation_id: int, title: str) -> None:
        """Give it another title; an empty one changes nothing. Raises `ConversationGone`."""
        with self._database.writing() as session:
            row = own_conversation(session, learner_id, conversation_id)
            if title := _title(title):
                row.title, row.searched_title = title, title.casefold()

    def delete(self, learner_id: str, conversation_id: int) -> None:
        """Delete it with all that belongs to it. Raises `ConversationGone`."""
        with self._database.writing() as session:
            session.delete(own_conversation(session, learner_id, conversation_id))


def new_conversation(session: Session, learner_id: str, course_id: str, title: str) -> ConversationRow:
    """A conversation without turns, in the transaction of `session`; it has its id."""
    now, title = datetime.now(UTC), _title(title)
    row = ConversationRow(
        learner_id=learner_id,
        course_id=course_id,
        title=title,
        searched_title=title.casefold(),
        created=now,
        changed=now,
    )
    session.add(row)
    session.flush()
    return row


def _listed(*conditions: ColumnElement[bool]) -> Select[int, str, str, int, datetime, datetime]:
    shown = (
        select(func.count(TurnRow.id))
        .where(TurnRow.conversation_id == ConversationRow.id, TurnRow.withdrawn.is_(False))
        .scalar_subquery()
    )
    row = ConversationRow
    return (
        select(row.id, row.course_id, row.title, shown, row.created, row.changed)
        .where(*conditions)
        .order_by(row.changed.desc(), row.id.desc())
        .limit(_MOST_LISTED)
    )


def _has_word(word: str) -> ColumnElement[bool]:
    in_turn = (
        select(TurnRow.id)
        .where(
            TurnRow.conversation_id == ConversationRow.id,
            TurnRow.withdrawn.is_(False),
            TurnRow.searched.contains(word, autoescape=True),
        )
        .exists()
    )
    return or_(ConversationRow.searched_title.contains(word, autoescape=True), in_turn)


def _title(title: str) -> str:
    return storable(" ".join(title.split()))[:LONGEST_TITLE]
