"""Alterations: a course's own sentence made shorter but still true, or changed in one thing and now false.

Made by rules from the words alone, the same way every time for a seed. A rule that does not fit a
sentence makes nothing of it. The word lists are this module's own: the support check is measured
with them, and must not have learnt from them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rag.terms import STOP_WORDS


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a course, the one after it in its section ("" at the end), and the heading above both."""

    text: str
    following: str
    heading: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What false sentences of a course borrow from it: its names, and its nouns in lower case."""

    names: tuple[str, ...]
    nouns: tuple[str, ...]


Alteration = Callable[[Statement, Lexicon, random.Random], str | None]

_LEADING = re.compile(
    r"(?:in|at|during|for example|for instance|however|therefore|thus|moreover|furthermore|additionally|similarly|"
    r"finally|today|also|by contrast|as a result|in addition|in fact|consequently|through|throughout|with)\b"
    r"(?:\s+[^\s,;:]+){0,7},\s+(?=\w)",
    re.IGNORECASE,
)
_PARENTHESIS = re.compile(r"\s*\([^()]{3,}\)")
_RELATIVE_TAIL = re.compile(r",\s+(?:which|who|where|including|such as|and|as well as)\s[^,;:]{8,}\.$")
_PRONOUN = re.compile(r"^(?P<pronoun>It|They)\b(?=\s)")
_GENERIC_HEADING = re.compile(
    r"^(?:introduction|summary|overview|conclusion|background|key |review|learning|figure|part|what|how|why|the )",
    re.IGNORECASE,
)
_FRONTED = re.compile(r"^(?P<phrase>(?:In|At|During|By|Since|After) [^,;:.]{2,40}), (?P<rest>[^,;:]+)\.$")


def verbatim(statement: Statement, _lexicon: Lexicon, _rng: random.Random) -> str | None:
    """The sentence as it stands."""
    return statement.text


def without_leading_phrase(statement: Statement, _lexicon: Lexicon, _rng: random.Random) -> str | None:
    """``In 1996, HIPAA was signed.`` → ``HIPAA was signed.``; never a condition."""
    match = _LEADING.match(statement.text)
    rest = statement.text[match.end() :] if match else ""
    return _capital(rest) if len(rest.split()) >= 5 else None


def without_parenthesis(statement: Statement, _lexicon: Lexicon, _rng: random.Random) -> str | None:
    """Whatever stands in round brackets left out."""
    shorter = _PARENTHESIS.sub("", statement.text)
    return shorter if shorter != statement.text else None


def without_tail(statement: Statement, _lexicon: Lexicon, _rng: random.Random) -> str | None:
    """``A, which is B.`` → ``A.``: the last relative clause, example or conjunct left out."""
    match = _RELATIVE_TAIL.search(statement.text)
    kept = statement.text[: match.start()] if match else ""
    return f"{kept}." if match and len(kept.split()) >= 6 and "," not in kept else None


def joined(statement: Statement, _lexicon: Lexicon, _rng: random.Random) -> str | None:
    """The sentence and its neighbour in one: ``A, and b.``"""
    first = statement.following.split(" ", 1)[0]
    if not statement.following or len(statement.text + statement.following) > 300 or not statement.text.endswith("."):
        return None
    lower = first.lower() in STOP_WORDS or first.endswith("ly,")
    following = statement.following[0].lower() + statement.following[1:] if lower else statement.following
    return f"{statement.text[:-1]}, and {following}"


def with_subject(statement: Statement, _lexicon: Lexicon, _rng: random.Random) -> str | None:
    """The opening "It" or "They" replaced by the heading, where that can be a subject."""
    match = _PRONOUN.match(statement.text)
    heading = statement.heading
    if not match or not 1 <= len(heading.split()) <= 4 or _GENERIC_HEADING.match(heading) or not heading.isascii():
        return None
    if (match["pronoun"] == "They") != heading.endswith("s"):
        return None
    return heading + statement.text[match.end() :]


def phrase_moved(statement: Statement, _lexicon: Lexicon, _rng: random.Random) -> str | None:
    """``In 1996, HIPAA was signed.`` → ``HIPAA was signed in 1996.``"""
    match = _FRONTED.match(statement.text)
    if not match or len(match["rest"].split()) < 4:
        return None
    return f"{_capital(match['rest'])} {match['phrase'][0].lower()}{match['phrase'][1:]}."


TRUE: Mapping[str, Alteration] = {
    "verbatim": verbatim,
    "leading phrase dropped": without_leading_phrase,
    "parenthesis dropped": without_parenthesis,
    "tail dropped": without_tail,
    "two neighbours joined": joined,
    "pronoun → heading": with_subject,
    "phrase moved": phrase_moved,
}
"""What leaves a sentence true, by its name in the table."""

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])")
_NUMBER_WORDS = "two three four five six seven eight nine ten".split()
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_NUMBER_WORDS)})\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")
_AUXILIARY = re.compile(r"\b(is|are|was|were|can|could|will|may|might|should|must|has been|have been)\b(?! not\b)")
_NEGATED = re.compile(
    r"\b(?P<auxiliary>is|are|was|were|can|could|will|may|might|should|must|do|does|did|has|have|had)"
    r"(?P<negation> not|n['’]t)\b|(?P<cannot>cannot)|\b(?P<bare>never|no)\b "
)
_VERB = re.compile(
    r" (causes?|caused|leads? to|led to|results? in|resulted in|increases?|reduces?|affects?|produces?|influences?|"
    r"controls?|contains?|requires?|includes?|precedes?|activates?|inhibits?|provides?|supports?|follows?|creates?|"
    r"prevents?|replaces?|depends? on|is called|is part of|are part of|is larger than|consists? of|because) "
)
_SUBJECT = r"(?:(?:the|a|an|many|most|some|these) )?(?!it\b|they\b|this\b|he\b|she\b)[\w-]+(?: [\w-]+){0,2}?"
_FINITE = r"(?:is|are|was|were|has|have|had|can|may|will|do|does|did)"
_TWO_CLAUSES = re.compile(
    rf"(?P<subject>{_SUBJECT}) {_FINITE} (?:[^,;:.()]{{8,}})(?:;|,? (?:and|but|while|whereas)) "
    rf"(?P<other>{_SUBJECT}) (?P<predicate>{_FINITE} [^,;:.()]{{6,}})\.$",
    re.IGNORECASE,
)
_CLAUSE_BREAK = re.compile(r"[,;:()—]|\b(?:that|which|who|when|if|while|although|but|whereas)\b")
_UNIT = re.compile(
    r"(?<=\d)(?P<space> ?)(?P<unit>%|percent|years?|months?|days?|hours?|minutes?|seconds?|million|billion|mg|g|kg|"
    r"mm|cm|m|km|nm|μm|µm|°C|miles?|feet|inches|pounds)\b|(?<=\d)(?P<percent>%)"
)
_OTHER_UNIT = {
    "%": "million", "percent": "million", "year": "month", "month": "year", "day": "week", "hour": "day",
    "minute": "hour", "second": "minute", "million": "billion", "billion": "million", "mg": "kg", "g": "mg",
    "kg": "g", "mm": "cm", "cm": "mm", "m": "km", "km": "m", "nm": "μm", "μm": "mm", "µm": "mm", "°C": "°F",
    "mile": "meter", "feet": "meters", "inches": "feet", "pound": "ton",
}  # fmt: skip
_QUANTIFIERS = {
    "all": "some", "some": "all", "most": "few", "many": "no", "few": "many", "every": "no", "each": "neither",
    "always": "sometimes", "sometimes": "always", "often": "rarely", "usually": "seldom", "rarely": "often",
    "only": "not only", "both": "neither of", "several": "all", "generally": "never", "typically": "rarely",
}  # fmt: skip
_MODALS = {"may": "must", "might": "must", "must": "may", "can": "must", "should": "might", "could": "must"}
_OPPOSITES = {
    "increase": "decrease", "increases": "decreases", "increased": "decreased", "increasing": "decreasing",
    "decrease": "increase", "decreases": "increases", "decreased": "increased", "more": "less", "less": "more",
    "before": "after", "after": "before", "high": "low", "low": "high", "higher": "lower", "lower": "higher",
    "larger": "smaller", "smaller": "larger", "large": "small", "small": "large", "first": "last",
    "positive": "negative", "negative": "positive", "above": "below", "below": "above", "inside": "outside",
    "internal": "external", "external": "internal", "with": "without", "without": "with", "early": "late",
    "into": "out of", "gain": "loss", "strong": "weak", "weak": "strong", "similar": "unrelated", "same": "opposite",
    "old": "young", "long": "short", "short": "long", "active": "passive", "better": "worse", "best": "worst",
    "from": "to", "up": "down", "success": "failure", "benefits": "harms", "true": "false",
}  # fmt: skip


def number_changed(statement: Statement, _lexicon: Lexicon, rng: random.Random) -> str | None:
    """One number, in digits or as a word, replaced by one near it."""
    found = [*_NUMBER.finditer(statement.text), *_NUMBER_WORD.finditer(statement.text)]
    if not found:
        return None
    match = rng.choice(found)
    if match.group() in _NUMBER_WORDS:
        return _put(statement.text, match, rng.choice([word for word in _NUMBER_WORDS if word != match.group()]))
    digits = match.group()
    at = rng.choice([i for i, digit in enumerate(digits) if digit.isdigit()])
    return _put(statement.text, match, digits[:at] + str((int(digits[at]) + rng.randint(1, 8)) % 10) + digits[at + 1 :])


def name_swapped(statement: Statement, lexicon: Lexicon, rng: random.Random) -> str | None:
    """One name replaced by another of the course; half of the time one of the neighbouring sentence, if it has any."""
    found = list(_NAME.finditer(statement.text))
    if not found:
        return None
    match = rng.choice(found)
    near = [name for name in _NAME.findall(statement.following) if name not in statement.text]
    others = near if near and rng.random() < 0.5 else [name for name in lexicon.names if name not in statement.text]
    return _put(statement.text, match, rng.choice(others)) if others else None


def noun_swapped(statement: Statement, lexicon: Lexicon, rng: random.Random) -> str | None:
    """One noun in lower case replaced by another of the course with the same ending."""
    found = [m for m in re.finditer(r"\b[a-z]{6,}\b", statement.text) if m.group() in lexicon.nouns]
    if not found:
        return None
    match = rng.choice(found)
    others = [n for n in lexicon.nouns if n[-2:] == match.group()[-2:] and n[:4] != match.group()[:4]]
    others = [noun for noun in others if noun not in statement.text]
    return _put(statement.text, match, rng.choice(others)) if others else None


def negation_added(statement: Statement, _lexicon: Lexicon, rng: random.Random) -> str | None:
    """A "not" or "never" after an auxiliary."""
    found = list(_AUXILIARY.finditer(statement.text))
    if not found:
        return None
    match = rng.choice(found)
    return _put(statement.text, match, f"{match.group()} {rng.choice(['not', 'not', 'never'])}")


def negation_removed(statement: Statement, _lexicon: Lexicon, rng: random.Random) -> str | None:
    """One "not", "n't", "never" or "no" left out."""
    found = list(_NEGATED.finditer(statement.text))
    if not found or re.search(r"\bnot (?:only|just|necessarily|all|always|every|yet)\b", statement.text):
        return None
    match = rng.choice(found)
    kept = match["auxiliary"] or ("can" if match["cannot"] else "")
    return _put(statement.text, match, kept)


def arguments_swapped(statement: Statement, _lexicon: Lexicon, rng: random.Random) -> str | None:
    """``A causes B.`` → ``B causes A.``: what stands before and after a verb, or a "because", changes places."""
    for match in rng.sample(verbs := list(_VERB.finditer(statement.text)), len(verbs)):
        before = _last_clause(statement.text[: match.start()])
        after = _CLAUSE_BREAK.split(statement.text[match.end() :].rstrip("."), maxsplit=1)[0].rstrip()
        if not (
            1 <= len(before.split()) <= 9
            and 1 <= len(after.split()) <= 12
            and _content(before) & _content(after) == set()
        ):
            continue
        if not _content(before) or not _content(after):
            continue
        start = match.start() - len(before)
        end = match.end() + len(after)
        swapped = f"{after}{match.group()}{before[0].lower() + before[1:]}"
        return _capital(statement.text[:start] + swapped + statement.text[end:])
    return None


def quantifier_flipped(statement: Statement, _lexicon: Lexicon, rng: random.Random) -> str | None:
    """All ↔ some, always ↔ sometimes, …"""
    return _replaced(statement.text, _QUANTIFIERS, rng)


def modality_flipped(statement: Statement, _lexicon: Lexicon, rng: random.Random) -> str | None:
    """May ↔ must, …"""
    return _replaced(statement.text, _MODALS, rng)


def hedge_dropped(statement: Statement, _lexicon: Lexicon, rng: random.Random) -> str | None:
    """``may cause`` → ``definitely cause``: what the course holds possible, made certain."""
    return _replaced(statement.text, {"may": "will", "might": "will", "can": "will always", "could": "will"}, rng)


def opposite(statement: Statement, _lexicon: Lexicon, rng: random.Random) -> str | None:
    """Increase ↔ decrease, more ↔ less, before ↔ after, …"""
    return _replaced(statement.text, _OPPOSITES, rng)


def clauses_spliced(statement: Statement, _lexicon: Lexicon, _rng: random.Random) -> str | None:
    """``A is b, but c is d.`` → ``A is d.``: the subject of one clause with what is said of the next one's."""
    match = _TWO_CLAUSES.match(statement.text)
    if not match or _content(match["subject"]) <= _content(match["other"]):
        return None
    return f"{match['subject']} {match['predicate']}."


