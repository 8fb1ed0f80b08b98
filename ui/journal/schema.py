"""The tables of the journal. A change here needs a migration, which `tests/ui/journal/test_migrations.py` checks."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, ForeignKey, MetaData, String, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ID_LENGTH = 200
"""The longest learner's or course's id."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """`text` as every database takes it: NUL and lone surrogates become U+FFFD, so offsets stay right."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


class AnyText(TypeDecorator[str]):
    """Text from anywhere."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        """On the way in."""
        return None if value is None else storable(value)


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
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy's


class ConversationRow(Table):
    """A conversation of one learner about one course."""

    __tablename__ = "conversations"

    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    course_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    title: Mapped[str]
    searched_title: Mapped[str]
    """The title with its case folded: databases fold it differently, or only ASCII."""
    created: Mapped[datetime]
    changed: Mapped[datetime]


class TurnRow(Table):
    """One question, and what came of it. A turn that was withdrawn is shown no more, but still counted."""

    __tablename__ = "turns"

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
    created: Mapped[datetime]
    day: Mapped[date] = mapped_column(index=True)
    """The day, in UTC, of `created`: what counts over time are grouped by."""
