import re
from pathlib import Path

import pytest

from corpus import Place
from rag.prompts import SYSTEM
from rag.tuning.quoting import Quoting, build_quotings, likest
from rag.types import Chunk
from tests.rag.tuning.material import write_material

MARKER = re.compile(r" \[(\d+)\]")


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_material(tmp_path_factory.mktemp("material"))


@pytest.fixture(scope="module")
def quotings(material: Path) -> list[Quoting]:
    return build_quotings(material, count=40)


def passages(quoting):
    """The numbered passages of a prompt."""
    asked = quoting.messages[-1].content.partition("\n\nQuestion: ")[0]
    return dict(re.findall(r"\[(\d+)\] (.*?)(?=\n\n\[|\Z)", asked, re.DOTALL))


def test_the_prompt_is_the_pipelines_own(quotings):
    assert {quoting.messages[0].content for quoting in quotings} == {SYSTEM}


def test_every_sentence_of_an_answer_stands_in_the_passage_that_it_cites(quotings):
    assert quotings
    for quoting in quotings:
        *sentences, rest = MARKER.split(quoting.answer)
        assert rest == ""
        for sentence, number in zip(sentences[::2], sentences[1::2], strict=True):
            assert sentence.strip() in " ".join(passages(quoting)[number].split())


def test_a_crowd_question_is_answered_by_the_whole_sentence(quotings):
    (crowd,) = (quoting for quoting in quotings if quoting.kind == "crowd")

    assert MARKER.sub("", crowd.answer) == "Oxygen was discovered by Carl Scheele in 1773."


def test_terms_meanings_gaps_and_exercises_are_asked(quotings):
    assert {quoting.kind for quoting in quotings} == {"crowd", "definition", "term", "cloze", "exercise"}


def test_the_same_material_and_seed_give_the_same_prompts(material, quotings):
    assert build_quotings(material, count=40) == quotings
    assert build_quotings(material, count=40, seed=8) != quotings


def test_the_likest_sentence_of_a_passage_shares_most_with_the_question():
    chunk = Chunk("doc", "Money", Place(), 0, 62, "Prices rise every year. Inflation makes money worth less too.")

    assert likest(chunk, "Why does inflation make money worth less?").text.startswith("Inflation makes")
