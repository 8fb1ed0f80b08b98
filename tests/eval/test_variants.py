import pytest

from eval.questions import Question
from eval.variants import SHAPES, variants
from rag import Message


def variant(text, shape, seed=0, **keys):
    made = variants([Question("q", text, **{"answerable": True, **keys})], shape, seed)
    return made[0] if made else None


def test_a_variant_keeps_the_gold_and_says_where_it_is_from():
    [made] = variants([Question("q", "Who is Ada?", ("x",), True, ("d",), qtype="factoid", line=3)], "lower_case")

    assert made == Question(
        "q~lower_case", "who is ada", ("x",), True, ("d",), qtype="factoid", shape="lower_case", source_id="q"
    )


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("What are the gates of an LSTM?", "gates of an LSTM"),
        ("Compare and contrast the two types of amnesia.", "two types of amnesia"),
        ("The plasma membrane of a protist is called the ________.", "plasma membrane of a protist"),
        ("Which of the following is the largest organ?\nA) skin\nB) liver", "largest organ"),
        ("Which of the following is NOT a projective test?", None),  # a phrase cannot negate
        ("amnesia", None),  # is one already
        ("Why is it?", None),  # holds none
    ],
)
def test_a_noun_phrase_is_what_the_question_is_about(text, phrase):
    made = variant(text, "noun_phrase")

    assert (made.text if made else None) == phrase


def test_an_unanswerable_question_keeps_every_content_word_or_has_no_phrase():
    assert variant("What was the ultimate development of the engine?", "noun_phrase", answerable=False).text == (
        "ultimate development of the engine"
    )
    assert variant("Who built the engine, and did Watt see it?", "noun_phrase", answerable=False) is None


@pytest.mark.parametrize(
    ("text", "lower"),
    [
        ("What’s an X-ray, in 1.5 T?", "what’s an x-ray in 1.5 t"),
        ("Pick one.\nA) Skin\nB) Liver", "pick one\na skin\nb liver"),
        ("already so", None),
    ],
)
def test_lower_case_has_no_punctuation(text, lower):
    made = variant(text, "lower_case")

    assert (made.text if made else None) == lower


@pytest.mark.parametrize("seed", range(20))
def test_a_typo_changes_one_long_word_by_one_slip(seed):
    text = "Where does photosynthesis take place in chloroplasts?\nA) photosynthesis"

    made = variant(text, "typo", seed).text

    before, after = text.split("\n", maxsplit=1)[0].split(), made.split("\n")[0].split()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert made.endswith("\nA) photosynthesis")
    assert len(changed) == 1
    assert changed[0][0] in {"Where", "photosynthesis", "place", "chloroplasts?"}
    assert abs(len(changed[0][0]) - len(changed[0][1])) <= 1
    assert variant(text, "typo", seed).text == made


def test_short_words_get_no_typo():
    assert variant("Who is he?", "typo") is None


@pytest.mark.parametrize(
    ("text", "left", "topic"),
    [
        ("What are the gates of an LSTM?", "What are the gates of it?", "an LSTM"),
        ("When did Newcomen add a valve?", "When did it add a valve?", "Newcomen"),
        ("Which is a type of tissue?\nA) bone of cells", "Which is a type of it?\nA) bone of cells", "tissue"),
        ("What is the Court of Justice?", None, None),  # part of a name
        ("The gates of an LSTM.", None, None),  # no question
        ("What is the sum of its parts?", None, None),
        ("What is it made of?", None, None),
    ],
)
def test_a_follow_up_replaces_the_topic_and_a_turn_before_names_it(text, left, topic):
    made = variant(text, "follow_up")

    assert (made.text if made else None) == left
    if made:
        assert made.history[0] == Message("user", f"What does the course say about {topic}?")
        assert [turn.role for turn in made.history] == ["user", "assistant"]


def test_a_question_of_a_conversation_has_no_noun_phrase():
    said = (Message("user", "What is an LSTM?"),)

    assert variant("what are the gates that it has", "noun_phrase", history=said) is None
    assert variant("what are the gates that it has", "noun_phrase").text == "gates"


def test_what_has_a_history_gets_no_other():
    assert variant("What are the gates of an LSTM?", "follow_up", history=(Message("user", "Hello."),)) is None


def test_variants_have_no_variants():
    once = [one for shape in SHAPES for one in variants([Question("q", "What are the gates of an LSTM?")], shape)]

    assert len(once) == 4
    assert [one for shape in SHAPES for one in variants(once, shape)] == []
