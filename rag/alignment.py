"""Claim + Claim → which word of the one is which word of the other."""

from __future__ import annotations

from rapidfuzz.distance import LCSseq

from rag.claims import Claim

_OPENS_A_PHRASE = ("by", "after", "before", "during", "until", "under", "over", "above", "below", "between")


def align(claim: Claim, source: Claim) -> dict[int, int]:
    """Position in `claim` → position in `source` of the words that both have, in the same order.

    The longest common subsequence; and with it two turns of phrase that change the order but not
    what is said: a phrase moved to the start or the end with its preposition (``in 1996``), and a
    compound spelled out (``information flow``, ``flow of information``).
    """
    in_order = _in_order(claim, source)
    return _with_compounds(claim, source, _with_moved_phrases(claim, source, in_order))


def _in_order(claim: Claim, source: Claim) -> dict[int, int]:
    blocks = LCSseq.opcodes(claim.keys, source.keys).as_matching_blocks()
    return {block.a + k: block.b + k for block in blocks for k in range(block.size)}


def _with_moved_phrases(claim: Claim, source: Claim, at: dict[int, int]) -> dict[int, int]:
    first, last = min(at, default=0), max(at, default=-1) + 1
    moved = dict(at)
    for run in (range(first), range(last, len(claim.tokens))):
        others = range(last) if run.start else range(first, len(claim.tokens))
        whole = all(k in at for k in others)
        if run and (_opens_a_phrase(claim, run.start) or (whole and others and _opens_a_phrase(claim, others.start))):
            start = _find(claim, run, source, set(at.values()))
            moved |= {k: start + k - run.start for k in run if start >= 0}
    return moved


def _opens_a_phrase(claim: Claim, at: int) -> bool:
    return bool(claim.tokens[at].preposition) or claim.keys[at] in _OPENS_A_PHRASE


def _find(claim: Claim, run: range, source: Claim, used: set[int]) -> int:
    """Where the words of `run` stand in `source`, after the same preposition and not used yet; else -1."""
    phrase, preposition = claim.keys[run.start : run.stop], claim.tokens[run.start].preposition
    for start in range(len(source.keys) - len(phrase) + 1):
        found = source.keys[start : start + len(phrase)] == phrase
        if (
            found
            and source.tokens[start].preposition == preposition
            and used.isdisjoint(range(start, start + len(run)))
        ):
            return start
    return -1


def _with_compounds(claim: Claim, source: Claim, at: dict[int, int]) -> dict[int, int]:
    turned = dict(at)
    for i in range(len(claim.tokens)):
        for modifier, head, other in claim.compounds(i) if i not in at else ():
            for its_modifier, its_head, j in source.compounds(at[other]) if other in at else ():
                if (modifier, head) == (its_modifier, its_head) and j not in turned.values():
                    turned[i] = j
    return turned
