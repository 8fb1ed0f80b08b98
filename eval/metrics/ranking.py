"""Ranking measures: was the gold passage found, and how high up?

All start from `first_ranks`: where in the ranking each gold passage is first found, by overlap of
characters, so that no score depends on how documents are cut into passages. Where a hit holds at
most one gold passage, the results equal those of ir_measures for a ranking of which only the first
hit on each gold passage is relevant.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

from eval.questions import Span

Ranks = Sequence[int | None]
"""For each gold passage the rank, from 1, of the first hit that holds it; None where no hit does."""


def holds(found: Span, gold: Span) -> bool:
    """Whether the two share at least half of the shorter one's characters.

    A passage so has to hold most of a short gold span, or to lie mostly within (or cover half of) a
    long one; a few characters shared at an edge do not count.
    """
    if found.doc_id != gold.doc_id:
        return False
    shared = min(found.end, gold.end) - max(found.start, gold.start)
    return 2 * shared >= min(found.end - found.start, gold.end - gold.start) > 0


def merged(spans: Sequence[Span]) -> list[Span]:
    """The spans with those that overlap made one: annotators who marked the same words a bit differently."""
    result: list[Span] = []
    for span in sorted(spans):
        last = result[-1] if result else None
        if last and last.doc_id == span.doc_id and span.start < last.end:
            result[-1] = Span(last.doc_id, last.start, max(last.end, span.end))
        else:
            result.append(span)
    return result


def first_ranks(retrieved: Sequence[Span], gold: Sequence[Span]) -> list[int | None]:
    """For each gold passage (overlapping spans merged) the rank of the first hit that holds it."""
    return [
        next((rank for rank, found in enumerate(retrieved, start=1) if holds(found, passage)), None)
        for passage in merged(gold)
    ]


def section_ranks(retrieved: Sequence[Span], doc_ids: Sequence[str]) -> list[int | None]:
    """For each gold section (document) the rank of the first hit from it."""
    found = [hit.doc_id for hit in retrieved]
    return [found.index(doc_id) + 1 if doc_id in found else None for doc_id in doc_ids]


def recall(ranks: Ranks, k: int) -> float:
    """The share of the gold passages found among the first k hits (ir_measures ``R@k``)."""
    return sum(rank is not None and rank <= k for rank in ranks) / len(ranks)


def success(ranks: Ranks, k: int) -> float:
    """1.0 where any gold passage is among the first k hits, else 0.0 (ir_measures ``Success@k``)."""
    return float(recall(ranks, k) > 0)


def reciprocal_rank(ranks: Ranks, k: int) -> float:
    """One over the rank of the first gold passage within k hits, else 0.0 (ir_measures ``RR@k``; Voorhees 1999)."""
    return max((1 / rank for rank in ranks if rank is not None and rank <= k), default=0.0)


def ndcg(ranks: Ranks, k: int) -> float:
    """Σ 1/log2(rank + 1) over the gold passages found within k, over the same sum for ranks 1, 2, … .

    ir_measures ``nDCG@k`` with binary relevance (Järvelin & Kekäläinen 2002), where a further hit on
    a passage already found neither gains nor costs. One hit that holds several gold passages gains
    for each; the result is capped at 1.
    """
    gained = sum(1 / log2(rank + 1) for rank in ranks if rank is not None and rank <= k)
    ideal = sum(1 / log2(rank + 1) for rank in range(1, min(len(ranks), k) + 1))
    return min(1.0, gained / ideal)
