"""The words of this package, in the order in which they travel.

    Document ─split→ Chunk ─search→ Hit ─prompt→ Message ─stream→ text ─cite, check→ Answer

All offsets are character offsets into ``Document.text``; every end is exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from corpus import Place

Role = Literal["system", "user", "assistant"]
Support = Literal["supported", "weak", "unsupported"]

NOT_IN_COURSE = "The course material does not answer this question."


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage: ``document.text[start:end] == text``, always."""

    doc_id: str
    title: str
    place: Place
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found, with its score there: higher is better, and no unit.

    `pinned` says that it is an instructor's answer to this very question, or what proves that answer.
    """

    chunk: Chunk
    score: float
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation, or of a prompt."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Citation:
    """The words that prove a sentence: ``document.text[start:end] == quote``. Numbers count from 1."""

    number: int
    doc_id: str
    title: str
    place: Place
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer, how well its citations support it, and their numbers."""

    text: str
    support: Support
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds since the question was asked; `first_token_ms` is 0 where no model was asked."""

    retrieve_ms: float = 0.0
    first_token_ms: float = 0.0
    total_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the course says to a question, or that it does not say (`answered` is False).

    A refusal is an Answer like any other: it has no sentences and no citations, its text is
    `NOT_IN_COURSE`, and `nearest` holds a passage from each of the sections that come closest.
    `asked` is the question as it was searched for, a follow-up completed from the history;
    `confidence`, 0 to 1, is how sure the evidence made the decision to answer.
    """

    question: str
    answered: bool
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...] = ()
    retrieved: tuple[Hit, ...] = ()
    nearest: tuple[Chunk, ...] = ()
    asked: str = ""
    confidence: float = 0.0
    model: str = ""
    index_version: str = ""
    timings: Timings = field(default_factory=Timings)

    @property
    def text(self) -> str:
        """The answer in one string, without markers; `NOT_IN_COURSE` for a refusal."""
        return " ".join(sentence.text for sentence in self.sentences) if self.answered else NOT_IN_COURSE
