"""Question → Hits: keyword and vector search over the same passages, blended."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from rag.acronyms import find_acronyms
from rag.embedding import Embedder
from rag.index import Index, indexed_text
from rag.keywords import KeywordIndex
from rag.pinned import PinnedAnswers
from rag.query import Query
from rag.reranking import Reranker
from rag.sentence_vectors import SentenceVectors
from rag.sentences import sentence_spans
from rag.spelling import correction, english_words, mended
from rag.terms import STOP_WORDS, is_framing, stem, terms, words
from rag.types import Hit

Search = Literal["blended", "keywords", "vectors", "reciprocal_ranks"]
"""`blended` finds the passages of every answer; the others are what an evaluation holds it against."""

SEARCHES: tuple[Search, ...] = get_args(Search)

_POOL = 50
_KEYWORD_WEIGHT = 0.6
_REPEATED = 0.8
_RERANKED = 20
_RANKS = 60
"""The constant of reciprocal rank fusion, as its authors have it."""
_PINNED = 1.0
"""The score of a pinned answer; no blend of scores is above it."""


class Retriever:
    """Finds the passages of one index that a question is about."""

    def __init__(self, index: Index, embedder: Embedder, reranker: Reranker | None = None) -> None:
        self.index = index
        self.embedder = embedder
        self.reranker = reranker
        self.sentence_vectors = SentenceVectors(embedder)
        texts = [indexed_text(chunk) for chunk in index.chunks]
        self.keywords = KeywordIndex(texts, index.language)
        self._acronyms = find_acronyms(texts, index.language)
        self._vocabulary = Counter(word for text in texts for word in words(text))
        self._repeats = _repeats(index, index.language)
        self._pinned = PinnedAnswers(index, embedder)

    def query(self, question: str) -> Query:
        """What the question asks for, in the course's words."""
        stems = tuple(dict.fromkeys(terms(question, self.index.language)))
        subject = tuple(term for term in stems if not is_framing(term, self.index.language))
        return Query(question, subject or stems, self._mended(question), self._acronyms)

    def mended(self, question: str) -> str:
        """The question with its typos mended, for all that reads it whole; as it is in a course that is not English."""
        if not self.index.language.startswith("en"):
            return question
        english = english_words()
        return mended(question, self._vocabulary, lambda word: word in english or self._knows(word))

    def _knows(self, word: str) -> bool:
        return word in STOP_WORDS or self.keywords.knows(stem(word, self.index.language))

    def search(self, question: str, k: int = 10) -> list[Hit]:
        """The `k` best passages, best first; a passage that only repeats others is left out.

        An answer that is pinned to this question comes before all others.
        """
        vector = self.embedder.embed([question])[0]
        query = self.query(question)
        sparse = self.keywords.weigh(query.searched)
        rows = sorted({row for row, _ in self.index.search(vector, _POOL)} | set(_best(sparse)))
        cosines = np.array([self.index.vector(row) @ vector for row in rows], dtype=np.float32)
        scores = blended(sparse[rows], cosines)
        order = np.argsort(-scores, kind="stable")
        found = self._hits(((rows[at], float(scores[at])) for at in order), max(k, _RERANKED))
        if self.reranker:
            found = _reranked(question, found, self.reranker)
        pinned = [Hit(chunk, _PINNED, pinned=True) for chunk in self._pinned.find(query, vector)]
        first = {hit.chunk for hit in pinned}
        return (pinned + [hit for hit in found if hit.chunk not in first])[:k]

    def search_by(self, search: Search, question: str, k: int = 10) -> list[Hit]:
        """The `k` best passages as one of the searches ranks them.

        The score is the blend's, BM25's, the cosine, or a sum of reciprocal ranks.
        """
        match search:
            case "blended":
                return self.search(question, k)
            case "keywords":
                return self._hits(self._by_keywords(question), k)
            case "vectors":
                return self._hits(self._by_vectors(question), k)
            case "reciprocal_ranks":
                rankings = (self._by_keywords(question), self._by_vectors(question))
                return self._hits(fused_by_ranks([[row for row, _ in ranking] for ranking in rankings]), k)

    def _by_keywords(self, question: str) -> list[tuple[int, float]]:
        return self.keywords.search(question, _POOL)

    def _by_vectors(self, question: str) -> list[tuple[int, float]]:
        return self.index.search(self.embedder.embed([question])[0], _POOL)

    def _mended(self, question: str) -> dict[str, str]:
        language = self.index.language
        mended = {}
        for word in words(question):
            if not self._knows(word):
                meant = correction(word, self._vocabulary)
                if meant and meant not in STOP_WORDS:
                    mended[stem(word, language)] = stem(meant, language)
        return mended

    def _hits(self, ranked: Iterable[tuple[int, float]], k: int) -> list[Hit]:
        kept = [Hit(self.index.chunks[row], score) for row, score in ranked if row not in self._repeats]
        return kept[:k]


