"""Groups: questions that mean the same, put together by the nearness of their vectors."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from rag.embedding import Embedder
from ui.journal import Asked

_NEAR = 0.7
"""The mean cosine at which groups become one. Questions as learners also type them (in lower case, with a typo, as a
bare noun phrase) come that near to the original in 100, 99 and 81 to 89 % of three sets with the packaged embedder;
of the questions of one set 1 to 10 % have another one as near (eval/LOG.md)."""

_MOST = 1_500
"""Different questions that are compared, the newest: every pair of them is."""


@dataclass(frozen=True)
class Group:
    """Questions of one meaning, the newest first; never empty."""

    asked: tuple[Asked, ...]

    @property
    def question(self) -> str:
        """The wording that was used most; of several, the longest: it says most."""
        counts = Counter(one.question for one in self.asked)
        return max(counts, key=lambda text: (counts[text], len(text)))

    @property
    def count(self) -> int:
        """How often it was asked."""
        return len(self.asked)

    @property
    def newest(self) -> datetime:
        """When it was asked last."""
        return self.asked[0].created

    @property
    def wordings(self) -> list[str]:
        """The other wordings, those used most first."""
        return [text for text, _ in Counter(one.question for one in self.asked).most_common() if text != self.question]

    @property
    def kinds(self) -> dict[str, int]:
        """How often it went wrong in which way: ``unanswered``, ``weak``, ``thumbs_down``."""
        counts = {
            "unanswered": sum(not one.answered for one in self.asked),
            "weak": sum(one.answered and one.weak for one in self.asked),
            "thumbs_down": sum(one.thumb == "down" for one in self.asked),
        }
        return {kind: count for kind, count in counts.items() if count}

    @property
    def reasons(self) -> list[str]:
        """What learners said against the answers."""
        return list(dict.fromkeys(one.reason for one in self.asked if one.thumb == "down" and one.reason))

    @property
    def answer(self) -> str:
        """What was answered last; empty for a refusal."""
        return next((str(one.answer.get("text", "")) for one in self.asked if one.answered), "")

    @property
    def turn_ids(self) -> str:
        """The ids of its turns, for a form."""
        return ",".join(str(one.turn_id) for one in self.asked)


def grouped(asked: Sequence[Asked], embedder: Embedder) -> list[Group]:
    """The questions, given the newest first, in groups: the largest first, of two alike the newer."""
    alike: defaultdict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        alike[_evened(_understood(one))].append(one)
    compared = dict(list(alike.items())[:_MOST])
    members: defaultdict[int, list[Asked]] = defaultdict(list)
    for label, same in zip(_labels(list(compared), embedder), compared.values(), strict=True):
        members[label] += same
    groups = [Group(tuple(sorted(group, key=lambda one: one.turn_id, reverse=True))) for group in members.values()]
    return sorted(groups, key=lambda group: (-group.count, -group.newest.timestamp()))


def _labels(questions: Sequence[str], embedder: Embedder) -> list[int]:
    """For each question the number of its group: average linkage, so that a chain of neighbours is no group."""
    if len(questions) < 2:
        return [0] * len(questions)
    from sklearn.cluster import AgglomerativeClustering

    vectors = embedder.embed(questions)
    distances = np.clip(1.0 - vectors @ vectors.T, 0.0, 2.0)
    clustering = AgglomerativeClustering(
        n_clusters=None, distance_threshold=1.0 - _NEAR, metric="precomputed", linkage="average"
    )
    return [int(label) for label in clustering.fit_predict(distances)]


def _understood(one: Asked) -> str:
    """The question completed from those before it, where it was a follow-up."""
    return str(one.answer.get("asked") or one.question)


def _evened(question: str) -> str:
    return " ".join(question.casefold().split()).rstrip(" ?!.")
