"""Launches: people on their way from a learning platform, from its first request until their browser is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from ui.errors import LaunchRefused
from ui.journal.database import Database
from ui.journal.schema import LaunchRow
from ui.journal.tokens import token_hash

ASKED_FOR = timedelta(minutes=10)
"""How long somebody may take to sign in at the platform."""

MOST = 50_000
"""Launches under way: anybody can begin one, so there must be an end to them."""

SAID_FOR = timedelta(minutes=1)
"""How long the page that shows whose browser it is may take to load."""


@dataclass(frozen=True, slots=True)
class Launch:
    """The platform's number, and what belongs to the launch, as plain JSON types."""

    platform_id: int
    content: dict[str, Any]


class Launches:
    """Each is there once: whoever takes it is the last one. Every call raises `JournalError` as `Journal` says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, state: str, platform_id: int, asked: dict[str, Any]) -> None:
        """Remember what the platform is asked under that `state`. Raises `LaunchRefused` for too many."""
        self._keep(state, platform_id, ASKED_FOR, asked=asked)

    def say(self, state: str, platform_id: int, learner_id: str, said: dict[str, Any]) -> None:
        """Remember what the platform said of a learner, until the browser shows that it was sent there by us."""
        self._keep(state, platform_id, SAID_FOR, said=said, learner_id=learner_id)

    def take_asked(self, state: str) -> Launch | None:
        """What the platform was asked; None where it never was, or too long ago, or has answered already."""
        with self._database.writing() as session:
            mine = LaunchRow.state_hash == token_hash(state), LaunchRow.asked.is_not(None), LaunchRow.expires > _now()
            row = session.execute(delete(LaunchRow).where(*mine).returning(LaunchRow.platform_id, LaunchRow.asked))
            found = row.first()
        return Launch(*found) if found else None

    def take_said(self, state: str) -> Launch | None:
        """What the platform said; None as in `take_asked`."""
        with self._database.writing() as session:
            mine = LaunchRow.state_hash == token_hash(state), LaunchRow.said.is_not(None), LaunchRow.expires > _now()
            row = session.execute(delete(LaunchRow).where(*mine).returning(LaunchRow.platform_id, LaunchRow.said))
            found = row.first()
        return Launch(*found) if found else None

    def _keep(self, state: str, platform_id: int, lifetime: timedelta, **content: Any) -> None:
        now = _now()
        with self._database.writing() as session:
            session.execute(delete(LaunchRow).where(LaunchRow.expires <= now))
            if "asked" in content and (session.scalar(select(func.count()).select_from(LaunchRow)) or 0) >= MOST:
                raise LaunchRefused("Too many people are arriving at once; try again in a few minutes.")
            row = LaunchRow(state_hash=token_hash(state), platform_id=platform_id, expires=now + lifetime, **content)
            session.add(row)


def _now() -> datetime:
    return datetime.now(UTC)