def unit_changed(statement: Statement, _lexicon: Lexicon, rng: random.Random) -> str | None:
    """The unit after a number replaced by another of its kind."""
    found = list(_UNIT.finditer(statement.text))
    if not found:
        return None
    match = rng.choice(found)
    unit = match["unit"] or match["percent"]
    other = _OTHER_UNIT.get(unit) or _OTHER_UNIT.get(unit.rstrip("s"), "") + ("s" if unit.endswith("s") else "")
    return _put(statement.text, match, f" {other}")


def neighbours_spliced(statement: Statement, _lexicon: Lexicon, _rng: random.Random) -> str | None:
    """The subject of one sentence with what its neighbour says of another subject."""
    subject, verb = _subject(statement.text), _subject(statement.following)
    if not subject or not verb or _content(subject) & _content(verb):
        return None
    return subject + statement.following[len(verb) :]


FALSE: Mapping[str, Alteration] = {
    "number changed": number_changed,
    "unit changed": unit_changed,
    "name swapped": name_swapped,
    "noun swapped": noun_swapped,
    "negation added": negation_added,
    "negation removed": negation_removed,
    "arguments swapped": arguments_swapped,
    "quantifier flipped": quantifier_flipped,
    "modality flipped": modality_flipped,
    "hedge made certain": hedge_dropped,
    "opposite": opposite,
    "neighbours spliced": neighbours_spliced,
    "clauses spliced": clauses_spliced,
}
"""What makes a sentence false, by its name in the table."""


