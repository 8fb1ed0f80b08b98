"""Review: what was asked and not answered well, the right answers that instructors write, and how it went over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from rag import Hit, readable
from rag.sentences import sentence_spans
from ui.corrections import CorrectionFiles, PinnedAnswer, Quoted, readable_correction
from ui.courses import OfferedCourse
from ui.errors import CorrectionGone, CorrectionRefused, NotSaved
from ui.instructor.access import TheInstructor
from ui.instructor.charts import by_day
from ui.instructor.desk import Desk, TheCourse, TheDesk
from ui.instructor.grouping import grouped
from ui.instructor.pages import back_to, page
from ui.journal import Correction, Proof

router = APIRouter(prefix="/courses/{slug}/review")

_MOST_GROUPS = 100
_MOST_ASKED = 10
_SHOWN_DAYS = 90
_PASSAGES = 6


@dataclass(frozen=True, slots=True)
class Draft:
    """A correction as it stands in the form; `chosen` is the proof as ``doc_id:start-end``, `turns` what it settles."""

    question: str = ""
    answer: str = ""
    chosen: str = ""
    search: str = ""
    turns: str = ""
    correction: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A sentence of the course that may prove an answer, and what the form sends for it."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that was found, sentence by sentence."""

    title: str
    place: str
    choices: tuple[Choice, ...]


@router.get("")
def review(request: Request, desk: TheDesk, course: TheCourse) -> Response:
    """What is to be mended, the corrections so far, and the numbers."""
    since = (datetime.now(UTC) - timedelta(days=_SHOWN_DAYS)).date()
    to_mend = grouped(desk.journal.review.to_mend(course.slug), desk.indexes.embedder)
    asked = grouped(desk.journal.review.asked(course.slug, since), desk.indexes.embedder)
    return page(
        request,
        "review.html",
        course=course,
        tab="review",
        groups=to_mend[:_MOST_GROUPS],
        corrections=CorrectionFiles(course.folder).all(),
        chart=by_day(desk.journal.review.days(course.slug, since)),
        most_asked=asked[:_MOST_ASKED],
        state=desk.indexer.state(course.slug),
    )


@router.get("/answer")
def write(
    request: Request, desk: TheDesk, course: TheCourse, question: str = "", turns: str = "", correction: str = ""
) -> Response:
    """The form for an answer: for a question that was asked, or for a correction that is to be edited."""
    desk.folder(course)
    draft = Draft(question=question[:500], search=question[:500], turns=turns)
    if correction:
        found = _correction(course, correction)
        draft = Draft(found.question, found.answer, _kept(desk, course, found), found.question, "", found.id)
    return _form(request, desk, course, draft)


@router.post("/answer")
def save(  # noqa: PLR0913, PLR0917 - one for each field of the form
    request: Request,
    desk: TheDesk,
    course: TheCourse,
    who: TheInstructor,
    action: Annotated[str, Form()] = "save",
    question: Annotated[str, Form()] = "",
    answer: Annotated[str, Form()] = "",
    chosen: Annotated[str, Form()] = "",
    search: Annotated[str, Form()] = "",
    turns: Annotated[str, Form()] = "",
    correction: Annotated[str, Form()] = "",
) -> Response:
    """Search the course for a passage, and show the form again; or keep the answer."""
    desk.folder(course)
    draft = Draft(question, answer, chosen, search, turns, correction)
    if action == "search":
        return _form(request, desk, course, draft)
    try:
        _keep(desk, course, draft, who.id)
    except CorrectionRefused as error:
        return _form(request, desk, course, draft, error)
    desk.journal.review.settle(course.slug, _numbers(turns))
    desk.indexer.request(course.slug)
    desk.note(who, "answer_written", course.slug, question)
    return back_to(request, f"/courses/{course.slug}/review")


@router.post("/settle")
def settle(
    request: Request, desk: TheDesk, course: TheCourse, who: TheInstructor, turns: Annotated[str, Form()] = ""
) -> Response:
    """Leave questions as they are: they are shown no more."""
    desk.journal.review.settle(course.slug, _numbers(turns))
    desk.note(who, "questions_settled", course.slug, str(len(_numbers(turns))))
    return back_to(request, f"/courses/{course.slug}/review")


@router.post("/withdraw")
def withdraw(
    request: Request, desk: TheDesk, course: TheCourse, who: TheInstructor, correction: Annotated[str, Form()] = ""
) -> Response:
    """Take a correction back, and its case in the evaluation."""
    desk.folder(course)
    found = _correction(course, correction)
    CorrectionFiles(course.folder).remove(found.id)
    if (row := _row(desk, course, found.id)) is not None:
        desk.journal.corrections.withdraw(course.slug, row.id)
    desk.indexer.request(course.slug)
    desk.note(who, "answer_withdrawn", course.slug, found.question)
    return back_to(request, f"/courses/{course.slug}/review")


