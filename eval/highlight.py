"""Segments: a passage cut where its marking changes, so that cited words and gold words can be shown in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from eval.passages import Passage
from eval.questions import Span


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a passage: the numbers of the citations it is part of, those that begin with it, and if it is gold.

    The segments of a passage, joined, are its text.
    """

    text: str
    cited: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()
    is_gold: bool = False


def segments(passage: Passage, cited: Mapping[int, Span], gold: Sequence[Span]) -> list[Segment]:
    """The passage with the citations (by number) and gold spans that reach into it."""
    citations = {number: span for number, span in cited.items() if _reaches(span, passage)}
    golden = [span for span in gold if _reaches(span, passage)]
    edges = {passage.start, passage.end}
    for span in (*citations.values(), *golden):
        edges |= {max(span.start, passage.start), min(span.end, passage.end)}
    cuts = sorted(edges)
    return [
        Segment(
            text=passage.text[start - passage.start : end - passage.start],
            cited=tuple(number for number, span in citations.items() if span.start <= start < span.end),
            begins=tuple(number for number, span in citations.items() if max(span.start, passage.start) == start),
            is_gold=any(span.start <= start < span.end for span in golden),
        )
        for start, end in pairwise(cuts)
    ]


def _reaches(span: Span, passage: Passage) -> bool:
    return span.doc_id == passage.doc_id and span.start < passage.end and span.end > passage.start
