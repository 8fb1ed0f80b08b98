"""Text → vectors. Seam 1: anything with `name` and `embed` can stand in for the default."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into unit vectors, so that a dot product is a cosine."""

    @property
    def name(self) -> str:
        """What an index remembers of the embedder that built it: two of one name give the same vectors."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """``float32[len(texts), d]``, each row of length 1; ``float32[0, d]`` for no texts."""
        ...


class SentenceTransformerEmbedder:
    """A sentence-transformers model in a folder, on the CPU, without any network."""

    def __init__(self, folder: Path, name: str) -> None:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        self._name = name

    @property
    def name(self) -> str:
        """The name it was given."""
        return self._name

    def embed(self, texts: Sequence[str]) -> Vectors:
        """``float32[len(texts), dimension]``, rows of length 1; long texts are cut at the model's limit."""
        vectors = self._model.encode(
            list(texts),
            batch_size=32,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimension)

    @property
    def dimension(self) -> int:
        """Components of each vector."""
        return int(self._model.get_embedding_dimension())
