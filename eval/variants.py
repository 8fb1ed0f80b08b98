"""Variants: the questions of a set as learners type them, made the same way every time.

Of one tutor's production questions 61 % are bare noun phrases, 29 % have a question mark, and three
in four are a second turn or later; question sets are written in whole sentences. A question that a
shape would rob of its sense has no variant of it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from eval.questions import Question
from rag import Message
from rag.terms import STOP_WORDS, terms

NOUN_PHRASE = "noun_phrase"
LOWER_CASE = "lower_case"
TYPO = "typo"
FOLLOW_UP = "follow_up"


def variants(questions: Sequence[Question], shape: str, seed: int = 0) -> list[Question]:
    """A variant in this shape of each original question that has one: same gold, id ``<id>~<shape>``.

    Raises `KeyError` for a shape that is not in `SHAPES`.
    """
    make = SHAPES[shape]
    made = (make(question, seed) for question in questions if not question.is_variant)
    return [
        replace(one, id=f"{one.id}~{shape}", shape=shape, source_id=one.id, line=0) for one in made if one is not None
    ]


def noun_phrase(question: Question, _seed: int) -> Question | None:
    """The stretch of the question with the most content words and no verb of asking: ``gates of an LSTM``.

    None for a question that negates, for one in a conversation (without its "it" it no longer says of what),
    for one that is unanswerable by a content word which would be lost, and where half of the content words would be.
    """
    if question.history:
        return None
    stem, _options = _parted(question.text)
    phrase = max((_trimmed(stretch) for stretch in _BREAK.split(stem)), key=lambda one: len(set(terms(one))))
    kept, wanted = len(set(terms(phrase))), len(set(terms(stem)))
    enough = kept == wanted if question.answerable is False else 2 * kept > wanted
    if _NEGATION.search(stem) or not kept or not enough or phrase == stem:
        return None
    return replace(question, text=phrase)


def lower_case(question: Question, _seed: int) -> Question | None:
    """The same words in lower case, without punctuation but for apostrophes, hyphens and decimal points."""
    lines = question.text.lower().split("\n")
    text = "\n".join(" ".join(_WORD.findall(line)) for line in lines)
    return replace(question, text=text) if text != question.text else None


def typo(question: Question, seed: int) -> Question | None:
    """Two neighbouring letters swapped, or one left out or doubled, in one of the three longest words.

    None where no word has five letters.
    """
    rng = random.Random(f"{seed}:{question.id}")  # noqa: S311 - a draw that can be repeated, no secret
    stem, options = _parted(question.text)
    found = [match for match in _LONG_WORD.finditer(stem) if match.group().lower() not in STOP_WORDS]
    if not found:
        return None
    word = rng.choice(sorted(found, key=lambda match: len(match.group()))[-3:])
    at = word.start() + rng.randrange(1, len(word.group()) - 1)
    pair = stem[at : at + 2]
    slips = [slip for slip in (pair[::-1], pair[0], pair[0] + pair) if slip != pair]
    return replace(question, text=stem[:at] + rng.choice(slips) + stem[at + 2 :] + options)


def follow_up(question: Question, _seed: int) -> Question | None:
    """The question with its topic replaced by "it", after a turn that names the topic.

    The topic is a name between an auxiliary and its verb ("did Nixon join") or what the question's
    last "of", "for" or "about" is followed by. None where there is neither, where it is no question,
    or where it has a history already.
    """
    stem, options = _parted(question.text)
    match = _NAME.search(stem) or _LAST_TOPIC.search(stem)
    if question.history or not stem.endswith("?") or match is None:
        return None
    text = stem[: match.start("topic")] + "it" + stem[match.end("topic") :]
    if not terms(text):
        return None
    turns = (
        Message("user", f"What does the course say about {match['topic']}?"),
        Message("assistant", f"The course has a passage on {match['topic']}."),
    )
    return replace(question, text=text + options, history=turns)


SHAPES: dict[str, Callable[[Question, int], Question | None]] = {
    NOUN_PHRASE: noun_phrase,
    LOWER_CASE: lower_case,
    TYPO: typo,
    FOLLOW_UP: follow_up,
}
"""Every shape by its name: takes a question and a seed."""

_BREAK = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how|(?:of )?the following|is|are|was|were|be|been|being|do|does|"
    r"did|has|have|had|can|could|will|would|should|may|might|must|that|because|if|explain|describe|discuss|compare|"
    r"contrast|define|list|name|called|known as|considered|described as|credited with|responsible for|refers? to|"
    r"includes?|involves?|used to|often|usually|commonly|frequently)\b|_{2,}|[.,;:?!()“”\"]",
    re.IGNORECASE,
)
_NEGATION = re.compile(r"\b(?:not|no|never|except|all but)\b|n['’]t\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_LONG_WORD = re.compile(r"[^\W\d_]{5,}")
_NAME = re.compile(r"\b(?:did|does|was|is|has|had)\s(?P<topic>[A-Z][\w-]*(?:\s[A-Z][\w-]*)*)(?=\s[a-z]{3})")
_TOPIC_WORD = r"(?!(?:and|or|to|by|in|on|at|of|for|that|which|with|from|as|is|are|was|were|be|being)\b)[^\W\d_][\w-]*"
_LAST_TOPIC = re.compile(
    r"(?<![A-Z])\b[a-z]+\s(?:of|for|about)\s"
    r"(?P<topic>(?:(?:the|a|an)\s)?(?!(?:the|a|an|it|its|his|her|their|this|these|those|what|whom)\b|\w+ing\b)"
    rf"{_TOPIC_WORD}(?:\s{_TOPIC_WORD}){{0,3}})(?=\?$)"
)


def _parted(text: str) -> tuple[str, str]:
    """The question itself and, behind it, the lines of its options."""
    first, line_break, rest = text.partition("\n")
    return first, line_break + rest


def _trimmed(stretch: str) -> str:
    tokens = stretch.split()
    while tokens and not terms(tokens[0]):
        tokens = tokens[1:]
    while tokens and not terms(tokens[-1]):
        tokens = tokens[:-1]
    return " ".join(tokens)
