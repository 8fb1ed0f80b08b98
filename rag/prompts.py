"""Every sentence that the model is ever told."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Message

SYSTEM = (
    "You answer a learner's question from the numbered passages of a course. "
    "Use only what the passages say, in their own words, in one to three short sentences."
)

_TURN = """{passages}

Question: {question}"""


def answer_messages(question: str, passages: Sequence[str]) -> list[Message]:
    """The prompt for one answer: the passages, numbered from 1, then the question.

    Passages and question are untrusted text: chat markup in them is broken up by `defused`, so
    that neither can open a turn of its own.
    """
    numbered = "\n\n".join(f"[{number}] {defused(passage)}" for number, passage in enumerate(passages, start=1))
    return [
        Message("system", SYSTEM),
        Message("user", _TURN.format(passages=numbered, question=defused(question))),
    ]


def defused(text: str) -> str:
    """`text` with the control tokens of chat templates broken up: ``<|im_end|>`` → ``< |im_end| >``."""
    return text.replace("<|", "< |").replace("|>", "| >").replace("[INST]", "[ INST ]").replace("[/INST]", "[ /INST ]")
