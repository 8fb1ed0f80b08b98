"""Sessions: which browser is whose. It holds a random token; only the token's hash is kept here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select

from ui.journal.accounts import learner_from
from ui.journal.database import Database
from ui.journal.schema import AccountRow, SessionRow
from ui.journal.tokens import new_token, token_hash
from ui.learner import Learner

LIFETIME = timedelta(days=7)


class Sessions:
    """Who is signed in. Every call raises `JournalError` as `Journal` says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, learner: Learner) -> str:
        """A new token, for the browser of somebody who has just shown who they are; it holds for seven days."""
        token, now = new_token(), datetime.now(UTC)
        with self._database.writing() as session:
            session.execute(delete(SessionRow).where(SessionRow.expires <= now))
            row = SessionRow(token_hash=token_hash(token), account_id=learner.id, created=now, expires=now + LIFETIME)
            session.add(row)
        return token

    def learner(self, token: str) -> Learner | None:
        """Whose token it is; None for one that expired or was revoked, or whose account was removed."""
        query = (
            select(AccountRow)
            .join(SessionRow, SessionRow.account_id == AccountRow.id)
            .where(SessionRow.token_hash == token_hash(token), SessionRow.expires > datetime.now(UTC))
        )
        with self._database.reading() as session:
            row = session.scalar(query)
            return learner_from(row) if row else None

    def end(self, token: str) -> None:
        """The token is worth nothing any more."""
        with self._database.writing() as session:
            session.execute(delete(SessionRow).where(SessionRow.token_hash == token_hash(token)))
