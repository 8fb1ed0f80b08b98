"""Text → Claim: the words that decide what a text says, in order, each with what it does there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

from rag.invisible import visible
from rag.qualifiers import Kind, key_of, kind_of
from rag.terms import STOP_WORDS, stem

Role = Literal["content", "name", "number", "pronoun"] | Kind

_TOKEN = re.compile(
    r"(?P<number>(?:(?<![\w)\]])[-−])?(?<![\w.])\d+(?:[.,]\d+)*(?![\w]))|(?P<word>[^\W_]+(?:['’][^\W_]+)*)|"
    r"(?P<sign>[%$€£]|°\s?[CF]?)|(?P<stop>(?<!\b[A-Z])[.!?](?=[\"”’'\])]*(?:\s+[\"“‘(\[]*[^\Wa-z]|\s*$))"
    r"|\n\s*\n|\n(?=\s*(?:[-*•–]|\d+[.)])\s))|(?P<break>[,;:()\[\]—–])|(?P<dot>\.)"
)
_CLAUSE_WORDS = frozenset("but which who whom whose while whereas although though because when where than that".split())
_JOINTS = frozenset("and or but while whereas although though".split())
_PRONOUNS = frozenset("it its they their them he his him she her hers this these those such".split())
# Kept out of the stop words: to change one is to change the claim.
_POINTED = frozenset(
    "before after above below over under more less fewer up down off out same other others against until between "
    "during than".split()
)

_AUXILIARIES = frozenset("is are was were has have had do does did".split())
_PREPOSITIONS = frozenset("in on at of to from into onto with as for through via upon within since".split())
_ALWAYS_MAY_BE_ADDED = frozenset(
    stem(word)
    for word in "also additionally furthermore moreover overall specifically namely essentially basically include "
    "included includes called known refers utilize utilise employ during between than over up out".split()
)
_NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen twenty".split(),
        start=1,
    )
}
_UNITS = {
    stem(name): names.split()[0]
    for names in (
        "% percent", "year years", "month months", "week weeks", "day days", "hour hours h", "minute minutes min",
        "second seconds s", "hundred hundreds", "thousand thousands", "million millions", "billion billions",
        "trillion trillions", "mg milligram milligrams", "g gram grams", "kg kilogram kilograms",
        "mm millimeter millimeters millimetre", "cm centimeter centimeters centimetre", "m meter meters metre metres",
        "km kilometer kilometers kilometre", "nm nanometer nanometers", "μm um micrometer micrometers", "l liter litre",
        "ml milliliter", "mile miles", "foot feet ft", "inch inches", "pound pounds lb", "ton tons", "hz hertz",
        "°", "°c celsius", "°f fahrenheit", "degree degrees", "bit bits", "byte bytes", "fold", "times",
        "dollar dollars",
    )
    for name in names.split()
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A word that counts: what it is compared by, what it does, and where it stands.

    `sentence`, `clause` and `part` count from 0 through the text. Clauses are what a qualifier
    reaches over: they end at punctuation, "but", "which", …; parts are what can be joined or
    listed: they end at punctuation, "and", "or", … `preposition` is the one just before the word; `is_said`
    that "is", "has", "can", … stand there too, or are the word: what has a subject before it.
    """

    key: str
    role: Role
    sentence: int
    clause: int
    part: int
    preposition: str = ""
    is_said: bool = False

    @property
    def says_something(self) -> bool:
        """Whether it is part of what is claimed, not of how."""
        return self.role in ("content", "name", "number")

    @property
    def adds_nothing(self) -> bool:
        """Whether a sentence may have it though its passage has not: "also", "known as"."""
        return self.role == "content" and self.key in _ALWAYS_MAY_BE_ADDED


@dataclass(frozen=True)
class Claim:
    """The tokens of a text in order; pronouns apart, because they need no match."""

    tokens: tuple[Token, ...]
    pronouns: frozenset[int] = field(default=frozenset())
    """Positions before which a pronoun stands."""

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """What the tokens are compared by."""
        return tuple(token.key for token in self.tokens)

    @cached_property
    def said(self) -> frozenset[str]:
        """The keys of content words, names and numbers."""
        return frozenset(token.key for token in self.tokens if token.says_something)

    def said_in(self, part: int) -> list[int]:
        """Where the content words, names and numbers of a part stand."""
        return [at for at, token in enumerate(self.tokens) if token.part == part and token.says_something]

    def compounds(self, at: int) -> Iterator[tuple[str, str, int]]:
        """Modifier and head, and where the other is: ``information flow`` and ``flow of information`` alike."""
        for left, right in ((at - 1, at), (at, at + 1)):
            if left < 0 or right == len(self.tokens) or self.tokens[left].part != self.tokens[right].part:
                continue
            turned = self.tokens[right].preposition == "of"
            modifier, head = (right, left) if turned else (left, right)
            yield self.keys[modifier], self.keys[head], left + right - at


