"""Words that change what a sentence claims: negations, hedges, absolutes, conditions; and opposites.

Worded for English, negations for every language that has a stemmer here. In other languages all
words count as content, so that what is not the passage's own wording is not supported.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.terms import stem

Kind = Literal["negation", "hedge", "amount", "absolute", "condition", "reversal", "cause", "agent"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Whether a sentence stays supported that has such a word more, or less, than its passage."""

    may_be_added: bool
    may_be_dropped: bool


RULES: dict[Kind, Rule] = {
    "negation": Rule(may_be_added=False, may_be_dropped=False),
    # "may", "some": what is said without them says more than what was said with them.
    "hedge": Rule(may_be_added=True, may_be_dropped=False),
    "amount": Rule(may_be_added=False, may_be_dropped=False),
    # "all", "must": the other way round.
    "absolute": Rule(may_be_added=False, may_be_dropped=True),
    "condition": Rule(may_be_added=False, may_be_dropped=False),
    # "fails to", "once believed that": what follows is not what is claimed.
    "reversal": Rule(may_be_added=False, may_be_dropped=False),
    "cause": Rule(may_be_added=False, may_be_dropped=True),
    # "caused by": with it, who acts and who is acted on change places.
    "agent": Rule(may_be_added=False, may_be_dropped=True),
}

_ENGLISH: dict[Kind, str] = {
    "negation": "no not never neither nor none nobody nothing nowhere cannot without hardly barely scarcely",
    "hedge": "may might can could should would some sometimes often usually generally typically commonly frequently "
    "possibly perhaps probably likely potentially largely mainly mostly partly nearly almost",
    "amount": "few little rarely seldom occasionally most half least",
    "absolute": "all every each both must only always any entirely completely totally exactly necessarily definitely "
    "certainly many several much will shall",
    "condition": "if unless except whether provided according assuming",
    "reversal": "fail failed fails failing lack lacks lacked lacking absence absent prevent prevents prevented "
    "preventing prevention avoid avoids avoided refuse refused deny denied denies impossible unlikely unable false "
    "myth misconception believed believe believes thought assumed supposed alleged claimed claim claims argued argue "
    "argues hypothesized hypothesised hypothesis proposed suggested suggests suggest speculated instead stop stopped "
    "reject rejected rejects doubt doubted doubts",
    "cause": "because therefore thus hence thereby so consequently",
    "agent": "by",
}
_NEGATIONS = {
    "da": "ikke ingen intet aldrig uden",
    "de": "nicht kein keine keinen keinem keiner keines nie niemals ohne weder nichts",
    "es": "no nunca jamás ningún ninguna ninguno sin nada tampoco",
    "fi": "ei eivät en emme et ette ilman eikä",
    "fr": "ne pas jamais aucun aucune sans ni rien",
    "it": "non mai nessun nessuno nessuna senza né nulla niente",
    "nl": "niet geen nooit zonder noch niets",
    "no": "ikke ingen intet aldri uten",
    "pt": "não nunca jamais nenhum nenhuma sem nada nem",
    "ru": "не нет никогда без ни",
    "sv": "inte ingen inget inga aldrig utan",
}
_BY_WORD: dict[str, Kind] = {word: kind for kind, listed in _ENGLISH.items() for word in listed.split()}

# One key for all plain negations: "are not", "have no" and "without" say the same of what follows.
_PLAIN_NEGATION = "not"
_STRONG_NEGATION = "never"

