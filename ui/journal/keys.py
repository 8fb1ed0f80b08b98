"""Keys: programs that may use the API, for which courses and with which rights. Only a key's hash is kept here."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ui.errors import KeyInvalid
from ui.journal.accounts import LONGEST_NAME
from ui.journal.database import Database
from ui.journal.schema import ApiKeyRow, storable
from ui.journal.tokens import new_token, token_hash
from ui.learner import RIGHTS, Learner, Right

PREFIX: Final = "coursecite_"
"""What every key begins with, so that it is recognised where it should not be: in a repository, in a log."""

_LENGTH: Final = len(PREFIX) + 43

PER_MINUTE: Final = 60
_MOST_PER_MINUTE: Final = 100_000
_LONGEST_DAYS: Final = 3650


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is shown: whom it makes of whoever sends it, and how long it holds."""

    learner: Learner
    created: datetime
    expires: datetime | None

    @property
    def holds(self) -> bool:
        """Whether it is still worth something."""
        return self.expires is None or self.expires > datetime.now(UTC)


class Keys:
    """All keys. Every call raises `JournalError` as `Journal` says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        name: str,
        rights: Collection[str],
        courses: Collection[str] | None = None,
        per_minute: int = PER_MINUTE,
        days: int | None = None,
    ) -> tuple[ApiKey, str]:
        """A new key, and its secret, which is never shown again.

        `courses` are the slugs of those that it is for, None for all; it holds for `days`, None for
        good. Raises `KeyInvalid` for a name that is taken or is none, and for any other value that
        makes no sense.
        """
        if not 1 <= per_minute <= _MOST_PER_MINUTE:
            raise KeyInvalid("A key asks 1 to 100,000 questions a minute; choose another number.")
        if days is not None and not 1 <= days <= _LONGEST_DAYS:
            raise KeyInvalid("A key holds 1 to 3,650 days; choose another number.")
        secret = PREFIX + new_token()
        now, name = datetime.now(UTC), _readable(name)
        row = ApiKeyRow(
            id=f"key:{uuid.uuid4().hex}",
            name=name,
            folded=_folded(name),
            key_hash=token_hash(secret),
            scope={"rights": _known(rights), "courses": None if courses is None else sorted(set(courses))},
            per_minute=per_minute,
            created=now,
            expires=None if days is None else now + timedelta(days),
        )
        try:
            with self._database.writing() as session:
                session.add(row)
                session.flush()
                return _key(row), secret
        except IntegrityError as error:
            raise KeyInvalid("There is a key called {name} already; choose another name.", name=name) from error

    def all(self) -> list[ApiKey]:
        """Every key, by name."""
        with self._database.reading() as session:
            return [_key(row) for row in session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.folded))]

    def revoke(self, name: str) -> ApiKey:
        """The key of that name is worth nothing from now on; what was asked with it stays. Raises `KeyInvalid`."""
        with self._database.writing() as session:
            row = session.scalar(select(ApiKeyRow).where(ApiKeyRow.folded == _folded(name)))
            if row is None:
                raise KeyInvalid("There is no key called {name}; `coursecite key list` shows them all.", name=name)
            session.delete(row)
            return _key(row)

    def find(self, secret: str) -> ApiKey | None:
        """The key whose secret that is; None for one that was revoked, has expired, or never was.

        One look into an index, and none for what does not even look like a key: anybody may send anything.
        """
        if len(secret) != _LENGTH or not secret.startswith(PREFIX):
            return None
        with self._database.reading() as session:
            row = session.scalar(select(ApiKeyRow).where(ApiKeyRow.key_hash == token_hash(secret)))
            key = _key(row) if row else None
        return key if key and key.holds else None


def _key(row: ApiKeyRow) -> ApiKey:
    courses = row.scope["courses"]
    learner = Learner(
        row.id,
        row.name,
        "learner",
        None if courses is None else frozenset(courses),
        frozenset(row.scope["rights"]),
        row.per_minute,
    )
    return ApiKey(learner, row.created, row.expires)


def _known(rights: Collection[str]) -> list[Right]:
    known = [right for right in RIGHTS if right in rights]
    if not rights or len(known) < len(set(rights)):
        raise KeyInvalid("A key has one right at least; choose among {rights}.", rights=", ".join(RIGHTS))
    return known


def _readable(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise KeyInvalid(
            "The name of a key has 1 to {most} printable characters; choose another one.", most=LONGEST_NAME
        )
    return name


def _folded(name: str) -> str:
    return storable(" ".join(name.split()).casefold())[: 2 * LONGEST_NAME]
