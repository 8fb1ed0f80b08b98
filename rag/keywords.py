"""Keyword search: BM25 over the stems of the same passages that the vectors stand for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import bm25s
import numpy as np
import numpy.typing as npt

from rag.terms import terms


class KeywordIndex:
    """BM25 (Robertson and Zaragoza 2009; Lucene's variant of idf) over stemmed content words."""

    def __init__(self, texts: Sequence[str], language: str) -> None:
        tokens = [terms(text, language) for text in texts]
        frequencies = Counter(term for text_terms in tokens for term in set(text_terms))
        self._language = language
        self._size = len(texts)
        self._idf = {term: float(np.log(1 + (self._size - n + 0.5) / (n + 0.5))) for term, n in frequencies.items()}
        self._bm25 = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
        if frequencies:
            self._bm25.index(tokens, show_progress=False)

    def scores(self, question: str) -> npt.NDArray[np.float32]:
        """``float32[number of texts]``: the BM25 score of each text, 0 where it shares no term."""
        return self.weigh(terms(question, self._language))

    def weigh(self, stems: Sequence[str]) -> npt.NDArray[np.float32]:
        """The same for stems, one that is repeated counting as often."""
        known = [term for term in stems if term in self._idf]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)

    def search(self, question: str, k: int) -> list[tuple[int, float]]:
        """The `k` best texts that share a term with the question: (row, score), best first."""
        scores = self.scores(question)
        best = np.argsort(-scores, kind="stable")[:k]
        return [(int(row), float(scores[row])) for row in best if scores[row] > 0]

    def idf(self, term: str) -> float:
        """How rare a stem is in these texts; one that never occurs is as rare as can be."""
        return self._idf.get(term, float(np.log(1 + (self._size + 0.5) / 0.5)))

    def knows(self, term: str) -> bool:
        """Whether any text holds this stem."""
        return term in self._idf
