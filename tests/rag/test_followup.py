import pytest

from rag import Assistant, Message
from rag.followup import complete
from tests.conftest import FakeLLM

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
        ("What is transfer learning?", "What is transfer learning?"),
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


def test_the_answer_says_what_was_asked(biology_retriever):
    history = [Message("user", "What is mitosis?"), Message("assistant", "A division.")]

    answer = Assistant(biology_retriever, FakeLLM()).ask("what are its phases?", history).answer

    assert answer.question == "what are its phases?"
    assert answer.asked == "what are its phases? (mitosis)"
    assert "four phases" in answer.text
