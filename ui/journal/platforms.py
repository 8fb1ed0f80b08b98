"""Platforms: the learning platforms (LMS) from which people may come, and which course of theirs is which of ours."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from ui.errors import PlatformInvalid
from ui.journal.database import Database
from ui.journal.schema import InvitationRow, PlatformRow, TieRow
from ui.journal.tokens import new_token, token_hash

INVITED_FOR = timedelta(days=1)

NOT_INVITED: Final = "This invitation is not valid any more; ask whoever runs this server for another one."


@dataclass(frozen=True, slots=True)
class Registration:
    """What is known of a platform: who it says it is, where it is asked, and what is let in from there.

    `deployments` are the ids under which this tool is installed there; `origins` those of its pages, in
    whose frames it may be shown; `courses` the slugs that instructors there may choose from, None for all.
    With `participation`, it is told which learners took part in an activity.
    """

    name: str
    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    deployments: frozenset[str]
    origins: frozenset[str]
    courses: frozenset[str] | None = None
    private_network: bool = False
    participation: bool = False


@dataclass(frozen=True, slots=True)
class Platform:
    """A registered platform."""

    id: int
    registration: Registration
    created: datetime


class Platforms:
    """Every call raises `JournalError` as `Journal` says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, registration: Registration) -> Platform:
        """Register a platform, or change what is known of the one with this issuer and client id."""
        with self._database.writing() as session:
            row = _lookup(session, registration.issuer, registration.client_id)
            if row is None:
                return _added(session, registration)
            for name, value in _values(registration).items():
                setattr(row, name, value)
            return _platform(row)

    def accept(self, registration: Registration, invitation: str) -> Platform:
        """Register a platform that was invited; the invitation is used up, unless this fails.

        Raises `PlatformInvalid` where it is registered already, or the invitation is not valid any more.
        """
        with self._database.writing() as session:
            if _lookup(session, registration.issuer, registration.client_id):
                raise PlatformInvalid("This platform is registered here already.")
            used = delete(InvitationRow).where(*_valid(invitation)).returning(InvitationRow.expires)
            if session.scalar(used) is None:
                raise PlatformInvalid(NOT_INVITED)
            return _added(session, registration)

    def remove(self, platform_id: int) -> Platform:
        """Let nobody in from there any more, at once. Raises `PlatformInvalid` where there is none of that number."""
        with self._database.writing() as session:
            row = session.get(PlatformRow, platform_id)
            if row is None:
                sentence = "There is no platform {number}; `coursecite lti list` shows them all."
                raise PlatformInvalid(sentence, number=platform_id)
            session.delete(row)
            return _platform(row)

    def all(self) -> list[Platform]:
        """Every platform, the oldest first."""
        with self._database.reading() as session:
            return [_platform(row) for row in session.scalars(select(PlatformRow).order_by(PlatformRow.id))]

    def exist(self) -> bool:
        """Whether there is one at all."""
        with self._database.reading() as session:
            return session.scalar(select(PlatformRow.id).limit(1)) is not None

    def get(self, platform_id: int) -> Platform | None:
        """The one of that number."""
        with self._database.reading() as session:
            row = session.get(PlatformRow, platform_id)
            return _platform(row) if row else None

    def find(self, issuer: str, client_id: str = "") -> Platform | None:
        """The one that calls itself so; without a client id, the only one of that issuer."""
        query = select(PlatformRow).where(PlatformRow.issuer == issuer)
        if client_id:
            query = query.where(PlatformRow.client_id == client_id)
        with self._database.reading() as session:
            rows = session.scalars(query.limit(2)).all()
            return _platform(rows[0]) if len(rows) == 1 else None

    def tie(self, platform_id: int, context_id: str, course: str, by: str) -> None:
        """From now on a course of the platform is our `course`, as the learner `by` chose."""
        with self._database.writing() as session:
            row = session.get(TieRow, (platform_id, context_id))
            if row is None:
                row = TieRow(platform_id=platform_id, context_id=context_id)
                session.add(row)
            row.course_id, row.tied_by, row.created = course, by, datetime.now(UTC)

    def tied(self, platform_id: int, context_id: str) -> str | None:
        """The slug of our course that a course of the platform is tied to."""
        with self._database.reading() as session:
            row = session.get(TieRow, (platform_id, context_id))
            return row.course_id if row else None

    def invite(self, *, private_network: bool = False) -> str:
        """A new token, with which one platform may register itself within a day."""
        token, now = new_token(), datetime.now(UTC)
        with self._database.writing() as session:
            session.execute(delete(InvitationRow).where(InvitationRow.expires <= now))
            session.add(
                InvitationRow(token_hash=token_hash(token), private_network=private_network, expires=now + INVITED_FOR)
            )
        return token

    def invited(self, token: str) -> bool:
        """Whether the token invites one in a private network. Raises `PlatformInvalid` where it invites nobody."""
        with self._database.reading() as session:
            private = session.scalar(select(InvitationRow.private_network).where(*_valid(token)))
        if private is None:
            raise PlatformInvalid(NOT_INVITED)
        return private


def _valid(invitation: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return InvitationRow.token_hash == token_hash(invitation), InvitationRow.expires > datetime.now(UTC)


def _added(session: Session, registration: Registration) -> Platform:
    row = PlatformRow(**_values(registration), created=datetime.now(UTC))
    session.add(row)
    session.flush()
    return _platform(row)


def _values(registration: Registration) -> dict[str, Any]:
    """The columns."""
    details = _details(registration)
    values = {name: value for name, value in asdict(registration).items() if name not in details}
    return values | {"details": details}


def _lookup(session: Session, issuer: str, client_id: str) -> PlatformRow | None:
    query = select(PlatformRow).where(PlatformRow.issuer == issuer, PlatformRow.client_id == client_id)
    return session.scalar(query)


def _details(registration: Registration) -> dict[str, list[str] | bool | None]:
    courses = registration.courses
    return {
        "deployments": sorted(registration.deployments),
        "origins": sorted(registration.origins),
        "courses": None if courses is None else sorted(courses),
        "participation": registration.participation,
    }


def _platform(row: PlatformRow) -> Platform:
    courses = row.details["courses"]
    registration = Registration(
        row.name,
        row.issuer,
        row.client_id,
        row.auth_url,
        row.token_url,
        row.jwks_url,
        frozenset(row.details["deployments"]),
        frozenset(row.details["origins"]),
        None if courses is None else frozenset(courses),
        row.private_network,
        row.details.get("participation", False),  # what an earlier version wrote says nothing of it
    )
    return Platform(row.id, registration, row.created)
