import pytest

from eval.questions import read_questions
from rag import Assistant, Message
from rag.followup import complete
from rag.terms import terms
from tests.conftest import COURSE_SET, SHARED_DATA, FakeLLM

LSTM = [Message("user", "What is an LSTM?"), Message("assistant", "A kind of network.")]


def _known(stem):
    return stem in {"lstm", "gate", "gan", "transfer", "learn", "network"}


@pytest.mark.parametrize(
    ("question", "completed"),
    [
        ("and its gates?", "and its gates? (LSTM)"),
        ("what are they for", "what are they for (LSTM)"),
        ("explain that more simply", "explain that more simply (LSTM)"),
        ("why?", "why? (LSTM)"),
        ("and gans?", "and gans? (LSTM)"),
        ("how many gates?", "how many gates? (LSTM)"),
        ("What is transfer learning?", "What is transfer learning?"),
        ("How do GANs learn?", "How do GANs learn?"),
        ("Why is it a problem that networks learn slowly?", "Why is it a problem that networks learn slowly?"),
        ("Which of these is a gate?\nA) input\nB) output", "Which of these is a gate?\nA) input\nB) output"),
        ("transfer learning", "transfer learning"),
    ],
)
def test_only_a_question_that_leans_on_the_turn_before_is_completed(question, completed):
    assert complete(question, LSTM, _known) == completed


def test_a_chain_of_follow_ups_reaches_back_to_the_subject():
    history = [*LSTM, Message("user", "why?"), Message("assistant", "Because.")]

    assert complete("explain it again", history, _known) == "explain it again (LSTM)"


def test_without_a_history_nothing_is_added():
    assert complete("and its gates?", [], _known) == "and its gates?"


def test_what_the_course_does_not_know_is_no_subject():
    assert complete("why is that?", [Message("user", "What about zebras?")], _known) == "why is that?"


def test_the_options_of_a_choice_are_no_subject():
    history = [Message("user", "Which of these is a gate?\nA) a GAN\nB) an LSTM")]

    assert complete("why?", history, _known) == "why? (gate)"


@pytest.mark.parametrize("name", ["course", "openstax-psychology", "openstax-microbiology", "squad2-dev"])
def test_of_a_hundred_questions_that_stand_alone_at_most_two_are_completed_with_another_s_subject(name):
    path = COURSE_SET if name == "course" else SHARED_DATA / name / "questions.jsonl"
    if not path.exists():
        pytest.skip(f"There is no question set in {path}.")
    asked = [question.text for question in read_questions(path) if not question.history]
    known = {term for text in asked for term in terms(text)}
    pairs = zip(asked, [*asked[7:], *asked[:7]], strict=True)

    changed = [text for text, other in pairs if complete(text, [Message("user", other)], known.__contains__) != text]

    assert len(changed) <= 0.02 * len(asked), changed


def test_the_answer_says_what_was_asked(biology_retriever):
    history = [Message("user", "What is mitosis?"), Message("assistant", "A division.")]

    answer = Assistant(biology_retriever, FakeLLM()).ask("what are its phases?", history).answer

    assert answer.question == "what are its phases?"
    assert answer.asked == "what are its phases? (mitosis)"
    assert "four phases" in answer.text
