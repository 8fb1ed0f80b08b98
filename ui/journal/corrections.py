"""Corrections: the right answers that instructors wrote, for each course."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ui.errors import CorrectionGone
from ui.journal.database import Database
from ui.journal.ownership import LARGEST_ID
from ui.journal.schema import CorrectionRow


@dataclass(frozen=True, slots=True)
class Proof:
    """The words of the course that prove a correction: ``document.text[start:end]``."""

    doc_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Correction:
    """A question and its right answer; `author` is a learner's id, None once their data were deleted."""

    id: int
    course_id: str
    question: str
    answer: str
    proof: Proof | None
    author: str | None
    created: datetime
    changed: datetime


class Corrections:
    """The corrections of each course; who may write them is decided before. Raises `JournalError` as `Journal` says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, author: str, course_id: str, question: str, answer: str, proof: Proof | None = None) -> Correction:
        """Keep a new one."""
        now = datetime.now(UTC)
        with self._database.writing() as session:
            row = CorrectionRow(author=author, course_id=course_id, created=now)
            session.add(row)
            _write(row, question, answer, proof)
            session.flush()
            return _correction(row)

    def change(
        self, course_id: str, correction_id: int, question: str, answer: str, proof: Proof | None = None
    ) -> Correction:
        """Put it in other words. Raises `CorrectionGone`."""
        with self._database.writing() as session:
            row = _found(session, course_id, correction_id)
            _write(row, question, answer, proof)
            return _correction(row)

    def withdraw(self, course_id: str, correction_id: int) -> None:
        """Delete it. Raises `CorrectionGone`."""
        with self._database.writing() as session:
            session.delete(_found(session, course_id, correction_id))

    def get(self, course_id: str, correction_id: int) -> Correction:
        """One of the course's. Raises `CorrectionGone`."""
        with self._database.reading() as session:
            return _correction(_found(session, course_id, correction_id))

    def of(self, course_id: str) -> list[Correction]:
        """All of the course's, the oldest first."""
        query = select(CorrectionRow).where(CorrectionRow.course_id == course_id).order_by(CorrectionRow.id)
        with self._database.reading() as session:
            return [_correction(row) for row in session.scalars(query)]


def _found(session: Session, course_id: str, correction_id: int) -> CorrectionRow:
    row = session.get(CorrectionRow, correction_id) if 0 < correction_id <= LARGEST_ID else None
    if row is None or row.course_id != course_id:
        raise CorrectionGone("This correction is not here any more; load the page again.")
    return row


def _write(row: CorrectionRow, question: str, answer: str, proof: Proof | None) -> None:
    row.question, row.answer, row.changed = question, answer, datetime.now(UTC)
    row.doc_id = proof.doc_id if proof else None
    row.start = proof.start if proof else None
    row.end = proof.end if proof else None


def _correction(row: CorrectionRow) -> Correction:
    proof = None
    if row.doc_id is not None and row.start is not None and row.end is not None:
        proof = Proof(row.doc_id, row.start, row.end)
    return Correction(row.id, row.course_id, row.question, row.answer, proof, row.author, row.created, row.changed)
