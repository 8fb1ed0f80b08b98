import pytest

from rag.choices import split_choices


@pytest.mark.parametrize(
    ("question", "stem", "choices"),
    [
        ("Which gate erases? A) input B) forget", "Which gate erases?", ["input", "forget"]),
        ("It is ____. a. red b. blue c. a) mix", "It is ____.", ["red", "blue", "a) mix"]),
        ("Pick: (A) one, (B) two", "Pick:", ["one", "two"]),
        ("Which?\nA) one\nB) two", "Which?", ["one", "two"]),
    ],
)
def test_options_are_told_from_the_question(question, stem, choices):
    found, options = split_choices(question)

    assert found == stem
    assert list(options) == choices


@pytest.mark.parametrize("question", ["What is an LSTM?", "Vitamin A) and K", "What is plan B) here?", "A) only one"])
def test_a_question_without_options_is_left_alone(question):
    assert split_choices(question) == (question, ())


@pytest.mark.parametrize("stem", ["Which is not a gate?", "All are gates except", "All but which are gates?"])
def test_no_option_is_offered_where_the_odd_one_out_is_wanted(stem):
    assert split_choices(f"{stem} A) input B) forget") == (stem, ())
