"""Nothing that the evaluation asks or asks about was learnt from: hashes of questions, and of 16 words in a row."""

import json
from hashlib import blake2b

import pytest

from corpus import read_course
from rag.terms import words
from tests.conftest import COURSE, COURSE_SET, SHARED_DATA

MATERIAL = SHARED_DATA / "tutor-train"
EVALUATION = [SHARED_DATA / name for name in ("openstax-psychology", "openstax-microbiology", "squad2-dev")]
# Of 13 words in a row one is shared, a caption: "may lead to the development of a superinfection (credit: …)".
RUN = 16

pytestmark = pytest.mark.skipif(not MATERIAL.exists(), reason=f"There is no training material in {MATERIAL}.")


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def digest(tokens):
    return blake2b(" ".join(tokens).encode(), digest_size=8).digest()


def questions(paths):
    return {digest(words(row["question"])) for path in paths for row in rows(path)}


def runs(texts):
    """The hash of every 16 words in a row."""
    found = set()
    for text in texts:
        tokens = words(text)
        found.update(digest(tokens[at : at + RUN]) for at in range(len(tokens) - RUN + 1))
    return found


def texts(folders):
    return [row["text"] for folder in folders for row in rows(folder / "corpus.jsonl")]


def test_no_question_of_an_evaluation_set_was_learnt_from():
    learnt = questions([*MATERIAL.glob("*/questions.jsonl"), *MATERIAL.glob("*/exercises.jsonl")])
    asked = questions([*(folder / "questions.jsonl" for folder in EVALUATION), COURSE_SET])

    assert len(learnt) > 5_000
    assert learnt & asked == set()


def test_no_passage_of_an_evaluation_set_was_learnt_from():
    learnt = runs(texts(sorted(path.parent for path in MATERIAL.glob("*/corpus.jsonl"))))
    course = [document.text for read in read_course(COURSE).read() for document in read.documents]

    assert len(learnt) > 1_000_000
    assert learnt & runs([*texts(EVALUATION), *course]) == set()
