"""A part of a question set that stands for the whole."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

from eval.questions import Question


def sample(questions: Sequence[Question], limit: int, seed: int = 0) -> list[Question]:
    """At most `limit` questions, in their order, drawn in proportion from each stratum.

    A stratum is a combination of answerable, kind of unanswerable and question type; shares are
    rounded by largest remainder, so that the parts add up to `limit`.
    """
    if limit >= len(questions):
        return list(questions)
    strata: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for position, question in enumerate(questions):
        strata[str(question.answerable), question.unanswerable_kind, question.qtype].append(position)
    rng = random.Random(seed)  # noqa: S311 - a draw that can be repeated, no secret
    chosen: list[int] = []
    for stratum, share in zip(
        sorted(strata), _shares([len(strata[key]) for key in sorted(strata)], limit), strict=True
    ):
        chosen += rng.sample(strata[stratum], share)
    return [questions[position] for position in sorted(chosen)]


def _shares(sizes: Sequence[int], total: int) -> list[int]:
    exact = [size * total / sum(sizes) for size in sizes]
    shares = [int(share) for share in exact]
    by_remainder = sorted(range(len(sizes)), key=lambda i: (shares[i] - exact[i], i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares
