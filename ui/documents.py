"""A whole document of a course as a page, the words that were cited marked in it; and the file it was read from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from corpus import Document, Place
from ui.courses import Courses, OfferedCourse
from ui.errors import CourseGone, CourseNotReady
from ui.handlers import LearnerOf
from ui.links import original_link
from ui.originals import SHOWN, Originals
from ui.texts import language_of
from ui.texts.chat import ChatTexts, chat_texts

WINDOW = 100_000
"""Characters shown before and after the quote: a browser is slow with more, and nobody reads as far."""

_ONLY_TEXT = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_NOTHING_RUNS = f"{_ONLY_TEXT}; sandbox"
_IN_A_VIEWER = (
    "default-src 'none'; object-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)

Piece = tuple[str, bool]
"""Some text, and whether it was cited."""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a part of the text, in pieces; `label` is its page, slide or minute where a new one begins."""

    heading: bool
    pieces: tuple[Piece, ...]
    label: str = ""


def document_pages(courses: Courses, learner_of: LearnerOf) -> APIRouter:
    """The routes to every document and original of the courses that whoever asks may open."""
    router = APIRouter()
    template = _templates().get_template("document.html")
    style = (files("ui") / "static" / "document.css").read_text(encoding="utf-8")

    def found(request: Request, slug: str, texts: ChatTexts) -> tuple[OfferedCourse, dict[str, Document]]:
        learner = learner_of(request)
        if learner is None:
            raise HTTPException(401, texts.sign_in_first)
        try:
            return courses.opened(slug, learner), dict(courses.assistant(slug).documents)
        except (CourseGone, CourseNotReady) as error:
            raise HTTPException(404, texts.error(error)) from error

    @router.get("/course/{slug}/document/{doc_id:path}", response_class=HTMLResponse)
    def document(request: Request, slug: str, doc_id: str, start: int = 0, end: int = 0) -> Response:
        texts = _texts(request)
        course, documents = found(request, slug, texts)
        if doc_id not in documents:
            raise HTTPException(404, texts.no_document)
        shown = documents[doc_id]
        first, last = _window(shown, start, end)
        page = template.render(
            texts=texts,
            style=style,
            title=shown.title,
            course=course.title,
            home="../" * (3 + doc_id.count("/")) + f"?course={slug}",
            blocks=list(blocks(shown, first, last, (start, end), texts)),
            earlier=max(first - WINDOW, 0) if first else None,
            later=last if last < len(shown.text) else None,
            file=_file(course, shown, shown.place_at(start), doc_id),
        )
        return HTMLResponse(page, headers={"Content-Security-Policy": _ONLY_TEXT})

    @router.get("/course/{slug}/original/{name:path}")
    def original(request: Request, slug: str, name: str) -> FileResponse:
        texts = _texts(request)
        course, documents = found(request, slug, texts)
        file = Originals(course.folder).find(name, documents.values())
        if file is None:
            raise HTTPException(404, texts.no_document)
        shown = file.media_type in SHOWN
        return FileResponse(
            file.path,
            media_type=file.media_type,
            filename=file.path.name,
            content_disposition_type="inline" if shown else "attachment",
            headers={"Content-Security-Policy": _IN_A_VIEWER if shown else _NOTHING_RUNS},
        )

    return router


def blocks(document: Document, first: int, last: int, quote: tuple[int, int], texts: ChatTexts) -> Iterator[Block]:
    """``document.text[first:last]`` in blocks; what belongs to no section is a heading."""
    at, place = first, ""
    for section in document.sections:
        start, end = max(section.start, first), min(section.end, last)
        if start >= end:
            continue
        yield from _headings(document, at, start, quote)
        here = texts.place(_without_headings(section.place))
        yield Block(False, _pieces(document.text, start, end, quote), here if here != place else "")
        at, place = end, here
    yield from _headings(document, at, last, quote)


def _headings(document: Document, start: int, end: int, quote: tuple[int, int]) -> Iterator[Block]:
    if document.text[start:end].strip():
        yield Block(bool(document.sections), _pieces(document.text, start, end, quote))


def _pieces(text: str, start: int, end: int, quote: tuple[int, int]) -> tuple[Piece, ...]:
    marked_from, marked_to = max(start, min(quote[0], end)), max(start, min(quote[1], end))
    spans = ((start, marked_from, False), (marked_from, marked_to, True), (marked_to, end, False))
    return tuple((text[first:last], marked) for first, last, marked in spans if first < last)


def _window(document: Document, start: int, end: int) -> tuple[int, int]:
    length = len(document.text)
    start = max(min(start, length), 0)
    return (0 if start <= WINDOW else start - WINDOW), min(max(end, start) + WINDOW, length)


def _without_headings(place: Place) -> Place:
    return Place(page=place.page, slide=place.slide, notes=place.notes, cell=place.cell, seconds=place.seconds)


def _file(course: OfferedCourse, document: Document, place: Place, doc_id: str) -> str:
    name = Originals(course.folder).name(document)
    return "../" * (3 + doc_id.count("/")) + original_link(course.slug, name, place) if name else ""


def _texts(request: Request) -> ChatTexts:
    return chat_texts(language_of(request.headers.get("accept-language", "")))


def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("ui"), autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True
    )
