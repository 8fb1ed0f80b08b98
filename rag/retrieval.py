"""Question → Hits: keyword and vector search over the same passages, fused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.embedding import Embedder
from rag.index import Index, indexed_text
from rag.keywords import KeywordIndex
from rag.sentences import sentence_spans
from rag.types import Chunk, Hit

POOL = 50
_RANK_CONSTANT = 60
_REPEATED = 0.8


class Retriever:
    """Finds the passages of one index that a question is about."""

    def __init__(self, index: Index, embedder: Embedder) -> None:
        self.index = index
        self.embedder = embedder
        self.keywords = KeywordIndex([indexed_text(chunk) for chunk in index.chunks], index.language)
        self._repeats = _repeats(index.chunks, index.language)

    def search(self, question: str, k: int = 10) -> list[Hit]:
        """The `k` best passages, best first; a passage that only repeats others is left out."""
        return self._hits(fused([self._dense(question), self._sparse(question)]), k)

    def search_dense(self, question: str, k: int = 10) -> list[Hit]:
        """Vector search alone; the score is the cosine."""
        return self._hits(self._dense(question), k)

    def search_keywords(self, question: str, k: int = 10) -> list[Hit]:
        """Keyword search alone; the score is BM25's."""
        return self._hits(self._sparse(question), k)

    def _dense(self, question: str) -> list[tuple[int, float]]:
        return self.index.search(self.embedder.embed([question])[0], POOL)

    def _sparse(self, question: str) -> list[tuple[int, float]]:
        return self.keywords.search(question, POOL)

    def _hits(self, ranked: Iterable[tuple[int, float]], k: int) -> list[Hit]:
        kept = [Hit(self.index.chunks[row], score) for row, score in ranked if row not in self._repeats]
        return kept[:k]


def fused(rankings: Sequence[Sequence[tuple[int, float]]]) -> list[tuple[int, float]]:
    """Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): Σ 1/(60 + rank), best first.

    >>> [row for row, _ in fused([[(7, .9), (3, .8)], [(3, 12.0)]])]
    [3, 7]
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, (row, _) in enumerate(ranking, start=1):
            scores[row] = scores.get(row, 0.0) + 1 / (_RANK_CONSTANT + rank)
    return sorted(scores.items(), key=lambda item: -item[1])


def _repeats(chunks: Sequence[Chunk], language: str) -> frozenset[int]:
    """Rows of passages whose sentences nearly all stand in an earlier passage (summaries, copies).

    Such a passage proves nothing that the earlier one does not, and would take its place in the
    few that are shown.
    """
    seen: set[str] = set()
    repeats = set()
    for row, chunk in enumerate(chunks):
        sentences = {
            " ".join(chunk.text[start:end].casefold().split()) for start, end in sentence_spans(chunk.text, language)
        }
        known = sum(len(sentence) for sentence in sentences & seen)
        if sentences and known >= _REPEATED * sum(map(len, sentences)):
            repeats.add(row)
        seen |= sentences
    return frozenset(repeats)
