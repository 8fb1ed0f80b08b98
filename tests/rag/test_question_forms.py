import pytest

from rag.question_forms import asked_about, compared


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("where does the course talk about infrastructure?", "infrastructure"),
        ("Where in the course is transfer learning?", "transfer learning"),
        ("What does the course say about Computer Vision?", "Computer Vision"),
        ("what do the key takeaways say about rnns", "rnns"),
        ("In which chapter does the book mention mitosis?", "mitosis"),
        ("different types of inflammation", "inflammation"),
        ("Where does the course talk about it? (infrastructure)", "infrastructure"),
        ("where does the course say that (prediction)", "prediction"),
    ],
)
def test_what_only_points_at_the_course_is_taken_off(question, subject):
    assert asked_about(question) == subject


@pytest.mark.parametrize("question", ["What is an LSTM?", "blood type", "Type A behavior", "where do plants grow?"])
def test_other_questions_are_left_as_they_are(question):
    assert asked_about(question) == question


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("difference between supervised and unsupervised", ("supervised", "unsupervised")),
        ("What are the main differences between DNA and RNA?", ("DNA", "RNA")),
        ("Compare and contrast implicit and explicit memory.", ("implicit", "explicit memory")),
        ("computer vision compared to nlp", ("computer vision", "nlp")),
        ("How do CNNs differ from RNNs?", ("CNNs", "RNNs")),
        ("How are mitosis and meiosis different?", ("mitosis", "meiosis")),
        ("cnn vs. rnn", ("cnn", "rnn")),
    ],
)
def test_the_two_sides_of_a_comparison_are_told_apart(question, sides):
    assert compared(question) == sides


@pytest.mark.parametrize("question", ["What is an LSTM?", "Compare the gates.", "Is it red or blue?", "vs"])
def test_no_sides_where_nothing_is_compared(question):
    assert compared(question) is None


def test_other_languages_are_left_alone():
    assert asked_about("types of cells", "de") == "types of cells"
    assert compared("CNN vs RNN", "de") is None


def test_hostile_length_takes_no_time():
    assert compared("compare " + "a and " * 20_000) is None
    assert asked_about("where the course " * 20_000 + "x")