_OPPOSITES = """
    increase decrease, increase reduce, rise fall, more less, more fewer, before after, above below, over under,
    high low, large small, big small, first last, positive negative, inside outside, internal external,
    with without, early late, earlier later, gain loss, strong weak, similar different, same different, old young,
    long short, active passive, better worse, best worst, up down, success failure, benefit harm, true false,
    begin end, start stop, open close, cause prevent, allow prevent, activate inhibit, promote inhibit,
    stimulate inhibit, major minor, maximum minimum, all some, all none, always never, always sometimes, must may,
    most few, many few, slow fast, hot cold, wide narrow, deep shallow, simple complex, easy hard, easy difficult,
    safe dangerous, on off, left right, north south, east west, male female, parent child, possible impossible,
    able unable, likely unlikely, public private, support oppose, accept reject, include exclude, attract repel,
    expand contract, input output, encode decode, past future, add remove, larger smaller, largest smallest,
    bigger smaller, biggest smallest, greater smaller, greater less, greatest least, higher lower, highest lowest,
    longer shorter, longest shortest, older younger, oldest youngest, oldest newest, faster slower, fastest slowest,
    stronger weaker, strongest weakest, richer poorer, richest poorest, rich poor, earliest latest, most least,
    most fewest, easier harder, upper lower, top bottom, domestic foreign, urban rural, ancient modern, common rare,
    buy sell, bought sold, import export, majority minority, victory defeat, win lose, won lost, gained lost,
    join leave, create destroy, build destroy, built destroyed, war peace, even odd, wet dry, light dark, thick thin,
    full empty, employer employee, predator prey, man woman, men women, boy girl, husband wife, mother father,
    son daughter, brother sister, direct indirect, dependent independent, complete incomplete, correct incorrect,
    accurate inaccurate, visible invisible, regular irregular, legal illegal, moral immoral, mature immature,
    organic inorganic, finite infinite, sensitive insensitive, agree disagree, appear disappear, formal informal,
    advantage disadvantage, voluntary involuntary, adequate inadequate, effective ineffective, consistent inconsistent,
    sufficient insufficient, animate inanimate, aerobic anaerobic, typical atypical, sexual asexual,
    symptomatic asymptomatic
"""

# Of each line one excludes the others; "|" parts words for the same.
_ALTERNATIVES = """
    first second third fourth fifth sixth seventh eighth ninth tenth
    primary secondary tertiary
    north|northern south|southern east|eastern west|western northeast northwest southeast southwest
    thousand|thousands million|millions billion|billions trillion|trillions
    january february march april june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday
    spring summer autumn|fall winter
    undergraduate|undergraduates graduate|graduates
"""


_SURE_PREFIXES = ("un", "non")
_PREFIXES = (*_SURE_PREFIXES, "in", "im", "ir", "dis", "anti")


def kind_of(word: str, language: str = "en") -> Kind | None:
    """What a lower-case word does to a claim; None for words that only add to what it says.

    >>> kind_of("may"), kind_of("not"), kind_of("cell")
    ('hedge', 'negation', None)
    """
    if language.startswith("en"):
        return "negation" if word.endswith("n't") else _BY_WORD.get(word)
    return "negation" if word in _negations(language[:2].casefold()) else None


def key_of(word: str, kind: Kind) -> str:
    """What a qualifier is compared by: all plain negations are one, every other word is itself."""
    if kind == "negation":
        return _STRONG_NEGATION if word == _STRONG_NEGATION else _PLAIN_NEGATION
    return word


def are_opposites(one: str, other: str, language: str = "en") -> bool:
    """Whether two keys may say the contrary of one another: a listed pair, or one is the other with un-, in-, non-…

    >>> are_opposites("increas", "decreas"), are_opposites("impossible", "possibl"), are_opposites("may", "can")
    (True, True, False)
    >>> are_opposites("first", "third"), are_opposites("north", "northern")
    (True, False)
    """
    if other in opposites_of(one, language):
        return True
    short, long = sorted((one, other), key=len)
    return len(short) > 2 and any(long == prefix + short for prefix in _PREFIXES)


@lru_cache(maxsize=10_000)
def opposites_of(key: str, language: str = "en") -> frozenset[str]:
    """The keys that surely say the contrary: "inform" is not the contrary of "form", as "unlabel" is of "label"."""
    if not language.startswith("en"):
        return frozenset()
    bare = {key.removeprefix(prefix) for prefix in _SURE_PREFIXES} - {key}
    affixed = {*(prefix + key for prefix in _SURE_PREFIXES), *bare} if len(key) > 2 else set()
    return frozenset({*_opposites().get(key, ()), *(word for word in affixed if len(word) > 2)})


@lru_cache
def _negations(language: str) -> frozenset[str]:
    return frozenset(_NEGATIONS.get(language, "").split())


@lru_cache
def _opposites() -> dict[str, set[str]]:
    """Each listed word and its stem, for content words are compared by stems and qualifiers by themselves."""
    found: dict[str, set[str]] = {}
    for sides in _listed():
        for place, side in enumerate(sides):
            rest = {key for other in sides[:place] + sides[place + 1 :] for key in _keys(other)}
            for key in _keys(side):
                found.setdefault(key, set()).update(rest)
    return found


def _listed() -> Iterator[list[str]]:
    yield from (pair.split() for pair in _OPPOSITES.split(","))
    yield from (line.split() for line in _ALTERNATIVES.strip().splitlines())


def _keys(side: str) -> set[str]:
    return {key for word in side.split("|") for key in (word, stem(word))}
