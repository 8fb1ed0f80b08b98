"""Text → terms: the stems that keyword search, evidence and the support check compare."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import Stemmer

from rag.invisible import visible

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*", re.UNICODE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_VOWEL = re.compile(r"[aeiouyà-öø-ÿ\d]")
_ALGORITHMS = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ru": "russian",
    "sv": "swedish",
}

# Words that carry the grammar of an English sentence or question, not its subject.
STOP_WORDS = frozenset(
    """
    a about above after again against all also am among an and any are as at be because been before being below
    between both but by can could did do does doing done down during each either else etc ever every few for from
    further get gets give given gives had has have having he hence her here hers herself him himself his how however
    i if in into is it its itself just let lets like made make makes many may me might more most much must my myself
    no nor not now of off on once one ones only onto or other others our ours ourselves out over own please rather
    same say says she should since so some such tell than that the their theirs them themselves then there therefore
    these they this those though through thus to too under until up upon us use used uses using very via was we well
    were what when where whether which while who whom whose why will with within without would yes yet you your
    yours yourself s t re ve ll d m isn't aren't wasn't weren't don't doesn't didn't can't cannot couldn't won't
    wouldn't shouldn't hasn't haven't hadn't it's that's there's what's who's let's i'm you're they're we're
    """.split()
)

# Words that say what kind of answer is wanted, not what it is about; "called ____" is how exercises ask.
_FRAMING = """
    again another answer answers briefly call called chapter compare comparison content contents course covered
    define defined definition describe described describes description detail detailed details difference
    differences differently discussed elaborate example examples explain explained explanation following follows
    give kind kinds known lesson list mean meaning means mention mentioned mentions name named names overview please
    question refer referred refers said say says section sections simpler simply sort stand stands summarise
    summarize summary takeaway takeaways talk talks tell thing things topic topics understand
    """.split()


def words(text: str) -> list[str]:
    """Lower-cased words and numbers in order, compatibility forms folded (``ﬁ`` → ``fi``)."""
    return _WORD.findall(unicodedata.normalize("NFKC", visible(text)).casefold().replace("’", "'"))


def terms(text: str, language: str = "en") -> list[str]:
    """Stems of the content words of `text`, in order, repeats kept.

    >>> terms("What are the gates of an LSTM?")
    ['gate', 'lstm']
    """
    return [stem(word, language) for word in words(text) if word not in STOP_WORDS]


def numbers(text: str) -> set[str]:
    """The numbers in `text` as written, thousands separators removed: ``{"1,000", "3.5"} → {"1000", "3.5"}``."""
    return {plain_number(number) for number in _NUMBER.findall(text)}


def plain_number(number: str) -> str:
    """One number without its thousands separators: ``"1,000"`` → ``"1000"``."""
    return re.sub(r",(?=\d{3}\b)", "", number)


@lru_cache(maxsize=100_000)
def stem(word: str, language: str = "en") -> str:
    """The Snowball stem of one lower-case word; the word itself in a language without a stemmer."""
    stemmer = _stemmer(language)
    bare = word.removesuffix("'s")
    # An acronym's plural, which Snowball leaves alone because it has no vowel: LSTMs → LSTM.
    if bare.endswith("s") and len(bare) > 2 and not _VOWEL.search(bare):
        bare = bare[:-1]
    return stemmer.stemWord(bare) if stemmer else bare


def is_framing(term: str, language: str = "en") -> bool:
    """Whether a stem only frames a question: "definition of …", "explain … simply", "… is called"."""
    return term in _framing(language)


@lru_cache
def _framing(language: str) -> frozenset[str]:
    return frozenset(stem(word, language) for word in _FRAMING)


@lru_cache
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    algorithm = _ALGORITHMS.get(language[:2].casefold())
    return Stemmer.Stemmer(algorithm) if algorithm else None


def overlap(wanted: Iterable[str], present: Iterable[str]) -> float:
    """The share of `wanted` found in `present`; 1.0 when nothing is wanted."""
    needed = set(wanted)
    return len(needed & set(present)) / len(needed) if needed else 1.0
