"""Learner: who asks, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Role = Literal["learner", "instructor", "admin"]


@dataclass(frozen=True, slots=True)
class Learner:
    """One person, as the page and the journal know them; `id` never changes, and is never given to anyone else.

    `name` is for showing, and is empty for somebody without an account.
    """

    id: str
    name: str
    role: Role

    @property
    def teaches(self) -> bool:
        """Whether they may change courses, review questions and run evaluations."""
        return self.role in ("instructor", "admin")


LOCAL: Final = Learner("local", "", "admin")
"""Whoever sits at this machine, where there are no accounts."""
