"""Answer measures: does the text say what the gold answers say?"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

from rag.terms import terms, words

MOST_WORDS = 60
"""A right short answer is at most this long: three sentences of twenty words."""

LONG_F1 = 0.35
"""Content F1 from which a long answer counts as right. Of the gold passages of openstax-psychology's
long questions the best single sentence reaches .33 and the best four together .50 (medians)."""

_SHARE = 0.8
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalised(text: str) -> list[str]:
    """SQuAD's answer normalisation: lower case, no punctuation, no articles, split at white space.

    Source: the official evaluation script of SQuAD v2.0 (Rajpurkar et al. 2018), `normalize_answer`.
    """
    return _ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split()


def exact_match(text: str, answers: Sequence[str]) -> float:
    """1.0 where the text equals any of the answers, both normalised (SQuAD v2.0 exact match)."""
    said = normalised(text)
    return max(float(said == normalised(answer)) for answer in answers)


def token_f1(text: str, answers: Sequence[str]) -> float:
    """The best F1 of the text's normalised tokens with those of an answer (SQuAD v2.0 F1)."""
    said = normalised(text)
    return max(_f1(said, normalised(answer)) for answer in answers)


def content_f1(text: str, answers: Sequence[str], language: str = "en") -> float:
    """The best F1 of stemmed content words, each counted as often as it occurs, stop words out.

    ROUGE-1 F (Lin 2004) with stemming and without stop words: of the offline measures the one that
    agreed best with people on RAGChecker's judged pairs (Pearson .60; ROUGE-L .52).
    """
    said = terms(text, language)
    return max(_f1(said, terms(answer, language)) for answer in answers)


def _f1(said: Sequence[str], gold: Sequence[str]) -> float:
    if not said or not gold:
        return float(list(said) == list(gold))  # as in SQuAD: no words at all match only no words at all
    shared = sum((Counter(said) & Counter(gold)).values())
    return 2 * shared / (len(said) + len(gold))


def contains(text: str, answers: Sequence[str], language: str = "en") -> float:
    """1.0 where the text holds an answer's content words, stemmed, in any order, else 0.0.

    The "accuracy" of work on open questions (Mallen et al. 2023, PopQA), with stems in place of the
    exact string. Of an answer of five content words or more one in five may be missing.
    """
    return max(float(_share(answer, text, language) >= _SHARE) for answer in answers)


def right_short(text: str, answers: Sequence[str], choices: Sequence[str] = (), language: str = "en") -> float:
    """1.0 where the text gives an answer in at most `MOST_WORDS` words and no other of the choices.

    Made for a tutor who answers in a sentence: exact match would fail "The adrenal gland secretes
    epinephrine." for "adrenal". Naming everything does not help: a text that also holds a wrong
    option is wrong, and so is one that goes on for longer than three short sentences.
    """
    wrong = [choice for choice in choices if not any(_share(choice, answer, language) == 1 for answer in answers)]
    hedged = any(_share(choice, text, language) == 1 for choice in wrong)
    return float(contains(text, answers, language) == 1 and len(text.split()) <= MOST_WORDS and not hedged)


def right_true_false(text: str, answers: Sequence[str]) -> float:
    """1.0 where the text says "true" (or correct, or begins with yes) or "false" as the gold does, and not both.

    A text that takes no side in such words is wrong.
    """
    said = words(text)
    denials = {"false", "incorrect", "untrue", "wrong"}
    negated = [said[i - 1] == "not" if i else False for i in range(len(said))]
    denies = any(
        word in denials or (word in {"true", "correct"} and no) for word, no in zip(said, negated, strict=True)
    )
    affirms = any(word in {"true", "correct"} and not no for word, no in zip(said, negated, strict=True))
    denies |= said[:1] == ["no"]
    affirms |= said[:1] == ["yes"]
    gold = any("true" in words(answer) for answer in answers)
    return float(affirms != denies and affirms == gold)


def right_long(text: str, answers: Sequence[str], language: str = "en") -> float:
    """1.0 where `content_f1` reaches `LONG_F1`, else 0.0."""
    return float(content_f1(text, answers, language) >= LONG_F1)


def truthfulness(answered: bool, right: bool) -> float:
    """+1.0 right, 0.0 refused, −1.0 wrong (CRAG, Yang et al. 2024, "truthfulness score"); for answerable questions."""
    if not answered:
        return 0.0
    return 1.0 if right else -1.0


def _share(answer: str, text: str, language: str) -> float:
    wanted, said = set(terms(answer, language)), set(terms(text, language))
    if not wanted:  # "both", "more": stop words only
        wanted, said = set(words(answer)), set(words(text))
    return len(wanted & said) / len(wanted) if wanted else 0.0
