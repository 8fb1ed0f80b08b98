"""Running headers, footers and page numbers: what stands at the edge of one page after the other."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.loaders.pdf_lines import Line, PageText

_EDGE = 0.25
"""Of the page's height, at its top and at its bottom."""

_MOST_ROWS = 3
"""Of a header or footer; what goes on for longer is text."""

_CLOSEST_TEXT = 0.6
"""In line heights: white space between a header or footer and the text."""

_NEIGHBOURS = 4
"""Pages before and after a page that its edges are compared with: left and right pages differ."""

_SAME_HEIGHT = 0.015
"""Of the page's height."""

_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b")
_PAGE_NUMBER = re.compile(r"\W*(?:page |p\. ?|seite )?#(?:(?: ?[-–/.] ?| of | von )#)?\W*$")


@dataclass(frozen=True, slots=True)
class _Edge:
    """What stands at the edge of a page, without its numbers, as those of pages change; `height` is of the page's."""

    text: str
    height: float


def without_furniture(pages: Iterable[PageText], count: int, body_size: float) -> Iterator[PageText]:
    """The pages without lines that their neighbours repeat at the same height.

    `count` is of all pages: of a few, one neighbour must repeat a line, of many, two. What is set
    in larger letters than `body_size` (points) is a title that comes twice, and stays.
    """
    needed = 1 if count < _NEIGHBOURS else 2
    window: deque[tuple[PageText, dict[Line, _Edge]]] = deque()
    at = 0
    for page in pages:
        window.append((page, dict(_edges(page, body_size))))
        if len(window) > _NEIGHBOURS + 1 + at:
            yield _cleared(window, at, needed)
            at += 1
        if at > _NEIGHBOURS:
            window.popleft()
            at -= 1
    for rest in range(at, len(window)):
        yield _cleared(window, rest, needed)


def _edges(page: PageText, body_size: float) -> Iterator[tuple[Line, _Edge]]:
    downwards = sorted(page.lines, key=lambda line: line.top)
    upwards = sorted(page.lines, key=lambda line: -line.bottom)
    for line in {*_outermost(downwards), *_outermost(upwards)}:
        in_edge = line.bottom < _EDGE * page.height or line.top > (1 - _EDGE) * page.height
        if in_edge and line.size <= 1.1 * body_size:
            text = _NUMBER.sub("#", " ".join(line.text.casefold().split()))
            yield line, _Edge(text, line.top / page.height)


def _outermost(lines: Sequence[Line]) -> list[Line]:
    """The lines before the first white space, from the edge inwards; none where they are too many for a header."""
    outermost: list[Line] = []
    rows = 0
    for line in lines:
        beside = outermost and abs(line.top - outermost[-1].top) < 0.5 * line.height
        if outermost and not beside and _distance(outermost[-1], line) > _CLOSEST_TEXT * line.height:
            return outermost
        rows += not beside
        if rows > _MOST_ROWS:
            return []
        outermost.append(line)
    return outermost


def _distance(line: Line, other: Line) -> float:
    return max(other.top - line.bottom, line.top - other.bottom)


def _cleared(window: deque[tuple[PageText, dict[Line, _Edge]]], at: int, needed: int) -> PageText:
    page, edges = window[at]
    around = [
        (other, theirs)
        for number, (other, theirs) in enumerate(window)
        if abs(number - at) in range(1, _NEIGHBOURS + 1)
    ]
    others = [
        theirs for other, theirs in around if _texts(other) != _texts(page)
    ]  # a page that comes twice proves nothing
    running = {
        line
        for line, edge in edges.items()
        if _PAGE_NUMBER.match(edge.text) or sum(_repeats(edge, theirs) for theirs in others) >= needed
    }
    kept = tuple(line for line in page.lines if line not in running)
    return replace(page, lines=kept) if kept else page  # what is all there is on a page is no furniture


def _repeats(edge: _Edge, theirs: dict[Line, _Edge]) -> bool:
    return any(edge.text == other.text and abs(edge.height - other.height) < _SAME_HEIGHT for other in theirs.values())


def _texts(page: PageText) -> list[str]:
    return [line.text for line in page.lines]