def _form(
    request: Request, desk: Desk, course: OfferedCourse, draft: Draft, problem: Exception | None = None
) -> Response:
    passages = _passages(desk, course, draft.search) if draft.search.strip() else []
    quoted = _quoted(desk, course, draft.chosen)
    status = 422 if problem else 200
    return page(
        request,
        "answer.html",
        status=status,
        course=course,
        tab="review",
        draft=draft,
        passages=passages,
        offered={choice.value for passage in passages for choice in passage.choices},
        quoted=quoted,
        problem=problem,
    )


def _passages(desk: Desk, course: OfferedCourse, search: str) -> list[Passage]:
    if not course.ready:
        return []
    assistant = desk.courses.assistant(course.slug)
    found = [hit for hit in assistant.search(readable(search)) if not assistant.document(hit.chunk.doc_id).pin]
    return [_passage(hit, assistant.language) for hit in found[:_PASSAGES]]


def _passage(hit: Hit, language: str) -> Passage:
    chunk = hit.chunk
    choices = tuple(
        Choice(f"{chunk.doc_id}:{chunk.start + start}-{chunk.start + end}", chunk.text[start:end])
        for start, end in sentence_spans(chunk.text, language)
    )
    return Passage(chunk.title, str(chunk.place), choices)


def _keep(desk: Desk, course: OfferedCourse, draft: Draft, author: str) -> None:
    """Keep a correction in the journal and in the course's folder; in both, or in none."""
    question, answer = readable_correction(draft.question, draft.answer)
    quoted = _quoted(desk, course, draft.chosen)
    proof = _proof(draft.chosen) if quoted else None
    corrections, files = desk.journal.corrections, CorrectionFiles(course.folder)
    before = _row(desk, course, draft.correction) if draft.correction else None
    if before is not None:
        files.put(PinnedAnswer(draft.correction, question, answer, quoted))
        corrections.change(course.slug, before.id, question, answer, proof)
        return
    kept = corrections.add(author, course.slug, question, answer, proof)
    try:
        files.put(PinnedAnswer(draft.correction or _file_id(kept), question, answer, quoted))
    except NotSaved:
        corrections.withdraw(course.slug, kept.id)
        raise


def _file_id(kept: Correction) -> str:
    """The id in the course's folder: the journal's own may be given again by another journal."""
    return f"{kept.id}-{int(kept.created.timestamp()):x}"


def _row(desk: Desk, course: OfferedCourse, file_id: str) -> Correction | None:
    """The journal's row; None for a correction that came with the folder."""
    return next((one for one in desk.journal.corrections.of(course.slug) if _file_id(one) == file_id), None)


def _correction(course: OfferedCourse, file_id: str) -> PinnedAnswer:
    found = next((one for one in CorrectionFiles(course.folder).all() if one.id == file_id), None)
    if found is None:
        raise CorrectionGone("This correction is not here any more; load the page again.")
    return found


def _kept(desk: Desk, course: OfferedCourse, found: PinnedAnswer) -> str:
    """The proof of a correction as the form sends it; empty where the course no longer has those words."""
    if not found.proof or not course.ready:
        return ""
    document = desk.courses.assistant(course.slug).documents.get(found.proof.doc_id)
    start = document.text.find(found.proof.quote) if document else -1
    return f"{found.proof.doc_id}:{start}-{start + len(found.proof.quote)}" if start >= 0 else ""


def _quoted(desk: Desk, course: OfferedCourse, chosen: str) -> Quoted | None:
    """The words that were chosen, from the course itself; None where nothing was, or they are not there."""
    proof = _proof(chosen)
    if proof is None or not course.ready:
        return None
    document = desk.courses.assistant(course.slug).documents.get(proof.doc_id)
    quote = document.text[proof.start : proof.end] if document and 0 <= proof.start < proof.end else ""
    return Quoted(proof.doc_id, quote) if quote.strip() else None


def _proof(chosen: str) -> Proof | None:
    doc_id, _, span = chosen.rpartition(":")
    start, _, end = span.partition("-")
    if not doc_id or not start.isdecimal() or not end.isdecimal():
        return None
    return Proof(doc_id, int(start), int(end))


def _numbers(turns: str) -> Sequence[int]:
    return [int(one) for one in turns.split(",") if one.isdecimal() and len(one) < 19]
