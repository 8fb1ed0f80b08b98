"""Privacy: everything that is kept about one person, to be handed out or deleted whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ui.journal.audit import Act
from ui.journal.database import Database
from ui.journal.schema import (
    AccountRow,
    AuditRow,
    ConversationRow,
    CorrectionRow,
    FeedbackRow,
    LaunchRow,
    ParticipationRow,
    SessionRow,
    Table,
    TieRow,
    TurnRow,
    VisitRow,
)

_ABOUT_ACCOUNTS: Final[tuple[Act, ...]] = ("account_added", "account_removed", "password_changed")


class Privacy:
    """What is kept about a learner. Every call raises `JournalError` as `Journal` says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def knows(self, learner_id: str) -> bool:
        """Whether anything is kept about them."""
        kept = (
            select(AccountRow.id).where(AccountRow.id == learner_id),
            select(ConversationRow.id).where(ConversationRow.learner_id == learner_id),
            select(CorrectionRow.id).where(CorrectionRow.author == learner_id),
            select(AuditRow.id).where(AuditRow.actor == learner_id),
            select(VisitRow.learner_id).where(VisitRow.learner_id == learner_id),
            select(TieRow.course_id).where(TieRow.tied_by == learner_id),
            select(ParticipationRow.key).where(ParticipationRow.learner_id == learner_id),
        )
        with self._database.reading() as session:
            return any(session.execute(query.limit(1)).first() is not None for query in kept)

    def export(self, learner_id: str) -> dict[str, Any]:
        """All of it as plain JSON types; passwords and tokens are left out, for they are kept as hashes alone."""
        with self._database.reading() as session:
            conversations = session.scalars(
                select(ConversationRow).where(ConversationRow.learner_id == learner_id).order_by(ConversationRow.id)
            ).all()
            corrections = session.scalars(
                select(CorrectionRow).where(CorrectionRow.author == learner_id).order_by(CorrectionRow.id)
            )
            visits = session.scalars(select(VisitRow).where(VisitRow.learner_id == learner_id))
            ties = session.scalars(select(TieRow).where(TieRow.tied_by == learner_id))
            told = session.scalars(select(ParticipationRow).where(ParticipationRow.learner_id == learner_id))
            acts = session.scalars(select(AuditRow).where(AuditRow.actor == learner_id).order_by(AuditRow.id))
            return {
                "learner": learner_id,
                "account": _account(session, learner_id),
                "conversations": [_conversation(session, row) for row in conversations],
                "corrections": [_plain(row, "author") for row in corrections],
                "visits": [_plain(row, "token_hash", "cookie_hash", "learner_id") for row in visits],
                "courses_chosen": [_plain(row, "tied_by") for row in ties],
                "participations": [_plain(row, "key", "learner_id") for row in told],
                "acts": [_plain(row, "actor") for row in acts],
            }

    def delete(self, learner_id: str) -> int:
        """Delete all of it, the account too; how many conversations that were.

        Corrections that they wrote, and what they chose for a course of a learning platform, are the
        course's and stay, but no longer say whose they were; no more does the audit log, of what they
        did, and of what was done to their account.
        """
        mine = ConversationRow.learner_id == learner_id
        with self._database.writing() as session:
            deleted = len(session.scalars(delete(ConversationRow).where(mine).returning(ConversationRow.id)).all())
            _unname(session, learner_id)
            session.execute(delete(AccountRow).where(AccountRow.id == learner_id))
            session.execute(delete(LaunchRow).where(LaunchRow.learner_id == learner_id))
            session.execute(delete(VisitRow).where(VisitRow.learner_id == learner_id))
            session.execute(delete(ParticipationRow).where(ParticipationRow.learner_id == learner_id))
            session.execute(update(TieRow).where(TieRow.tied_by == learner_id).values(tied_by=None))
            session.execute(update(CorrectionRow).where(CorrectionRow.author == learner_id).values(author=None))
        self._database.forget_deleted()
        return deleted


def _unname(session: Session, learner_id: str) -> None:
    account = session.get(AccountRow, learner_id)
    if account is not None:
        about_them = AuditRow.act.in_(_ABOUT_ACCOUNTS), AuditRow.subject == account.name
        session.execute(update(AuditRow).where(*about_them).values(subject=""))
    session.execute(update(AuditRow).where(AuditRow.actor == learner_id).values(actor=None, name=""))


def _account(session: Session, learner_id: str) -> dict[str, Any] | None:
    row = session.get(AccountRow, learner_id)
    if row is None:
        return None
    browsers = session.scalars(select(SessionRow).where(SessionRow.account_id == learner_id))
    sessions = [_plain(browser, "token_hash", "account_id") for browser in browsers]
    return {**_plain(row, "password_hash", "folded"), "sessions": sessions}


def _conversation(session: Session, conversation: ConversationRow) -> dict[str, Any]:
    query = (
        select(TurnRow, FeedbackRow)
        .outerjoin(FeedbackRow, FeedbackRow.turn_id == TurnRow.id)
        .where(TurnRow.conversation_id == conversation.id)
        .order_by(TurnRow.id)
    )
    turns = [
        _plain(turn, "conversation_id", "searched", "day") | {"feedback": _plain(given, "turn_id") if given else None}
        for turn, given in session.execute(query)
    ]
    return {**_plain(conversation, "learner_id", "searched_title"), "turns": turns}


def _plain(row: Table, *left_out: str) -> Any:
    """The row's columns but for those that say again what another one says."""
    values = {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key not in left_out}
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in values.items()}
