"""Turns: each question as it is asked, then what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ui.journal.conversations import new_conversation
from ui.journal.database import Database
from ui.journal.feedback import Thumb
from ui.journal.ownership import own_conversation, own_turn
from ui.journal.schema import ConversationRow, FeedbackRow, TurnRow

Ended = Literal["finished", "stopped", "failed"]
State = Literal["asked", "finished", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer, as the object that `rag.record` makes; None where none came.

    `asked` is the state of a turn whose answer was never recorded: unless it is being written just
    now, the server was restarted in the middle of it, or could not save it. `note` is the sentence
    that was shown with or in the place of the answer; `thumb` is what the learner thought of it.
    """

    id: int
    question: str
    state: State
    answer: dict[str, Any] | None
    note: str
    created: datetime
    thumb: Thumb | None = None


class Turns:
    """The turns of each learner's conversations. Every call raises `JournalError` as `Journal` says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, learner_id: str, conversation_id: int, question: str, *, aside: bool = False) -> int:
        """Record that a question was asked, before it is answered; the turn's id. Raises `ConversationGone`.

        An `aside` belongs to a quiz or a study helper, and is no question that the course should answer.
        """
        with self._database.writing() as session:
            conversation = own_conversation(session, learner_id, conversation_id)
            return _begun(session, conversation, question, aside)

    def begin_conversation(
        self, learner_id: str, course_id: str, question: str, *, aside: bool = False
    ) -> tuple[int, int]:
        """The same with a new conversation, titled by the question: the ids of both. Both are kept, or none."""
        with self._database.writing() as session:
            conversation = new_conversation(session, learner_id, course_id, question)
            return conversation.id, _begun(session, conversation, question, aside)

    def end(
        self, learner_id: str, turn_id: int, state: Ended, answer: Mapping[str, Any] | None, note: str = ""
    ) -> None:
        """Record what came of it: the answer (what there is of it, where it was stopped), or None.

        `answer` is what `rag.record` makes, and may hold more keys. Raises `ConversationGone` where
        the conversation was deleted meanwhile.
        """
        with self._database.writing() as session:
            row = own_turn(session, learner_id, turn_id)
            row.state, row.note = state, note
            if answer is not None:
                row.answer = dict(answer)
                row.answered = bool(answer["answered"])
                row.weak = any(sentence["support"] != "supported" for sentence in answer["sentences"])
                row.searched = f"{row.question}\n{answer['text']}".casefold()

    def of(self, learner_id: str, conversation_id: int) -> list[Turn]:
        """The turns of a conversation, in the order in which they were asked. Raises `ConversationGone`."""
        with self._database.reading() as session:
            own_conversation(session, learner_id, conversation_id)
            shown = TurnRow.conversation_id == conversation_id, TurnRow.withdrawn.is_(False)
            rows = session.execute(_WITH_FEEDBACK.where(*shown).order_by(TurnRow.id))
            return [_turn(row, feedback) for row, feedback in rows]

    def get(self, learner_id: str, turn_id: int) -> Turn:
        """One turn. Raises `ConversationGone`."""
        with self._database.reading() as session:
            row = own_turn(session, learner_id, turn_id)
            return _turn(row, session.get(FeedbackRow, row.id))

    def withdraw(self, learner_id: str, turn_id: int) -> None:
        """Show this turn and those after it no more, for one that is asked again or put in other words.

        What was asked still counts for the instructor. Raises `ConversationGone`.
        """
        with self._database.writing() as session:
            row = own_turn(session, learner_id, turn_id)
            later = TurnRow.conversation_id == row.conversation_id, TurnRow.id >= row.id
            session.execute(update(TurnRow).where(*later).values(withdrawn=True))


def _begun(session: Session, conversation: ConversationRow, question: str, aside: bool) -> int:
    now = datetime.now(UTC)
    row = TurnRow(
        conversation_id=conversation.id,
        question=question,
        state="asked",
        note="",
        searched=question.casefold(),
        withdrawn=False,
        settled=False,
        aside=aside,
        created=now,
        day=now.date(),
    )
    session.add(row)
    conversation.changed = now
    session.flush()
    return row.id


_WITH_FEEDBACK = select(TurnRow, FeedbackRow).outerjoin(FeedbackRow, FeedbackRow.turn_id == TurnRow.id)


def _turn(row: TurnRow, feedback: FeedbackRow | None) -> Turn:
    thumb = cast("Thumb", feedback.thumb) if feedback else None
    return Turn(row.id, row.question, cast("State", row.state), row.answer, row.note, row.created, thumb)
