"""Visits: who came from a learning platform, in which browser, and to which course. Only hashes of tokens are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import delete, or_, select

from ui.journal.database import Database
from ui.journal.schema import TieRow, VisitRow
from ui.journal.tokens import new_token, token_hash
from ui.learner import Activity, Learner, Role

WITH_COOKIE = timedelta(hours=12)
"""How long a visit lasts: a working day."""

WITHOUT_COOKIE = timedelta(hours=3)
"""Whoever learns the address of such a visit could take part in it, so it lasts no longer than a lesson."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody as a platform described them: in its course `context_id`, and making an activity where `linking` is.

    `reporting` holds ``subject`` and ``line_item`` of an `Activity` that wants to know who took part; None for others.
    """

    platform_id: int
    context_id: str
    context_title: str
    learner_id: str
    name: str
    role: Role
    linking: dict[str, Any] | None = None
    reporting: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A visitor as this server knows them now; `course` is None as long as nobody has chosen one."""

    visitor: Visitor
    course: str | None

    @property
    def learner(self) -> Learner:
        """The visitor, to whom their one course is open."""
        visitor = self.visitor
        courses = frozenset(filter(None, [self.course]))
        activity = Activity(visitor.platform_id, **(visitor.reporting or {}))
        return Learner(visitor.learner_id, visitor.name, visitor.role, courses, activity=activity)


class Visits:
    """Every call raises `JournalError` as `Journal` says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, visitor: Visitor, *, with_cookie: bool) -> tuple[str, str]:
        """New tokens: one for the addresses of this visit, and one for its cookie, empty without one."""
        token, cookie, now = new_token(), new_token() if with_cookie else "", _now()
        row = VisitRow(
            token_hash=token_hash(token),
            cookie_hash=token_hash(cookie) if cookie else None,
            platform_id=visitor.platform_id,
            context_id=visitor.context_id,
            context_title=visitor.context_title,
            learner_id=visitor.learner_id,
            name=visitor.name,
            role=visitor.role,
            linking=visitor.linking,
            reporting=visitor.reporting,
            created=now,
            expires=now + (WITH_COOKIE if cookie else WITHOUT_COOKIE),
        )
        with self._database.writing() as session:
            session.execute(delete(VisitRow).where(VisitRow.expires <= now))
            session.add(row)
        return token, cookie

    def find(self, token: str, cookie: str = "") -> Visit | None:
        """Whose visit it is; None where it has ended, or needs another cookie."""
        tied = (TieRow.platform_id == VisitRow.platform_id) & (TieRow.context_id == VisitRow.context_id)
        query = (
            select(VisitRow, TieRow.course_id)
            .outerjoin(TieRow, tied)
            .where(
                VisitRow.token_hash == token_hash(token),
                VisitRow.expires > _now(),
                or_(VisitRow.cookie_hash.is_(None), VisitRow.cookie_hash == token_hash(cookie)),
            )
        )
        with self._database.reading() as session:
            found = session.execute(query).first()
            return Visit(_visitor(found[0]), found[1]) if found else None

    def end(self, token: str) -> None:
        """The visit is over: its address and its cookie are worth nothing any more."""
        with self._database.writing() as session:
            session.execute(delete(VisitRow).where(VisitRow.token_hash == token_hash(token)))


def _visitor(row: VisitRow) -> Visitor:
    return Visitor(
        row.platform_id,
        row.context_id,
        row.context_title,
        row.learner_id,
        row.name,
        cast("Role", row.role),
        row.linking,
        row.reporting,
    )


def _now() -> datetime:
    return datetime.now(UTC)
