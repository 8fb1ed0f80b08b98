"""The tables of the journal. A change here needs a migration, which `tests/ui/journal/test_migrations.py` checks."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, ForeignKey, MetaData, String, Text, TypeDecorator, UniqueConstraint, false
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ID_LENGTH = 200
"""The longest learner's or course's id."""

LTI_ID_LENGTH = 255
"""The longest id that LTI lets a platform give anything."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """`text` as every database takes it: NUL and lone surrogates become U+FFFD, so offsets stay right."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


class AnyText(TypeDecorator[str]):
    """Text from anywhere."""

    impl: type[String] = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        """On the way in."""
        return None if value is None else storable(value)


class AnyId(AnyText):
    """The same, for ids, which are short."""

    impl = String
    cache_ok = True


class AnyJson(TypeDecorator[dict[str, Any]]):
    """A JSON object, as ASCII in a text column: whatever its strings hold comes back as it was."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """On the way in."""
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any] | None:  # noqa: ARG002
        """On the way out."""
        return None if value is None else dict(json.loads(value))


class Moment(TypeDecorator[datetime]):
    """A point in time, in UTC; SQLite would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """On the way in."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """On the way out."""
        return None if value is None else (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


class Table(DeclarativeBase):
    """Base of all tables. Constraints are named by a rule, so that a migration can name them, too."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: AnyText, datetime: Moment, dict[str, Any]: AnyJson}  # noqa: RUF012 - SQLAlchemy's


# Else SQLite gives the id of the row deleted last to the next one, and an old tab would write into that.
_NEVER_AGAIN = {"sqlite_autoincrement": True}


class ConversationRow(Table):
    """A conversation of one learner about one course."""

    __tablename__ = "conversations"
    __table_args__ = _NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[str] = mapped_column(AnyId(ID_LENGTH), index=True)
    course_id: Mapped[str] = mapped_column(AnyId(ID_LENGTH), index=True)
    title: Mapped[str]
    searched_title: Mapped[str]
    """The title with its case folded: databases fold it differently, or only ASCII."""
    created: Mapped[datetime]
    changed: Mapped[datetime]


class TurnRow(Table):
    """One question, and what came of it. A turn that was withdrawn is shown no more, but still counted."""

    __tablename__ = "turns"
    __table_args__ = _NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    question: Mapped[str]
    state: Mapped[str] = mapped_column(String(20))
    answer: Mapped[dict[str, Any] | None]
    answered: Mapped[bool | None]
    weak: Mapped[bool | None]
    note: Mapped[str]
    searched: Mapped[str]
    """Question and answer with their case folded."""
    withdrawn: Mapped[bool]
    settled: Mapped[bool] = mapped_column(server_default=false())
    """Whether an instructor has dealt with it."""
    aside: Mapped[bool] = mapped_column(server_default=false())
    """Whether it is part of a quiz, or was asked of a study helper: no question that the course should answer."""
    created: Mapped[datetime]
    day: Mapped[date] = mapped_column(index=True)
    """The day, in UTC, of `created`: what counts over time are grouped by."""


class FeedbackRow(Table):
    """What the learner thought of an answer: one opinion for each turn, the last."""

    __tablename__ = "feedback"

    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True)
    thumb: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str]
    created: Mapped[datetime]


class CorrectionRow(Table):
    """The right answer to a question, as an instructor gave it, and what of the course proves it, if anything."""

    __tablename__ = "corrections"
    __table_args__ = _NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[str] = mapped_column(AnyId(ID_LENGTH), index=True)
    question: Mapped[str]
    answer: Mapped[str]
    doc_id: Mapped[str | None]
    start: Mapped[int | None]
    end: Mapped[int | None]
    author: Mapped[str | None] = mapped_column(AnyId(ID_LENGTH), index=True)
    """The author's learner id; none once their data were deleted."""
    created: Mapped[datetime]
    changed: Mapped[datetime]


class WidgetRow(Table):
    """A course that may be asked about on other web sites."""

    __tablename__ = "widgets"

    course_id: Mapped[str] = mapped_column(AnyId(ID_LENGTH), primary_key=True)
    origins: Mapped[dict[str, Any]]
    """An object with the list `origins`."""
    per_visitor: Mapped[int]
    per_day: Mapped[int]
    created: Mapped[datetime]


class AuditRow(Table):
    """Something that was done to courses, accounts, keys or platforms."""

    __tablename__ = "audit"
    __table_args__ = _NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    actor: Mapped[str | None] = mapped_column(AnyId(ID_LENGTH), index=True)
    """The learner id of who did it; none once their data were deleted."""
    name: Mapped[str]
    act: Mapped[str] = mapped_column(String(40))
    course_id: Mapped[str] = mapped_column(AnyId(ID_LENGTH))
    subject: Mapped[str]
    created: Mapped[datetime]


