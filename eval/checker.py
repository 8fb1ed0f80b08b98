"""The support check measured: how often true sentences of a course pass it, and false ones.

``python -m eval.checker --course DIR [--sample N] [--seed S]`` needs no model and no questions: it
alters the course's own sentences (`eval.alterations`), has each proven by the passage that it was
taken from, and prints the share judged supported, weak and unsupported for every kind.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import read_course
from eval.alterations import FALSE, TRUE, Lexicon, Statement, lexicon
from rag import Chunk, Support
from rag.chunking import Chunking, split
from rag.citing import Citations
from rag.sentences import sentence_spans

ELSEWHERE = "from another section"
"""The kind of a true sentence held against a passage that it does not stand in."""

_LEVELS: tuple[Support, ...] = ("supported", "weak", "unsupported")


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence and the passage that it is held against; `source` is what it was made from."""

    kind: str
    sentence: str
    source: str
    passage: Chunk


@dataclass(frozen=True, slots=True)
class Judged:
    """A case and what the check said of it."""

    case: Case
    support: Support


def cases(chunks: Sequence[Chunk], language: str, sample: int, seed: int = 0) -> list[Case]:
    """At most `sample` cases of each kind, drawn from all passages."""
    rng = random.Random(seed)  # noqa: S311 - a draw that can be repeated, no secret
    stated = [(chunk, statement) for chunk in chunks for statement in _statements(chunk, language)]
    words = lexicon([statement.text for _, statement in stated])
    rng.shuffle(stated)
    drawn = [case for kind in {**TRUE, **FALSE} for case in _of_kind(kind, stated, words, sample, rng)]
    return drawn + [_elsewhere(*one, chunks, rng) for one in stated[:sample]]


def judge(drawn: Sequence[Case], language: str) -> list[Judged]:
    """Each case proven by the windows of its passage, as an answer's sentences are."""
    return [Judged(case, Citations([case.passage], language).prove(case.sentence).verdict.support) for case in drawn]


def table(judged: Sequence[Judged]) -> str:
    """One row for each kind: how many there were, and the share at each level."""
    rows = [f"| {'sentence':<24} | {'n':>4} | supported | weak | unsupported |", "|---|---|---|---|---|"]
    for kind in dict.fromkeys(one.case.kind for one in judged):
        levels = Counter(one.support for one in judged if one.case.kind == kind)
        shares = [levels[level] / levels.total() for level in _LEVELS]
        mark = "true: " if kind in TRUE else "false: "
        rows.append(f"| {mark + kind:<24} | {levels.total():>4} | " + " | ".join(f"{s:.3f}" for s in shares) + " |")
    return "\n".join(rows)


def _of_kind(
    kind: str, stated: Sequence[tuple[Chunk, Statement]], words: Lexicon, sample: int, rng: random.Random
) -> Iterator[Case]:
    alter = ({**TRUE, **FALSE})[kind]
    made = 0
    for chunk, statement in stated:
        altered = alter(statement, words, rng)
        if altered and (kind == "verbatim" or altered != statement.text):
            yield Case(kind, altered, statement.text, chunk)
            made += 1
        if made == sample:
            return


def _elsewhere(own: Chunk, statement: Statement, chunks: Sequence[Chunk], rng: random.Random) -> Case:
    others = [chunk for chunk in chunks if (chunk.doc_id, chunk.place) != (own.doc_id, own.place)]
    others = [chunk for chunk in others if statement.text not in chunk.text]
    return Case(ELSEWHERE, statement.text, statement.text, rng.choice(others))


def _statements(chunk: Chunk, language: str) -> Iterator[Statement]:
    """The whole sentences of a passage, 6 to 45 words long; captions, fragments and questions are none."""
    texts = [" ".join(chunk.text[start:end].split()) for start, end in sentence_spans(chunk.text, language)]
    heading = chunk.place.headings[-1] if chunk.place.headings else ""
    for text, following in zip(texts, [*texts[1:], ""], strict=True):
        if _is_statement(text):
            yield Statement(text, following if _is_statement(following) else "", heading)


def _is_statement(text: str) -> bool:
    return 6 <= len(text.split()) <= 45 and text.endswith(".") and text[0].isupper() and "Figure" not in text


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table of one course, and how long the check takes."""
    parser = argparse.ArgumentParser(prog="python -m eval.checker", description=__doc__.splitlines()[0])
    parser.add_argument("--course", type=Path, required=True, help="The folder of the course.")
    parser.add_argument("--sample", type=int, default=200, help="The most sentences of each kind.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", metavar="KIND", help="Print what was misjudged of this kind, or of all.")
    asked = parser.parse_args(arguments)
    course = read_course(asked.course)
    chunks = [chunk for file in course.read() for document in file.documents for chunk in split(document, Chunking())]
    drawn = cases(chunks, course.language, asked.sample, asked.seed)
    start = time.perf_counter()
    judged = judge(drawn, course.language)
    seconds = time.perf_counter() - start
    print(table(judged))  # noqa: T201 - the table is what the command is for
    print(f"\n{len(drawn)} sentences, {1000 * seconds / len(drawn):.2f} ms each against a whole passage.")  # noqa: T201
    for one in judged:
        if asked.show in (one.case.kind, "all") and (one.support == "supported") != (one.case.kind in TRUE):
            print(f"\n{one.case.kind}, {one.support}: {one.case.sentence}\n  from: {one.case.source}")  # noqa: T201


if __name__ == "__main__":
    main()
