from dataclasses import replace

import pytest

from eval.cache import AnswerCache, AnswerSource
from eval.questions import Question, Span
from rag import Message

SOURCE = AnswerSource("i1", "m", "p", {"temperature": 0.0})
QUESTION = Question("a", "Why?")


@pytest.fixture
def cache(tmp_path):
    cache = AnswerCache(tmp_path / "answers")
    cache.put(SOURCE, QUESTION, {"text": "So."})
    return cache


def test_an_answer_is_found_again_by_all_that_decides_it(cache):
    assert cache.get(SOURCE, QUESTION) == {"text": "So."}
    assert cache.get(SOURCE, replace(QUESTION, id="other", answers=("x",))) == {"text": "So."}


@pytest.mark.parametrize(
    "source",
    [
        replace(SOURCE, index_version="i2"),
        replace(SOURCE, model_sha256="n"),
        replace(SOURCE, prompt_sha256="q"),
        replace(SOURCE, parameters={"temperature": 0.5}),
        replace(SOURCE, code_sha256="c"),
    ],
)
def test_another_source_has_another_answer(cache, source):
    assert cache.get(source, QUESTION) is None


def test_another_question_history_or_passage_has_another_answer(cache):
    assert cache.get(SOURCE, replace(QUESTION, text="Who?")) is None
    assert cache.get(SOURCE, replace(QUESTION, history=(Message("user", "Hello."),))) is None
    assert cache.get(SOURCE, QUESTION, [Span("d", 0, 5)]) is None


def test_a_file_cut_off_is_no_answer(cache, tmp_path):
    [path] = (tmp_path / "answers").rglob("*.json")
    path.write_text('{"text": "S')

    assert cache.get(SOURCE, QUESTION) is None
