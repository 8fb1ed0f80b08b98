import pytest

from rag.assistant import readable
from rag.choices import lettered, split_choices


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


@pytest.mark.parametrize(
    "question",
    [
        "Which gate erases?\ninput\n\nforget\noutput",  # a form, or Canvas
        "Which gate erases?\n\nGroup of answer choices\n\ninput\n\nforget\n\noutput\n",
        "Which gate erases?\r\nSelect one:\r\na.\r\ninput\r\nb.\r\nforget\r\nc.\r\noutput",  # Moodle
        "Read this first.\nWhich gate erases?\nA input\nB forget\nC output",
        "which gate erases\na input\nb forget\nc output",
        "The gate that erases is the ____ gate.\ninput\nforget\noutput",
        "Which gate erases? (A) input (B) forget (C) output",
    ],
)
def test_options_copied_from_a_quiz_are_seen_even_when_lines_are_evened_out(question):
    assert split_choices(readable(question))[1] == ("input", "forget", "output")
    assert split_choices(question)[1] == ("input", "forget", "output")


@pytest.mark.parametrize(
    "question",
    [
        "What is an LSTM?\nI need it for tomorrow.\nAn easy explanation will do.\nThanks!",
        "I have read about gates.\nThere are three of them.\nWhat do they do?",
        "What is an LSTM?\nHow does it forget?\nWhy?\nAnd when?",
        "An essay\nof four lines\nthat asks\nnothing",
    ],
)
def test_lines_that_are_no_options_are_left_alone(question):
    assert lettered(question) == question


def test_many_lines_take_no_time():
    assert split_choices("a x\n" * 50_000)[1] == ()