def lexicon(sentences: Sequence[str]) -> Lexicon:
    """The names and nouns of these sentences, each once, in order."""
    names = dict.fromkeys(name for sentence in sentences for name in _NAME.findall(sentence))
    determined = re.compile(r"\b(?:the|a|an|of|this|their|its) ([a-z]{6,})\b")
    nouns = dict.fromkeys(noun for sentence in sentences for noun in determined.findall(sentence))
    return Lexicon(tuple(names), tuple(noun for noun in nouns if noun not in STOP_WORDS))


def _subject(sentence: str) -> str:
    """Up to the first finite "is", "are", "has", … of a sentence that opens on its subject; else nothing."""
    match = re.match(r"(?P<subject>[A-Z][^,;:.]{2,50}?) (?:is|are|was|were|has|have|can|may|will|does|do)\b", sentence)
    if (
        not match
        or not _content(match["subject"])
        or re.match(
            r"(?:In|At|When|If|As|For|By|This|These|It|They|Its|Their|He|She|His|Her|Such|Those|Once|Because)\b",
            sentence,
        )
    ):
        return ""
    return match["subject"]


def _replaced(text: str, pairs: Mapping[str, str], rng: random.Random) -> str | None:
    found = [match for match in re.finditer(r"\b[A-Za-z]+\b", text) if match.group().lower() in pairs]
    if not found:
        return None
    match = rng.choice(found)
    other = pairs[match.group().lower()]
    return _put(text, match, other.capitalize() if match.group()[0].isupper() else other)


def _last_clause(text: str) -> str:
    return _CLAUSE_BREAK.split(text)[-1].lstrip()


def _content(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if word not in STOP_WORDS}


def _put(text: str, match: re.Match[str], new: str) -> str:
    return " ".join((text[: match.start()] + new + text[match.end() :]).split())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
