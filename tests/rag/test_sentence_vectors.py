import numpy as np

from corpus import Place
from rag.sentence_vectors import SentenceVectors
from rag.types import Chunk
from tests.conftest import WordEmbedder


class CountingEmbedder(WordEmbedder):
    """Keeps what it was asked to embed."""

    def __init__(self):
        super().__init__()
        self.embedded = []

    def embed(self, texts):
        self.embedded.append(list(texts))
        return super().embed(texts)


def passage(doc_id):
    return Chunk(doc_id, "Cells", Place(), 0, 11, "Cells live.")


def test_a_passage_is_embedded_once_and_its_vectors_stay_the_same():
    embedder = CountingEmbedder()
    vectors = SentenceVectors(embedder)

    first = vectors.of(passage("a"), ["Cells live."])
    again = vectors.of(passage("a"), ["Cells live."])

    assert embedder.embedded == [["Cells live."]]
    assert np.array_equal(first, again)


def test_the_passages_used_last_are_kept():
    embedder = CountingEmbedder()
    vectors = SentenceVectors(embedder, most_passages=2)
    for doc_id in ("a", "b", "a", "c", "a", "b"):
        vectors.of(passage(doc_id), [doc_id])

    assert embedder.embedded == [["a"], ["b"], ["c"], ["b"]]
