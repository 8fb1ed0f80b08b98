"""Widgets: on which web sites a course may be asked about by everybody who comes by, and how often."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import select

from ui.errors import WidgetInvalid
from ui.journal.database import Database
from ui.journal.schema import ConversationRow, TurnRow, WidgetRow

PER_VISITOR: Final = 20
PER_DAY: Final = 500
VISITOR: Final = "widget:"
"""What the ids of those begin with who ask on other sites."""

_MOST: Final = 1_000_000
_ORIGIN = re.compile(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Widget:
    """The pages of `origins` may show it; a visitor asks so often an hour, and all together so often a day."""

    course_id: str
    origins: frozenset[str]
    per_visitor: int = PER_VISITOR
    per_day: int = PER_DAY


class Widgets:
    """One for each course that has one. Every call raises `JournalError` as `Journal` says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(
        self, course_id: str, origins: Collection[str], per_visitor: int = PER_VISITOR, per_day: int = PER_DAY
    ) -> Widget:
        """Allow it, or change what is allowed. Raises `WidgetInvalid` for origins or numbers that are none."""
        widget = Widget(course_id, frozenset(map(_origin, origins)), per_visitor, per_day)
        if not widget.origins or not (1 <= per_visitor <= _MOST and 1 <= per_day <= _MOST):
            raise WidgetInvalid("A widget needs a web site, and numbers of at least one.")
        with self._database.writing() as session:
            row = session.get(WidgetRow, course_id) or WidgetRow(course_id=course_id, created=datetime.now(UTC))
            row.origins = {"origins": sorted(widget.origins)}
            row.per_visitor, row.per_day = per_visitor, per_day
            session.add(row)
        return widget

    def of(self, course_id: str) -> Widget | None:
        """The course's widget, if it has one."""
        with self._database.reading() as session:
            row = session.get(WidgetRow, course_id)
            return _widget(row) if row else None

    def all(self) -> list[Widget]:
        """All of them, by course."""
        with self._database.reading() as session:
            return [_widget(row) for row in session.scalars(select(WidgetRow).order_by(WidgetRow.course_id))]

    def asked_within_a_day(self, course_id: str) -> list[datetime]:
        """When visitors asked, as far as it is less than a day ago, the latest first; an allowance's worth at most."""
        since = datetime.now(UTC) - timedelta(days=1)
        with self._database.reading() as session:
            rows = session.scalars(
                select(TurnRow.created)
                .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
                .where(ConversationRow.course_id == course_id, ConversationRow.learner_id.startswith(VISITOR))
                .where(TurnRow.day >= since.date(), TurnRow.created > since)
                .order_by(TurnRow.created.desc())
                .limit(_MOST)
            )
            return list(rows)

    def remove(self, course_id: str) -> None:
        """Have the course be asked about on no other site. Raises `WidgetInvalid` where it was not."""
        with self._database.writing() as session:
            row = session.get(WidgetRow, course_id)
            if row is None:
                raise WidgetInvalid(f"The course {course_id} has no widget; `coursecite widget list` shows them all.")
            session.delete(row)


def _widget(row: WidgetRow) -> Widget:
    return Widget(row.course_id, frozenset(row.origins["origins"]), row.per_visitor, row.per_day)


def _origin(given: str) -> str:
    """Scheme, host and port, as browsers write them; it goes into a header, so nothing else may be in it.

    >>> _origin("HTTPS://Learn.Example/")
    'https://learn.example'
    """
    origin = given.strip().lower().removesuffix("/")
    if not _ORIGIN.fullmatch(origin):
        raise WidgetInvalid(f"{given} is no web site; name one as https://learn.example, without a path.")
    return origin
