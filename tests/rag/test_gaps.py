import pytest

from rag.gaps import filled, has_gap, restates


@pytest.mark.parametrize(
    "question", ["A cell has ____ walls.", "__ is a gas.", "It is called [blank].", "A […] divides."]
)
def test_a_gap_is_seen(question):
    assert has_gap(question)


@pytest.mark.parametrize("question", ["What is snake_case?", "And then...", "a [0] b", ""])
def test_what_leaves_nothing_out_has_no_gap(question):
    assert not has_gap(question)


@pytest.mark.parametrize(
    ("question", "choice", "statement"),
    [
        ("Cells have ____.", "walls", "Cells have walls."),
        ("____ is to birds as ____ is to fish.", "air; water", "air is to birds as water is to fish."),
        ("____ is ____.", "same", "same is same."),
        ("Which stores energy?", "starch", "Which stores energy starch"),
        ("Cells have ____.", r"\1 walls", r"Cells have \1 walls."),
    ],
)
def test_a_choice_makes_a_statement_of_the_question(question, choice, statement):
    assert filled(question, choice) == statement


def test_what_says_the_same_in_the_same_order_restates():
    question = "Plants store energy as ____."

    same = restates(question, "Plants store energy as starch.")
    turned = restates(question, "Starch, as energy, is what plants store.")

    assert same == 1.0
    assert turned == 0.5
    assert restates(question, "Mitosis divides one nucleus.") == 0.0
    assert restates("____", "Starch.") == 0.0
