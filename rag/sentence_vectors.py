"""SentenceVectors: the vectors of sentences in passages that were asked about lately.

The learners of a course ask about the same parts of it, and a follow-up about the same passages again; embedding
their sentences takes half the time of an answer.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from rag.embedding import Embedder, Vectors
from rag.types import Chunk

_MOST_PASSAGES = 2_000
"""Some 35 MB with the packaged embedder."""


class SentenceVectors:
    """Vectors of the passages' sentences, those used last kept. Safe to use from many threads.

    The sentences of a passage go through the embedder together and alone: what they are padded to changes the last
    digits of a vector, and an answer must not depend on what was asked before.
    """

    def __init__(self, embedder: Embedder, most_passages: int = _MOST_PASSAGES) -> None:
        self._embedder = embedder
        self._most = most_passages
        self._kept: OrderedDict[Chunk, Vectors] = OrderedDict()
        self._changing = threading.Lock()

    def of(self, chunk: Chunk, sentences: Sequence[str]) -> Vectors:
        """``float32[len(sentences), d]`` of the passage's sentences, which are the same for it each time."""
        with self._changing:
            known = self._kept.get(chunk)
            if known is not None:
                self._kept.move_to_end(chunk)
                return known
        vectors = self._embedder.embed(sentences)
        with self._changing:
            self._kept[chunk] = vectors
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return vectors
