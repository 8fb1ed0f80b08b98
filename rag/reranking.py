"""Reranker: a cross-encoder that orders the passages found anew. Optional: none comes with the package.

Any model for text pairs that sentence-transformers' `CrossEncoder` loads will do (Nogueira and Cho
2019, "Passage re-ranking with BERT").
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from rag.errors import ModelUnusable


class Reranker(Protocol):
    """Judges how well a text fits a question, seeing both together."""

    @property
    def name(self) -> str:
        """Two of one name judge alike."""
        ...

    def scores(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """``float32[len(texts)]``, each from 0 to 1, higher is better."""
        ...


class CrossEncoderReranker:
    """A cross-encoder in a folder, on the CPU, without any network."""

    def __init__(self, folder: Path) -> None:
        from sentence_transformers import CrossEncoder
        from torch.nn import Sigmoid

        self.name = str(folder.resolve())
        try:
            self._model = CrossEncoder(
                str(folder), device="cpu", local_files_only=True, num_labels=1, activation_fn=Sigmoid()
            )
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelUnusable(f"The reranker in {folder} cannot be loaded ({_first_line(error)}).") from error

    def scores(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """The sigmoid of the model's logits."""
        if not texts:
            return np.zeros(0, dtype=np.float32)
        judged = self._model.predict([(question, text) for text in texts], show_progress_bar=False)
        return np.asarray(judged, dtype=np.float32)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")
