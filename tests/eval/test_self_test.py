import pytest

from eval import read_questions, self_test
from tests.eval.conftest import FakeAssistant, course_documents, question_items, write_jsonl


@pytest.fixture
def questions(tmp_path):
    return read_questions(write_jsonl(tmp_path / "set.jsonl", question_items()))


def assistant(*failing):
    return FakeAssistant(course_documents(), failing=failing)


def test_a_model_that_words_no_better_does_not_word_the_answers(tmp_path, questions):
    found = self_test(assistant(), assistant(), questions, tmp_path)

    assert not found.words_better
    assert (tmp_path / "quoted" / "answers.jsonl").exists()
    assert (tmp_path / "written" / "answers.jsonl").exists()


def test_a_model_that_is_more_truthful_words_them(tmp_path, questions):
    assert self_test(assistant("What makes leaves green?"), assistant(), questions, tmp_path).words_better


def test_a_model_that_answers_more_of_what_the_course_does_not_say_does_not(tmp_path, questions):
    class Bold(FakeAssistant):
        """Finds something for every question."""

        def search(self, question, history=(), by="blended"):
            return super().search(question, history, by) or super().search("gates")

    found = self_test(assistant("What makes leaves green?"), Bold(course_documents()), questions, tmp_path)

    assert not found.words_better
