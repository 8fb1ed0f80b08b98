"""Learner: who asks, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

Role = Literal["learner", "instructor", "admin"]
Right = Literal["ask", "documents", "courses", "evaluate", "metrics"]
"""What a program may be given: to ask; to change files of courses; to change courses themselves; to run evaluations;
to read the server's figures."""
RIGHTS: Final[tuple[Right, ...]] = get_args(Right)


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity of a learning platform, by which somebody came; the platform calls them `subject`.

    Where it wants to know who took part, that is told at the address `line_item`, which is empty elsewhere.
    """

    platform_id: int
    subject: str = ""
    line_item: str = ""


@dataclass(frozen=True, slots=True)
class Learner:
    """One person, as the page and the journal know them; `id` never changes, and is never given to anyone else.

    `name` is for showing, and is empty for somebody without an account. `courses` are the slugs of those
    that they may open, None for all: whoever comes from a learning platform comes to one course. `rights`
    are those of a program's key; people have None, and what their role gives them. `per_minute` are the
    questions that they may ask in a minute; None for what the server lets everybody. `activity` is what they came
    by, None for whoever did not come from a learning platform.
    """

    id: str
    name: str
    role: Role
    courses: frozenset[str] | None = None
    rights: frozenset[Right] | None = None
    per_minute: int | None = None
    activity: Activity | None = None

    def may_open(self, slug: str) -> bool:
        """Whether the course of that slug is there for them."""
        return self.courses is None or slug in self.courses

    def may(self, right: Right) -> bool:
        """Whether they may do that in the courses that are open to them."""
        if self.rights is not None:
            return right in self.rights
        return right == "ask" or (self.administers if right == "metrics" else self.teaches)

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