class AccountRow(Table):
    """Somebody who may sign in."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(AnyId(ID_LENGTH), primary_key=True)
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(AnyId(ID_LENGTH), unique=True)
    """The name as it is compared: case and width do not matter."""
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str]
    created: Mapped[datetime]


class PlatformRow(Table):
    """A learning platform (LMS) from which people may come, by LTI 1.3."""

    __tablename__ = "lti_platforms"
    __table_args__ = (UniqueConstraint("issuer", "client_id"), _NEVER_AGAIN)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    issuer: Mapped[str] = mapped_column(AnyId(LTI_ID_LENGTH))
    client_id: Mapped[str] = mapped_column(AnyId(LTI_ID_LENGTH))
    auth_url: Mapped[str]
    token_url: Mapped[str]
    jwks_url: Mapped[str]
    details: Mapped[dict[str, Any]]
    """Lists: its deployments, the origins that its pages have, the courses that may be chosen there; and whether it is
    told who took part."""
    private_network: Mapped[bool]
    """Whether it may be at an address that only this network knows, and speak http."""
    created: Mapped[datetime]


class TieRow(Table):
    """Which of our courses is asked about in a course of a platform."""

    __tablename__ = "lti_ties"

    platform_id: Mapped[int] = mapped_column(ForeignKey("lti_platforms.id", ondelete="CASCADE"), primary_key=True)
    context_id: Mapped[str] = mapped_column(AnyId(LTI_ID_LENGTH), primary_key=True)
    course_id: Mapped[str] = mapped_column(AnyId(ID_LENGTH))
    tied_by: Mapped[str | None] = mapped_column(AnyId(ID_LENGTH), index=True)
    """The learner id of whoever chose it; none once their data were deleted."""
    created: Mapped[datetime]


class LaunchRow(Table):
    """A launch under way: first what was asked of the platform, then what it said, until the browser is known."""

    __tablename__ = "lti_launches"

    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("lti_platforms.id", ondelete="CASCADE"))
    asked: Mapped[dict[str, Any] | None]
    said: Mapped[dict[str, Any] | None]
    learner_id: Mapped[str | None] = mapped_column(AnyId(ID_LENGTH), index=True)
    """Whom it spoke of."""
    expires: Mapped[datetime] = mapped_column(index=True)


class VisitRow(Table):
    """Somebody who came from a platform, in one browser. The token and the cookie are with the browser alone."""

    __tablename__ = "lti_visits"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    cookie_hash: Mapped[str | None] = mapped_column(String(64))
    """Of the cookie that must come with the token; none where the browser keeps no cookie in a frame."""
    platform_id: Mapped[int] = mapped_column(ForeignKey("lti_platforms.id", ondelete="CASCADE"), index=True)
    context_id: Mapped[str] = mapped_column(AnyId(LTI_ID_LENGTH))
    context_title: Mapped[str]
    learner_id: Mapped[str] = mapped_column(AnyId(ID_LENGTH), index=True)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(String(20))
    linking: Mapped[dict[str, Any] | None]
    """What the platform wants back where an activity is being made."""
    reporting: Mapped[dict[str, Any] | None]
    """Where the platform is told that they took part, and whom it calls them; none where it does not want to know."""
    created: Mapped[datetime]
    expires: Mapped[datetime] = mapped_column(index=True)


class ParticipationRow(Table):
    """That a learner took part in an activity: to be told once to the platform that it is of."""

    __tablename__ = "lti_participations"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A hash of platform, line item and subject: for each of these there is one."""
    platform_id: Mapped[int] = mapped_column(ForeignKey("lti_platforms.id", ondelete="CASCADE"), index=True)
    line_item: Mapped[str]
    """The address of a column in the platform's gradebook."""
    subject: Mapped[str]
    """What the platform calls the learner."""
    learner_id: Mapped[str] = mapped_column(AnyId(ID_LENGTH), index=True)
    created: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(20))
    """Waiting, told, or given up."""
    tries: Mapped[int]
    due: Mapped[datetime | None] = mapped_column(index=True)
    """When it is to be told, or tried again; none once that is over."""


class InvitationRow(Table):
    """A platform that may register itself, once."""

    __tablename__ = "lti_invitations"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    private_network: Mapped[bool]
    expires: Mapped[datetime] = mapped_column(index=True)


class SessionRow(Table):
    """One browser that somebody signed in with. The token itself is with the browser alone."""

    __tablename__ = "sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    created: Mapped[datetime]
    expires: Mapped[datetime] = mapped_column(index=True)


class ApiKeyRow(Table):
    """A key for programs. The key itself is with whoever was given it alone."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(AnyId(ID_LENGTH), primary_key=True)
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(AnyId(ID_LENGTH), unique=True)
    """The name as it is compared."""
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scope: Mapped[dict[str, Any]]
    """``{"rights": [right…], "courses": [slug…] or null for all}``."""
    per_minute: Mapped[int]
    """The questions that may be asked with it in a minute."""
    created: Mapped[datetime]
    expires: Mapped[datetime | None]