@lru_cache(maxsize=20_000)
def read_claim(text: str, language: str = "en") -> Claim:
    """The claim that a text makes.

    >>> [(token.key, token.role) for token in read_claim("LSTMs do not use 2 gates.").tokens]
    [('lstm', 'name'), ('not', 'negation'), ('2', 'number'), ('gate', 'content')]
    """
    reader = _Reader(language)
    return Claim(
        tuple(reader.read(unicodedata.normalize("NFKC", visible(text)).replace("’", "'"))), frozenset(reader.pronouns)
    )


class _Reader:
    """Walks through a text once, and knows at each word in which sentence and clause it stands."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._english = language.startswith("en")
        self._sentence = self._clause = self._part = 0
        self._preposition = ""
        self._is_said = False
        self._count = 0
        self.pronouns: set[int] = set()

    def read(self, text: str) -> Iterator[Token]:
        matches = list(_TOKEN.finditer(text))
        skip = -1
        for at, match in enumerate(matches):
            if at == skip or match["dot"]:
                continue
            if match["stop"] or match["break"]:
                self._end(bool(match["stop"]))
                continue
            number = match["number"] or (_NUMBER_WORDS.get(match.group().lower()) if self._english else None)
            if number:
                unit = self._unit(matches, at)
                skip = at + 1 if unit else -1
                yield self._token(f"{_digits(number)} {unit}".strip(), "number")
            elif match["word"]:
                yield from self._word(match["word"], _starts_sentence(text, match.start()))

    def _word(self, written: str, first: bool) -> Iterator[Token]:
        word = written.casefold()
        if self._english and word in _PRONOUNS:
            self.pronouns.add(self._count)
        if self._english:
            self._end_at(clause=word in _CLAUSE_WORDS, part=word in _JOINTS)
        kind = kind_of(word, self._language)
        if kind:
            yield from self._qualifier(word, kind)
        elif word in STOP_WORDS and (word not in _POINTED or not self._english):
            self._preposition = word if word in _PREPOSITIONS else self._preposition
            self._is_said |= self._english and word in _AUXILIARIES
        else:
            key = word if word in _POINTED else stem(word, self._language)
            yield self._token(key, "name" if _is_name(written, first) else "content")

    def _qualifier(self, word: str, kind: Kind) -> Iterator[Token]:
        if word in ("cannot", "can't", "couldn't"):
            yield self._token("could" if word.startswith("could") else "can", "hedge")
        yield self._token(key_of(word, kind), kind)

    def _unit(self, matches: list[re.Match[str]], at: int) -> str:
        """The unit after the number at `at`, or the currency before it; units are one with their number."""
        if at + 1 < len(matches) and not matches[at + 1]["break"]:
            following = matches[at + 1].group().casefold().replace(" ", "")
            if unit := _UNITS.get(following) or _UNITS.get(stem(following)):
                return unit
        return ""

    def _token(self, key: str, role: Role) -> Token:
        is_said = self._is_said or role == "hedge"
        token = Token(key, role, self._sentence, self._clause, self._part, self._preposition, is_said)
        self._preposition = ""
        self._is_said = role == "hedge"
        self._count += 1
        return token

    def _end(self, sentence: bool) -> None:
        self._sentence += sentence
        self._end_at(clause=True, part=True)

    def _end_at(self, clause: bool, part: bool) -> None:
        self._clause += clause
        self._part += part
        if clause or part:
            self._preposition = ""
            self._is_said = False


def _digits(number: str) -> str:
    return re.sub(r",(?=\d{3}\b)", "", number.replace("−", "-"))


def _starts_sentence(text: str, at: int) -> bool:
    before = text[:at].rstrip(" \"'“‘([")
    return not before or before[-1] in ".!?:\n"


def _is_name(written: str, first: bool) -> bool:
    """A capital past the first word, several capitals, or digits."""
    capitals = sum(map(str.isupper, written))
    return any(map(str.isdigit, written)) or capitals > 1 or (capitals > 0 and not first)
