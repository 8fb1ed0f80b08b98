"""Learner: who asks, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Role = Literal["learner", "instructor", "admin"]


@dataclass(frozen=True, slots=True)
class Learner:
    """One person, as the page and the journal know them; `id` never changes, and is never given to anyone else.

    `name` is for showing, and is empty for somebody without an account. `courses` are the slugs of those
    that they may open, None for all: whoever comes from a learning platform comes to one course.
    """

    id: str
    name: str
    role: Role
    courses: frozenset[str] | None = None

    def may_open(self, slug: str) -> bool:
        """Whether the course of that slug is there for them."""
        return self.courses is None or slug in self.courses

    @property
    def teaches(self) -> bool:
        """Whether they may change courses, review questions and run evaluations."""
        return self.role in ("instructor", "admin")

    @property
    def teaches_everywhere(self) -> bool:
        """Whether they may also create, copy and delete whole courses."""
        return self.teaches and self.courses is None

    @property
    def administers(self) -> bool:
        """Whether the server itself is theirs to change: an administrator of one course alone is not meant."""
        return self.role == "admin" and self.courses is None


LOCAL: Final = Learner("local", "", "admin")
"""Whoever sits at this machine, where there are no accounts."""
