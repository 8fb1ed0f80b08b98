"""Does this passage support this sentence? Judged by words alone: cheap, and the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rag.alignment import align
from rag.claims import Claim, Token, read_claim
from rag.qualifiers import RULES, are_opposites
from rag.types import Support

WEAK = 0.6
"""Share of a sentence's content words that the passage must hold for it to count as weakly supported."""

_ATTACHES = ("of", "in", "on", "at", "from", "into", "onto", "through", "via", "with", "for")
_CONTRARY_PREPOSITIONS = ({"from", "to"}, {"from", "into"}, {"into", "of"})


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
    # Most passages have little to do with a sentence, and are not worth an alignment.
    if len(claim.said & (source.said | above.said)) < WEAK * len(claim.said):
        return Verdict("unsupported", score)
    comparison = _Comparison(claim, source, above, language)
    if comparison.contradicts():
        return Verdict("unsupported", score)
    return Verdict("supported" if comparison.proves() else "weak", score)


class _Comparison:
    """A sentence's claim laid beside a passage's: what they share in order, and what is left over.

    Taking words away from a text is a way to shorten it that keeps it true (Knight and Marcu 2002,
    "Summarization beyond sentence extraction"), as long as what was taken away did not govern what
    is left: that is what `proves` looks at. How negations, hedges and conditions reach over the
    words around them follows natural logic (MacCartney and Manning 2007), by clauses instead of
    parse trees.
    """

    def __init__(self, claim: Claim, source: Claim, above: Claim, language: str) -> None:
        self._claim = claim
        self._source = source
        self._above = above
        self._language = language
        self._at = align(claim, source)
        self._used = frozenset(self._at.values())
        self._added = [(at, token) for at, token in enumerate(claim.tokens) if at not in self._at]
        self._dropped = list(self._dropped_qualifiers())

    def contradicts(self) -> bool:
        """Whether the sentence says something that the passage does not just leave unsaid."""
        return (
            any(token.role == "negation" for token in (*self._dropped, *(token for _, token in self._added)))
            or any(token.role in ("number", "name") and not self._known(at, token) for at, token in self._added)
            or any(self._replaces_its_opposite(at, token) for at, token in self._added)
        )

    def proves(self) -> bool:
        """Whether nothing was added, moved, spliced or cut away that changes what is said."""
        return (
            all(self._may_be_added(at, token) for at, token in self._added)
            and all(RULES[token.role].may_be_dropped for token in self._dropped if token.role in RULES)
            and not self._loses_its_agent()
            and not self._loses_its_head()
            and not self._turns_a_direction()
            and not self._is_spliced()
        )

    def _dropped_qualifiers(self) -> Iterator[Token]:
        """The passage's qualifiers that the sentence lacks, and that govern words which it has."""
        for at, token in enumerate(self._source.tokens):
            if at not in self._used and token.role in RULES and self._governs_what_is_said(at, token):
                yield token

    def _governs_what_is_said(self, at: int, token: Token) -> bool:
        tokens = self._source.tokens
        clause = [i for i, other in enumerate(tokens) if _reaches(token, other) and i != at]
        # A condition reaches over the whole sentence; so does what stands alone: "…, but never."
        if token.role == "condition" or not clause:
            return any(tokens[used].sentence == token.sentence for used in self._used)
        governed = [i for i in clause if i > at] or clause
        return any(i in self._used for i in governed)

    def _known(self, at: int, token: Token) -> bool:
        return token.key in self._source.said or self._names_the_pronoun(at, token) or self._abbreviates(at)

    def _may_be_added(self, at: int, token: Token) -> bool:
        if token.role in RULES:
            return RULES[token.role].may_be_added and not self._replaces_a_qualifier(at)
        return token.adds_nothing or self._names_the_pronoun(at, token) or self._abbreviates(at)

    def _gap(self, at: int) -> range:
        """Where in the passage the word at `at` would stand: between its aligned neighbours."""
        before = max((self._at[i] for i in range(at) if i in self._at), default=-1)
        after = min((self._at[i] for i in range(at, len(self._claim.tokens)) if i in self._at), default=None)
        return range(before + 1, len(self._source.tokens) if after is None else after)

    def _replaces_a_qualifier(self, at: int) -> bool:
        return any(self._source.tokens[i].role in RULES for i in self._gap(at))

    def _replaces_its_opposite(self, at: int, token: Token) -> bool:
        return any(are_opposites(token.key, self._source.tokens[i].key, self._language) for i in self._gap(at))

    def _names_the_pronoun(self, at: int, token: Token) -> bool:
        """Whether a word of the headings stands where the passage has "it", "they", "this …"."""
        gap = self._gap(at)
        return token.key in self._above.said and any(i in self._source.pronouns for i in range(gap.start, gap.stop + 1))

    def _abbreviates(self, at: int) -> bool:
        """``Electronic Health Records (EHRs)``: an acronym beside what it stands for."""
        acronym = self._claim.keys[at]
        spelled_out = self._claim.keys[max(at - len(acronym), 0) : at]
        return len(acronym) > 1 and "".join(word[0] for word in spelled_out) == acronym

    def _loses_its_agent(self) -> bool:
        """``A is caused by B`` → ``A causes B``."""
        return any(
            token.role == "agent" and at not in self._used and at - 1 in self._used and at + 1 in self._used
            for at, token in enumerate(self._source.tokens)
        )

    def _loses_its_head(self) -> bool:
        """``structure of a cell`` → ``a cell``: what was only a part of a phrase takes its place."""
        return any(
            self._source.tokens[i].preposition in _ATTACHES
            and not self._claim.tokens[at].preposition
            and i - 1 not in self._used
            for at, i in self._at.items()
        )

    def _turns_a_direction(self) -> bool:
        """``from A`` → ``to A``."""
        return any(
            {self._claim.tokens[at].preposition, self._source.tokens[i].preposition} in _CONTRARY_PREPOSITIONS
            for at, i in self._at.items()
        )

    def _is_spliced(self) -> bool:
        """Whether a subject was given what the passage says of another, in the same sentence or the next."""
        return any(
            j != i + 1 and (self._crosses_sentences(at, i, next_at, j) or self._crosses_clauses(i, j))
            for (at, i), (next_at, j) in pairwise(sorted(self._at.items()))
        )

    def _crosses_sentences(self, at: int, i: int, next_at: int, j: int) -> bool:
        return (
            self._source.tokens[i].sentence != self._source.tokens[j].sentence
            and not self._joins(at, next_at, j)
            and not self._refers_back(j)
        )

    def _crosses_clauses(self, i: int, j: int) -> bool:
        """``A stores b, but c stores d`` → ``A stores d``: the words around the joint, c with them, are left out.

        Lists have joints too, and what is left out there is no subject: in ``A uses b and a small c`` one word
        before the last, in ``red cells and white cells live`` one like the other, in ``A uses b, c and d to live``
        what has no predicate after it.
        """
        tokens = self._source.tokens
        if tokens[i].sentence != tokens[j].sentence or tokens[i].part == tokens[j].part:
            return False
        before = [k for k in self._source.said_in(tokens[j].part) if k < j]
        if not before:
            return False
        has_a_subject = any(token.is_said for token in tokens[before[0] + 1 : j + 1])
        if tokens[j].preposition == "to" and not has_a_subject:
            return False
        own = self._source.said_in(tokens[i].part)
        kept = [k for k in own if k <= i and k in self._used]
        if own and own[-1] > i:
            return has_a_subject or len(before) > 1 or len(kept) < 2
        return len(before) > 1 and len(kept) > 1 and tokens[before[-1]].key != tokens[i].key

    def _joins(self, at: int, next_at: int, j: int) -> bool:
        """Whether a clause ends between two words of the sentence, and the next keeps its own subject."""
        tokens, source = self._claim.tokens, self._source.tokens
        opens = j == 0 or source[j - 1].part != source[j].part
        own = self._claim.said_in(tokens[at].part)
        return opens and len(own) > 1 and tokens[at].part != tokens[next_at].part

    def _refers_back(self, j: int) -> bool:
        """Whether a sentence of the passage opens on a pronoun, or "this …", and its word at `j` follows at once."""
        sentence = self._source.tokens[j].sentence
        first = next(i for i, token in enumerate(self._source.tokens) if token.sentence == sentence)
        return first in self._source.pronouns and j <= first + 1


def _reaches(qualifier: Token, other: Token) -> bool:
    """Whether a qualifier and a word share a clause; "believed that …" reaches over the clause after it."""
    return other.part == qualifier.part if qualifier.role == "reversal" else other.clause == qualifier.clause
