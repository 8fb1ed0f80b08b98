import pytest
from rouge_score import rouge_scorer

from eval.metrics import answers
from rag.terms import terms


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("The Dogs!", ["dogs"]),
        ("an apple, a pear", ["apple", "pear"]),
        ("A.", []),
        ("10,000", ["10000"]),
        ("self-made  man", ["selfmade", "man"]),
        ("theory", ["theory"]),
    ],
)
def test_normalisation_is_that_of_the_squad_script(text, tokens):
    assert answers.normalised(text) == tokens


@pytest.mark.parametrize(
    ("text", "golds", "exact", "f1"),
    [
        ("The Normans", ["Normans"], 1.0, 1.0),
        ("in the 10th and 11th centuries", ["10th and 11th centuries"], 0.0, 8 / 9),  # 4 shared of 5 and 4
        ("France", ["Denmark", "France, Normandy"], 0.0, 2 / 3),  # the best of the golds
        ("cat cat dog", ["cat dog dog"], 0.0, 2 / 3),  # repeats count as often as on both sides
        ("Rollo", ["Harald"], 0.0, 0.0),
        ("", ["Rollo"], 0.0, 0.0),
        ("the", ["a"], 1.0, 1.0),  # nothing left of either: the script calls that equal
    ],
)
def test_exact_match_and_f1_are_those_of_the_squad_script(text, golds, exact, f1):
    assert answers.exact_match(text, golds) == exact
    assert answers.token_f1(text, golds) == pytest.approx(f1)


class ContentTerms:
    """rouge-score's idea of a tokenizer."""

    def tokenize(self, text):
        return terms(text)


@pytest.mark.parametrize(
    ("text", "gold"),
    [
        ("Mitochondria release the energy of glucose.", "Energy is released from glucose by the mitochondria."),
        ("Genes, genes and more genes are inherited.", "A gene is inherited; genes mutate."),
        ("Nothing in common here.", "Photosynthesis stores light."),
    ],
)
def test_content_f1_is_rouge_1_over_stemmed_content_words(text, gold):
    theirs = rouge_scorer.RougeScorer(["rouge1"], tokenizer=ContentTerms()).score(gold, text)["rouge1"].fmeasure

    assert answers.content_f1(text, [gold]) == pytest.approx(theirs)


@pytest.mark.parametrize(
    ("text", "golds", "right"),
    [
        ("The adrenal gland secretes epinephrine.", ["adrenal"], 1.0),
        ("Such a belief is one of several delusions.", ["a delusion"], 1.0),
        ("The pituitary gland does.", ["adrenal"], 0.0),
        ("Maslow proposed it.", ["Abraham Maslow"], 0.0),
        ("Both of them.", ["both"], 1.0),
        ("Neither.", ["both"], 0.0),
        ("It rises.", ["", "rise"], 1.0),
        (
            "Personality, inventory, multiphasic and of Minnesota.",
            ["Minnesota Multiphasic Personality Inventory (MMPI)"],
            1.0,
        ),
        (" ".join(["word"] * 59) + " adrenal", ["adrenal"], 1.0),
        (" ".join(["word"] * 60) + " adrenal", ["adrenal"], 0.0),
        ("", ["adrenal"], 0.0),
    ],
)
def test_a_short_answer_is_right_where_it_says_the_gold_and_is_short(text, golds, right):
    assert answers.right_short(text, golds) == right


def test_length_costs_only_being_right():
    text = "adrenal " * 100

    assert answers.contains(text, ["adrenal"]) == 1.0
    assert answers.right_short(text, ["adrenal"]) == 0.0


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("It is conjugation.", 1.0),
        ("It is conjugation or transduction.", 0.0),
        ("It is transduction.", 0.0),
    ],
)
def test_naming_several_choices_is_not_right(text, right):
    assert answers.right_short(text, ["conjugation"], ["conjugation", "transduction", "transposition"]) == right


def test_a_choice_that_is_part_of_the_right_one_is_no_hedge():
    assert answers.right_short("Positive reinforcement.", ["positive reinforcement"], ["reinforcement"]) == 1.0


@pytest.mark.parametrize(
    ("text", "gold", "right"),
    [
        ("This is false: it forms with three fatty acids.", "false", 1.0),
        ("False.", "true", 0.0),
        ("True.", "true", 1.0),
        ("That is not true.", "false", 1.0),
        ("That is not correct.", "true", 0.0),
        ("No, it forms with three fatty acids.", "false", 1.0),
        ("Yes, it does.", "true", 1.0),
        ("It may be true or false.", "true", 0.0),
        ("Three fatty acids join one glycerol.", "false", 0.0),
        ("", "false", 0.0),
    ],
)
def test_a_true_false_question_wants_one_side_taken(text, gold, right):
    assert answers.right_true_false(text, [gold]) == right


def test_a_long_answer_is_right_from_a_content_f1_on():
    gold = ["Continuous development is a cumulative process of gradual change."]

    assert answers.right_long("Continuous development is gradual and cumulative.", gold) == 1.0
    assert answers.right_long("Discontinuous development takes place in stages.", gold) == 0.0


def test_truthfulness_rewards_right_and_punishes_wrong_but_not_silence():
    assert answers.truthfulness(answered=True, right=True) == 1.0
    assert answers.truthfulness(answered=True, right=False) == -1.0
    assert answers.truthfulness(answered=False, right=False) == 0.0
