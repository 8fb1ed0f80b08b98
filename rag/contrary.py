"""Sentences that say the contrary of what is asked: "Which cells cannot act alone?" is not answered by cells that do.

Many near misses turn one word of a question that the text does answer: a negation, an antonym, a number (Rajpurkar et
al., 2018, "Know What You Don't Know", table 1). A sentence that has the same words unturned is as near as one can be,
and the wrong answer. Words are compared where they stand; what is told here is certain, and much is not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from rag.qualifiers import kind_of, opposites_of
from rag.question_forms import asks_what_is_not, asks_yes_or_no
from rag.terms import STOP_WORDS, numbers, plain_number, stem, words

_REACH: Final = 2
"""How many content words behind a negation it is taken to be about, and on either side of a word belong to it."""

_CONTRASTS: Final = frozenset(
    "except exception exceptions exclude excluded excludes excluding unlike whereas rather other refusal refusals "
    "refrain refraining only".split()
)
_CLAUSE_ENDS = re.compile(r"[.!?,;:]\s")
_AT_ONCE = re.compile(r"\bthe same time\b", re.IGNORECASE)

_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
_QUANTITY = re.compile(r"(?<![\d.,])(?P<number>\d+(?:[.,]\d+)*)\W+(?P<unit>[^\W\d_]{2,})")
_LABELLED = re.compile(r"\b(?P<noun>[^\W\d_]{3,})[ -](?P<label>[IVX]{1,4}|\d{1,3}|[A-Z])\b(?![.,]\d)")
_APPROXIMATE: Final = "about around roughly approximately nearly almost over under than least most".split()
_ABOUT = re.compile(rf"\b(?:up to|{'|'.join(_APPROXIMATE)})\W+$")


@dataclass(frozen=True, slots=True)
class Turned:
    """A word of a question, as its stem or a number, that a sentence has turned; `negated` by the question.

    Two where one is told apart by the other ("type i"); the empty word stands for all that the question says.
    """

    word: str
    negated: bool = False

    def stands_in(self, sentence: str, language: str = "en") -> bool:
        """Whether another sentence has the word as it is asked for."""
        said = words(sentence)
        present = {stem(word, language) for word in said} | numbers(sentence)
        return present.issuperset(self.word.split()) and (not self.negated or _turns(said, language))


def turned(question: str, sentence: str, language: str = "en") -> Turned | None:
    """The word of the question whose contrary a sentence says; None where it says no such thing.

    Of a question that is answered with yes or no the contrary is an answer ("no"), so there is none.

    >>> turned("Which cells can't act alone?", "White blood cells act alone.")
    Turned(word='act', negated=True)
    >>> turned("Which cells come last?", "Neutrophils are the first cells to come.")
    Turned(word='last', negated=False)
    >>> turned("Who wrote on it in 1973?", "Yamada wrote on it in 1962.")
    Turned(word='1973', negated=False)
    >>> turned("What mediates type I reactions?", "Type II reactions are mediated by IgG.")
    Turned(word='type i', negated=False)
    >>> turned("Are neutrophils the last cells to come?", "Neutrophils are the first cells to come.")
    """
    if asks_yes_or_no(question, language):
        return None
    question = _AT_ONCE.sub("at once", question)
    asked, said = words(question), words(sentence)
    found = chain(
        _affirmed(question, said, language),
        _opposed(asked, said, language),
        _of_another_year(question, sentence),
        _counted_otherwise(question.casefold(), sentence.casefold(), language),
        _labelled_otherwise(question, sentence, language),
    )
    return next(found, None)


def _affirmed(question: str, said: Sequence[str], language: str) -> Iterator[Turned]:
    """What the question negates, and the sentence has with nothing that turns it."""
    if _turns(said, language):
        return
    present = set(_content(said, language))
    for clause in map(words, _CLAUSE_ENDS.split(question)):
        for at, word in enumerate(clause):
            if kind_of(word, language) == "negation":
                behind = _content(clause[at + 1 :], language)[:_REACH]
                yield from (Turned(other, negated=True) for other in behind if other in present)
    if asks_what_is_not(question, language):
        yield Turned("", negated=True)


def _turns(said: Sequence[str], language: str) -> bool:
    """Whether anything in a sentence turns what it says; of what is not for the comparing of words to tell."""
    return any(word in _CONTRASTS or kind_of(word, language) in {"negation", "reversal"} for word in said)


def _opposed(asked: Sequence[str], said: Sequence[str], language: str) -> Iterator[Turned]:
    """Words whose opposite stands where the word would, next to the same words."""
    own, others = ([stem(word, language) for word in text] for text in (asked, said))
    for at, one in enumerate(own):
        if one not in others and (opposites := opposites_of(one, language).intersection(others).difference(own)):
            places = [place for place, other in enumerate(others) if other in opposites]
            around = _around(asked, at, language)
            if any(around & _around(said, place, language) for place in places):
                yield Turned(one)


def _around(text: Sequence[str], at: int, language: str) -> set[str]:
    before, behind = _content(text[:at], language), _content(text[at + 1 :], language)
    return {*before[-_REACH:], *behind[:_REACH]}


def _content(text: Sequence[str], language: str) -> list[str]:
    """The stems of the words that neither qualify nor only hold a sentence together."""
    return [stem(word, language) for word in text if word not in STOP_WORDS and not kind_of(word, language)]


def _of_another_year(question: str, sentence: str) -> Iterator[Turned]:
    asked, said = (dict.fromkeys(_YEAR.findall(text)) for text in (question, sentence))
    if asked and said and not asked.keys() & said.keys():
        yield from map(Turned, asked)


def _counted_otherwise(question: str, sentence: str, language: str) -> Iterator[Turned]:
    """Numbers of something of which the sentence has another number."""
    said = _quantities(sentence, language)
    there, units = set(said), set(said.values())
    yield from (
        Turned(number)
        for number, unit in _quantities(question, language).items()
        if number not in there and unit in units
    )


def _quantities(text: str, language: str) -> dict[str, str]:
    """Exact numbers, without years, each with the stem of the word behind it."""
    return {
        plain_number(match["number"]): stem(match["unit"], language)
        for match in _QUANTITY.finditer(text)
        if match["unit"] not in STOP_WORDS and not _YEAR.fullmatch(match["number"])
        if not _ABOUT.search(text, 0, match.start())
    }


def _labelled_otherwise(question: str, sentence: str, language: str) -> Iterator[Turned]:
    """What is told apart by a number or a letter behind it ("type I", "World War I"), where the sentence has others."""
    asked, said = _labels(question, language), _labels(sentence, language)
    for noun in asked.keys() & said.keys():
        if not asked[noun] & said[noun]:
            yield from (Turned(f"{noun} {label.casefold()}") for label in sorted(asked[noun]))


def _labels(text: str, language: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for match in _LABELLED.finditer(text):
        noun = match["noun"].casefold()
        if noun not in STOP_WORDS and noun not in _APPROXIMATE:
            found.setdefault(stem(noun, language), set()).add(match["label"])
    return found