def _reranked(question: str, hits: Sequence[Hit], reranker: Reranker) -> list[Hit]:
    """The same passages, as the reranker orders them, with its scores."""
    scores = reranker.scores(question, [indexed_text(hit.chunk) for hit in hits])
    judged = [Hit(hit.chunk, float(score)) for hit, score in zip(hits, scores, strict=True)]
    return sorted(judged, key=lambda hit: -hit.score)


def blended(keyword_scores: npt.NDArray[np.float32], cosines: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """A convex combination of both scores, each as a share of its best (Bruch, Gai and Ingber 2023).

    Both are ``float32[n]`` over the same passages, and so is the result, 0 to 1.

    >>> [round(float(score), 3) for score in blended(np.float32([8, 4]), np.float32([0.3, 0.6]))]
    [0.8, 0.7]
    """
    shares = _KEYWORD_WEIGHT * _share_of_best(keyword_scores) + (1 - _KEYWORD_WEIGHT) * _share_of_best(cosines)
    return np.asarray(np.round(shares, 6), dtype=np.float32)


def fused_by_ranks(rankings: Sequence[Sequence[int]]) -> list[tuple[int, float]]:
    """Rows and their scores, best first: the sum of 1 / (60 + rank) over the rankings (Cormack et al. 2009).

    >>> [row for row, _ in fused_by_ranks([[7, 8, 9], [9, 8]])]
    [9, 8, 7]
    """
    scores: defaultdict[int, float] = defaultdict(float)
    for ranking in rankings:
        for rank, row in enumerate(ranking, start=1):
            scores[row] += 1 / (_RANKS + rank)
    return sorted(scores.items(), key=lambda item: -item[1])


def _share_of_best(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    best = scores.max(initial=0.0)
    return np.maximum(scores, 0) / best if best > 0 else np.zeros_like(scores)


def _best(scores: npt.NDArray[np.float32]) -> list[int]:
    best = np.argsort(-scores, kind="stable")[:_POOL]
    return [int(row) for row in best if scores[row] > 0]


def _repeats(index: Index, language: str) -> frozenset[int]:
    """Rows of passages whose sentences nearly all stand in an earlier passage (summaries, copies).

    Such a passage proves nothing that the earlier one does not, and would take its place in the
    few that are shown. Pinned answers neither repeat others nor are repeated.
    """
    seen: set[str] = set()
    repeats = set()
    for row, chunk in enumerate(index.chunks):
        if index.documents[chunk.doc_id].pin:
            continue
        sentences = {
            " ".join(chunk.text[start:end].casefold().split()) for start, end in sentence_spans(chunk.text, language)
        }
        known = sum(len(sentence) for sentence in sentences & seen)
        if sentences and known >= _REPEATED * sum(map(len, sentences)):
            repeats.add(row)
        seen |= sentences
    return frozenset(repeats)
