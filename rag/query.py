"""Query: a question as the search takes it, its typos and acronyms seen through with the course's own words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from rag.acronyms import spelled_out

_MENDED_CREDIT = 0.8


@dataclass(frozen=True, slots=True)
class Query:
    """What a question asks for.

    `wanted` are the stems of its content words; `mended` has, for each that the course lacks and
    that looks like a typo, the stem of the course's own word; `acronyms` are those of the course
    (`rag.acronyms`).
    """

    text: str
    wanted: tuple[str, ...]
    mended: Mapping[str, str] = field(default_factory=dict)
    acronyms: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def searched(self) -> list[str]:
        """The stems that keyword search looks for: typos mended, acronyms both short and spelled out."""
        own = [self.mended.get(term, term) for term in self.wanted]
        return own + sorted(spelled_out(own, self.acronyms) - set(own))

    def credits(self, present: Collection[str]) -> dict[str, float]:
        """How far a text with these stems has each wanted one: 1 as it is, less where a typo was guessed, else 0."""
        known = spelled_out(present, self.acronyms)
        return {
            term: 1.0 if term in known else _MENDED_CREDIT if self.mended.get(term) in known else 0.0
            for term in self.wanted
        }
