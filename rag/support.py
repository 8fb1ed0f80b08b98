"""Does this passage support this sentence? Judged by words alone: cheap, and the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from rag.claims import Claim, Token, read_claim
from rag.qualifiers import RULES, are_opposites
from rag.types import Support

WEAK = 0.6
"""Share of a sentence's content words that the passage must hold for it to count as weakly supported."""

# Without these the words that follow would be claimed of more than the passage claims them of.
_GOVERNS_THE_SENTENCE = ("condition",)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far a passage supports a sentence. `score` is the share of content words found, 0 to 1."""

    support: Support
    score: float


def check(sentence: str, passage: str, language: str = "en", context: str = "") -> Verdict:
    """Judge one sentence against the words that are to prove it.

    Supported: every word that says something stands in the passage, in the passage's order, and
    nothing that limits or turns what the passage says was added, left out or exchanged: negations
    with their scope, hedges, amounts, conditions, numbers with their units, who does what to whom.
    So a sentence may be shortened and joined, not changed.

    Unsupported, whatever the words shared: a number or a name that the passage does not hold, a
    negation on one side only, a word exchanged for its opposite. Weak: most words found, but not so
    that they prove the sentence.

    `context` are the headings above the passage: their words may stand for the passage's pronouns.

    >>> check("LSTMs use gates.", "LSTMs use a memory cell and gates.").support
    'supported'
    >>> check("LSTMs use three gates.", "LSTMs use a memory cell and two gates.").support
    'unsupported'
    >>> check("Gates control LSTMs.", "LSTMs control gates.").support
    'weak'
    """
    claim, source, above = (read_claim(text, language) for text in (sentence, passage, context))
    if not claim.said:
        return Verdict("unsupported", 0.0)
    score = len(claim.said & source.said) / len(claim.said)
    if score < WEAK and len(claim.said - source.said - above.said) > (1 - WEAK) * len(claim.said):
        return Verdict("unsupported", score)
    comparison = Comparison(claim, source, above, language)
    if comparison.contradicts():
        return Verdict("unsupported", score)
    return Verdict("supported" if comparison.proves() else "weak", score)


class Comparison:
    """A sentence's claim laid beside a passage's: longest common subsequence, and what it leaves over.

    Taking words away from a passage is a way to shorten it that keeps it true (Knight and Marcu
    2002, "Summarization beyond sentence extraction"), as long as what was taken away did not
    govern what is left: that is what `proves` looks at.
    """

    def __init__(self, claim: Claim, source: Claim, above: Claim, language: str) -> None:
        self._claim = claim
        self._source = source
        self._above = above
        self._language = language
        self._at = _aligned(claim.keys, source.keys)
        self._used = set(self._at.values())

    def contradicts(self) -> bool:
        """Whether the sentence says something that the passage does not just leave unsaid."""
        return (
            any(token.role in ("number", "name") and not self._known(at, token) for at, token in self._added())
            or any(token.role == "negation" for _, token in self._added())
            or any(token.role == "negation" for token in self._dropped())
            or any(self._exchanged_for_opposite(at, token) for at, token in self._added())
        )

    def proves(self) -> bool:
        """Whether nothing was added, moved, spliced or cut away that changes what is said."""
        return (
            all(self._may_be_added(at, token) for at, token in self._added())
            and all(RULES[token.role].may_be_dropped for token in self._dropped() if token.role in RULES)
            and not self._loses_its_agent()
            and not self._is_spliced()
        )

    def _added(self) -> Iterator[tuple[int, Token]]:
        return ((at, token) for at, token in enumerate(self._claim.tokens) if at not in self._at)

    def _dropped(self) -> Iterator[Token]:
        """The passage's qualifiers that the sentence lacks, and that govern words which it has."""
        for at, token in enumerate(self._source.tokens):
            if at not in self._used and token.role in RULES and self._governs_what_is_said(at, token):
                yield token

    def _governs_what_is_said(self, at: int, token: Token) -> bool:
        tokens = self._source.tokens
        if token.role in _GOVERNS_THE_SENTENCE:
            return any(tokens[used].sentence == token.sentence for used in self._used)
        ends = at + 1 == len(tokens) or tokens[at + 1].clause != token.clause
        return any(
            (used > at or ends) and tokens[used].clause == token.clause and tokens[used].says_something
            for used in self._used
        )

    def _known(self, at: int, token: Token) -> bool:
        return token.key in self._source.said or self._names_the_pronoun(at, token)

    def _may_be_added(self, at: int, token: Token) -> bool:
        if token.role in RULES:
            return RULES[token.role].may_be_added and not self._exchanged(at)
        return (
            token.adds_nothing
            or self._names_the_pronoun(at, token)
            or self._is_turned_compound(token)
            or self._is_moved_phrase(at)
        )

    def _gap(self, at: int) -> range:
        """Where in the passage the word at `at` would stand: between its aligned neighbours."""
        before = max((self._at[i] for i in range(at) if i in self._at), default=-1)
        after = min((self._at[i] for i in range(at, len(self._claim.tokens)) if i in self._at), default=None)
        return range(before + 1, len(self._source.tokens) if after is None else after)

    def _exchanged(self, at: int) -> bool:
        """Whether a qualifier of the passage stands where the sentence has another."""
        return any(self._source.tokens[i].role in RULES for i in self._gap(at))

    def _exchanged_for_opposite(self, at: int, token: Token) -> bool:
        return any(are_opposites(token.key, self._source.tokens[i].key, self._language) for i in self._gap(at))

    def _names_the_pronoun(self, at: int, token: Token) -> bool:
        """Whether a word of the headings stands where the passage has "it", "they", "this …"."""
        gap = self._gap(at)
        return token.key in self._above.said and any(i in self._source.pronouns for i in range(gap.start, gap.stop + 1))

    def _is_turned_compound(self, token: Token) -> bool:
        """``flow of information`` → ``information flow``, its other half in place."""
        shared = self._claim.links & self._source.links
        placed = {self._claim.tokens[i].key for i in self._at}
        return any(token.key in pair and placed & (set(pair) - {token.key}) for pair in shared)

    def _is_moved_phrase(self, at: int) -> bool:
        """``in 1996`` moved as a whole, to the sentence's start or end, with its preposition."""
        first = last = at
        while first - 1 >= 0 and first - 1 not in self._at:
            first -= 1
        while last + 1 < len(self._claim.tokens) and last + 1 not in self._at:
            last += 1
        phrase = self._claim.keys[first : last + 1]
        if not self._claim.tokens[first].preposition or (first and last + 1 < len(self._claim.tokens)):
            return False
        return any(
            self._source.keys[i : i + len(phrase)] == phrase
            and self._source.tokens[i].preposition == self._claim.tokens[first].preposition
            for i in range(len(self._source.keys) - len(phrase) + 1)
        )

    def _loses_its_agent(self) -> bool:
        """``A is caused by B`` → ``A causes B``."""
        return any(
            token.role == "agent" and at not in self._used and at - 1 in self._used and at + 1 in self._used
            for at, token in enumerate(self._source.tokens)
        )

    def _is_spliced(self) -> bool:
        """Whether a subject of one sentence was given what the next says of another."""
        pairs = sorted(self._at.items())
        for (at, i), (next_at, j) in zip(pairs, pairs[1:], strict=False):
            one, other = self._source.tokens[i], self._source.tokens[j]
            if one.sentence == other.sentence or self._claim.tokens[at].part != self._claim.tokens[next_at].part:
                continue
            opening = [k for k in range(i + 1, j + 1) if k == 0 or self._source.tokens[k].sentence == other.sentence]
            if not any(k in self._source.pronouns for k in opening):
                return True
        return False


def _aligned(wanted: tuple[str, ...], present: tuple[str, ...]) -> dict[int, int]:
    """Position → position of the words that stand in the same order on both sides."""
    return {
        block.a + k: block.b + k
        for block in LCSseq.opcodes(wanted, present).as_matching_blocks()
        for k in range(block.size)
    }
