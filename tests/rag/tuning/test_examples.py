from pathlib import Path

import pytest

from rag.tuning.examples import Example, build_examples, held_out
from tests.rag.tuning.material import write_material


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_material(tmp_path_factory.mktemp("material"))


@pytest.fixture(scope="module")
def examples(material: Path) -> list[Example]:
    return build_examples(material)


def of_kind(examples, kind):
    return [example for example in examples if example.kind == kind]


def answers(example):
    return [example.passage[start:end] for start, end in example.answer]


def test_a_crowd_question_is_answered_by_its_own_words(examples):
    assert [answers(example) for example in of_kind(examples, "crowd")] == [["Carl Scheele"]]


def test_a_near_miss_has_its_paragraph_and_no_answer(examples):
    (near_miss,) = of_kind(examples, "crowd near miss")

    assert "1773" in near_miss.passage
    assert near_miss.answer == ()


def test_a_term_and_its_meaning_are_asked_both_ways(examples):
    sentence = "A monopoly is a market with one seller, who sets the price alone."

    assert {answer for example in of_kind(examples, "definition") for answer in answers(example)} == {sentence}
    assert {answer for example in of_kind(examples, "term") for answer in answers(example)} == {"monopoly"}
    assert all("single seller" in example.question for example in of_kind(examples, "term"))


def test_a_cloze_asks_for_the_term_that_it_leaves_out(examples):
    clozes = of_kind(examples, "cloze")

    assert {answer for example in clozes for answer in answers(example)} == {"monopoly"}
    assert all("________" in example.question and "monopoly" not in example.question for example in clozes)


def test_an_exercise_is_answered_by_the_sentence_that_says_most_of_its_solution(examples):
    (exercise,) = of_kind(examples, "exercise")

    assert answers(exercise)[0].startswith("Inflation is a general rise")


def test_what_is_found_elsewhere_does_not_hold_the_answer(examples):
    elsewhere = [example for example in examples if example.kind.endswith("elsewhere")]

    assert all(example.answer == () for example in elsewhere)
    assert all("monopoly" not in example.passage.casefold() for example in elsewhere)


def test_the_same_material_and_seed_give_the_same_examples(material, examples):
    assert build_examples(material) == examples
    assert build_examples(material, seed=8) != examples


def test_every_seventh_article_is_held_out(material):
    assert held_out(material) == {"Oxygen"}
