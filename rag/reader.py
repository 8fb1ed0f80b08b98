"""Reader: question + texts → where in them the answer stands, and how far they answer it at all.

Search says what a passage is about; whether it answers must be read. `rag.cross_encoder` does it;
here are the words for it, without the libraries that it needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from rag.sentences import Span

READ_LANGUAGE = "en"
"""The language that the packaged weights have learnt to read."""


@dataclass(frozen=True, slots=True)
class Text:
    """What is read at a time: a text, and the headings that it stands under."""

    heading: str
    text: str


@dataclass(frozen=True)
class Readout:
    """What was read in a text: for each of its tokens the log-odds that the answer is there, against "nowhere here"."""

    offsets: list[Span]
    scores: npt.NDArray[np.float32]

    def log_odds(self, start: int, end: int) -> float:
        """Of the answer being in ``text[start:end]``; −inf where none of it was read."""
        inside = [i for i, (first, last) in enumerate(self.offsets) if first < end and start < last]
        return float(np.logaddexp.reduce(self.scores[inside])) if inside else -np.inf


class Reader(Protocol):
    """Reads texts with a question in mind."""

    @property
    def name(self) -> str:
        """Two of one name read alike."""
        ...

    def read(self, question: str, texts: Sequence[Text]) -> list[Readout]:
        """What was read in each of the texts, in their order."""
        ...
