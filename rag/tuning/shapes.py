"""Questions in the shapes that learners give them: lower case, bare key words, a slip of the finger."""

from __future__ import annotations

import random

from rag.terms import STOP_WORDS, words

_LOWER, _BARE, _TYPO = 0.70, 0.78, 0.90


def learner_shaped(question: str, rng: random.Random) -> str:
    """The question as it is, seven times of ten; else in lower case, as bare key words or with a typo."""
    draw = rng.random()
    if draw < _LOWER:
        return question
    if draw < _BARE:
        return question.lower().rstrip("?")
    if draw < _TYPO:
        return _key_words(question)
    return _mistyped(question, rng)


def asked_for(term: str, rng: random.Random) -> str:
    """A question for the meaning of a term."""
    return rng.choice(
        [
            f"What is {term}?",
            f"what is {term}",
            term,
            f"{term} definition",
            f"define {term}",
            f"What is meant by {term}?",
            f"What does {term} mean?",
            f"{term} meaning",
        ]
    )


def term_asked_for(meaning: str, rng: random.Random) -> str:
    """A question, or a gap to fill, for the term that has this meaning."""
    opening = meaning[0].upper() + meaning[1:]
    return rng.choice(
        [
            f"________ is {meaning}.",
            f"{opening} is called ________.",
            f"What is {meaning} called?",
            f"Which term means {meaning}?",
            f"What is the term for {meaning}?",
            f"{opening} is known as ________.",
        ]
    )


def compared_question(first: str, second: str, rng: random.Random) -> str:
    """A question for what sets two terms apart."""
    return rng.choice(
        [
            f"What is the difference between {first} and {second}?",
            f"How does {first} differ from {second}?",
            f"Compare {first} and {second}.",
            f"{first} vs {second}",
        ]
    )


def _key_words(question: str) -> str:
    kept = [word for word in words(question) if word not in STOP_WORDS]
    return " ".join(kept) if len(kept) >= 2 else question


def _mistyped(question: str, rng: random.Random) -> str:
    """Two neighbouring letters change places, where a letter was hit."""
    letters = list(question)
    at = rng.randrange(1, max(len(letters) - 2, 2))
    if letters[at].isalpha() and letters[at + 1 : at + 2] and letters[at + 1].isalpha():
        letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)
