"""Messages → text. Seam 2: anything with `name` and `stream` can stand in for the default model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from rag.stopping import Stop
from rag.types import Message


class LLM(Protocol):
    """A language model that continues a conversation."""

    @property
    def name(self) -> str:
        """What an answer says it was written by, e.g. the model file's name."""
        ...

    @property
    def fingerprint(self) -> str:
        """What decides its output beside the messages: the hash of its weights, or its address and name."""
        ...

    def stream(self, messages: Sequence[Message], max_tokens: int, stop: Stop | None = None) -> Iterator[str]:
        """The reply in pieces as they are written, deterministic, at most `max_tokens` tokens.

        Closing the iterator stops the model at once; so does another thread that asks `stop` to, and then
        no more pieces come. Raises `ModelFailed`.
        """
        ...
