import random

import pytest

from eval.alterations import FALSE, TRUE, Lexicon, Statement, lexicon

LEXICON = Lexicon(("Jung", "Freud"), ("membrane", "membrain", "nucleus"))


def _altered(kind, text, following="", heading=""):
    return {**TRUE, **FALSE}[kind](Statement(text, following, heading), LEXICON, random.Random(0))


@pytest.mark.parametrize(
    ("kind", "text", "altered"),
    [
        ("verbatim", "Cells divide.", "Cells divide."),
        ("leading phrase dropped", "In 1996, the law was signed at last.", "The law was signed at last."),
        ("leading phrase dropped", "If it rains, the law is signed at last.", None),
        ("parenthesis dropped", "Cells (see Figure 2) divide.", "Cells divide."),
        ("tail dropped", "The law of 1996 was signed, which was late.", "The law of 1996 was signed."),
        ("phrase moved", "In 1996, the law was signed.", "The law was signed in 1996."),
        ("negation removed", "Cells do not divide.", "Cells do divide."),
        ("negation removed", "Cells cannot divide.", "Cells can divide."),
        ("arguments swapped", "Stress causes illness.", "Illness causes stress."),
        ("quantifier flipped", "All cells divide.", "Some cells divide."),
        ("modality flipped", "Cells may divide.", "Cells must divide."),
        ("hedge made certain", "Cells may divide.", "Cells will divide."),
        ("opposite", "Doses increase.", "Doses decrease."),
        ("unit changed", "It weighs 5 mg.", "It weighs 5 kg."),
        ("unit changed", "It took 3 years.", "It took 3 months."),
        ("name swapped", "It was Freud who came.", "It was Jung who came."),
        ("number changed", "Cells divide.", None),
        ("unit changed", "Cells divide.", None),
        ("negation added", "Cells divide.", None),
        ("neighbours spliced", "Cells divide.", None),
        ("clauses spliced", "Cats are small animals, but dogs can bark loudly.", "Cats can bark loudly."),
        ("clauses spliced", "Cats are small animals and they can bark.", None),
    ],
)
def test_alterations(kind, text, altered):
    assert _altered(kind, text) == altered


def test_alterations_with_a_neighbour_or_a_heading():
    assert _altered("two neighbours joined", "Cells divide.", "The nucleus goes first.") == (
        "Cells divide, and the nucleus goes first."
    )
    assert _altered("pronoun → heading", "They digest worn-out parts.", heading="Lysosomes") == (
        "Lysosomes digest worn-out parts."
    )
    assert _altered("pronoun → heading", "It digests worn-out parts.", heading="Lysosomes") is None
    assert _altered("neighbours spliced", "Cats are small.", "Dogs can bark.") == "Cats can bark."


@pytest.mark.parametrize("text", ["It has 5 gates.", "It has three gates."])
def test_a_changed_number_is_another_number(text):
    assert _altered("number changed", text) not in (text, None)


def test_negation_is_added_after_the_auxiliary():
    assert _altered("negation added", "Cells can divide.") in ("Cells can not divide.", "Cells can never divide.")


def test_a_noun_is_swapped_for_one_with_its_ending():
    words = lexicon(["See the membrane and the nucleus of Anna Freud.", "Then Carl Jung saw the thalamus."])

    swapped = FALSE["noun swapped"](Statement("The nucleus divides.", "", ""), words, random.Random(0))

    assert words == Lexicon(("Anna Freud", "Carl Jung"), ("membrane", "nucleus", "thalamus"))
    assert swapped == "The thalamus divides."
