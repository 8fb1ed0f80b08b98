"""Candidates → the same, the nearest of them read: how far each answers the question where it stands.

Reading takes longer than comparing, so only the windows are read that hold the nearest candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from rag.candidates import Candidate
from rag.reader import Reader, Readout, Text
from rag.sentences import Span, sentence_spans
from rag.types import Chunk

_NEAREST = 8
"""How many candidates are read, with what stands around them. On squad2-dev the sentence that
answers is among the 8 nearest for .93 of the questions and among the 12 nearest for no more."""

_WINDOW = 800
"""About the most characters that are read at a time."""

_NEARLY = 0.95
"""A part that comes this near to its share of the passage ends there, so that none at the end is short."""


def read_nearest(question: str, found: Sequence[Candidate], reader: Reader, language: str) -> list[Candidate]:
    """The candidates, those in the windows around the nearest with their `log_odds`."""
    parts = {chunk: windows(chunk, language) for chunk in {candidate.chunk for candidate in found}}
    around = [_window_of(candidate, parts[candidate.chunk]) for candidate in found]
    nearest = sorted(range(len(found)), key=lambda i: -found[i].near)[:_NEAREST]
    chosen = list(dict.fromkeys((found[i].chunk, around[i]) for i in nearest))
    texts = [Text(heading_of(chunk), chunk.text[start:end]) for chunk, (start, end) in chosen]
    readouts = dict(zip(chosen, reader.read(question, texts), strict=True))
    return [
        _read(candidate, window, readouts.get((candidate.chunk, window)))
        for candidate, window in zip(found, around, strict=True)
    ]


def _read(candidate: Candidate, window: Span, readout: Readout | None) -> Candidate:
    if readout is None:
        return candidate
    return replace(candidate, log_odds=readout.log_odds(candidate.start - window[0], candidate.end - window[0]))


def _window_of(candidate: Candidate, parts: Sequence[Span]) -> Span:
    return next(part for part in parts if candidate.start < part[1])


def windows(chunk: Chunk, language: str) -> list[Span]:
    """The passage in parts of about equal length and whole sentences, each of at most about 800 characters."""
    spans = sentence_spans(chunk.text, language)
    if not spans:
        return []
    parts = ceil((spans[-1][1] - spans[0][0]) / _WINDOW)
    longest = (spans[-1][1] - spans[0][0]) / parts
    made: list[Span] = []
    start = spans[0][0]
    for i, (_, end) in enumerate(spans):
        if i + 1 == len(spans) or end - start >= longest * _NEARLY:
            made.append((start, end))
            start = spans[i + 1][0] if i + 1 < len(spans) else end
    return made


def heading_of(chunk: Chunk) -> str:
    """The last two of what a passage stands under: its document's title and its headings."""
    return " › ".join([chunk.title, *chunk.place.headings][-2:])
