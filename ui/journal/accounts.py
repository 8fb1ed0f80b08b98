"""Accounts: who may sign in, under which name and in which role."""

from __future__ import annotations

import unicodedata
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ui.errors import AccountInvalid
from ui.journal.database import Database
from ui.journal.passwords import hashed, matches
from ui.journal.schema import AccountRow, SessionRow, storable
from ui.learner import Learner, Role

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in, and since when (UTC)."""

    learner: Learner
    created: datetime


class Accounts:
    """Everybody who may sign in. Every call raises `JournalError` as `Journal` says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, role: Role, password: str) -> Learner:
        """A new account. Raises `AccountInvalid` for a name that is taken or is none, or a bad password."""
        name = _readable(name)
        row = AccountRow(
            id=f"account:{uuid.uuid4().hex}",
            name=name,
            folded=_folded(name),
            role=role,
            password_hash=hashed(name, password),
            created=datetime.now(UTC),
        )
        try:
            with self._database.writing() as session:
                session.add(row)
                session.flush()
                return learner_from(row)
        except IntegrityError as error:
            raise AccountInvalid(f"There is an account called {name} already; choose another name.") from error

    def remove(self, name: str) -> Learner:
        """Nobody signs in under that name any more; what they asked stays, until it is deleted.

        Raises `AccountInvalid` where there is none of that name.
        """
        with self._database.writing() as session:
            row = _found(session, name)
            session.delete(row)
            return learner_from(row)

    def set_password(self, name: str, password: str) -> None:
        """Give it another password, and sign it out everywhere. Raises `AccountInvalid`."""
        password_hash = hashed(_readable(name), password)
        with self._database.writing() as session:
            row = _found(session, name)
            row.password_hash = password_hash
            session.execute(delete(SessionRow).where(SessionRow.account_id == row.id))

    def of(self, name: str) -> Learner | None:
        """Whose account is called that."""
        with self._database.reading() as session:
            row = _lookup(session, name)
            return learner_from(row) if row else None

    def all(self) -> list[Account]:
        """Every account, by name."""
        with self._database.reading() as session:
            rows = session.scalars(select(AccountRow).order_by(AccountRow.folded))
            return [Account(learner_from(row), row.created) for row in rows]

    def exist(self) -> bool:
        """Whether there is one at all."""
        with self._database.reading() as session:
            return session.scalar(select(AccountRow.id).limit(1)) is not None

    def check(self, name: str, password: str) -> Learner | None:
        """Whose name and password these are; an unknown name takes as long as a wrong password."""
        with self._database.reading() as session:
            row = _lookup(session, name)
        return learner_from(row) if matches(row.password_hash if row else None, password) and row else None


def learner_from(row: AccountRow) -> Learner:
    """The person whose account it is."""
    return Learner(row.id, row.name, cast("Role", row.role))


def _found(session: Session, name: str) -> AccountRow:
    row = _lookup(session, name)
    if row is None:
        raise AccountInvalid(f"There is no account called {name}; `coursecite user list` shows them all.")
    return row


def _lookup(session: Session, name: str) -> AccountRow | None:
    return session.scalar(select(AccountRow).where(AccountRow.folded == _folded(name)))


def _folded(name: str) -> str:
    return storable(unicodedata.normalize("NFKC", name).strip().casefold())[: 2 * LONGEST_NAME]


def _readable(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or ":" in name:
        raise AccountInvalid(f"A name has 1 to {LONGEST_NAME} printable characters and no colon; choose another one.")
    return name
