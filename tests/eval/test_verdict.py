from dataclasses import replace

import pytest

from eval import RunOptions, load_summary, read_questions, run
from eval.questions import question_from_json
from eval.verdict import verdict
from tests.eval.conftest import FakeAssistant, course_documents, gold
from tests.eval.test_compare import Refusing


@pytest.fixture
def questions(question_file):
    return read_questions(question_file)


def verdict_on(assistant, questions, folder, options=None):
    made = run(assistant, questions, folder, options or RunOptions(oracle_limit=0))
    return verdict(made, load_summary(folder))


def test_the_result_counts_what_became_of_the_questions(questions, tmp_path):
    said = verdict_on(Refusing(course_documents()), questions, tmp_path / "run")

    assert said.result == (
        "Of 4 questions that the course answers, 2 were answered right, 1 wrong, and 1 were refused. "
        "Of 3 questions that it does not answer, 2 were rightly refused."
    )


def test_what_is_good_is_said_in_sentences(questions, tmp_path):
    said = verdict_on(FakeAssistant(course_documents()), questions, tmp_path / "run")

    assert "The search finds the right passage: it is among the five best for 100 % of the questions." in said.good
    assert "It hardly ever refuses what the course answers (0 %)." in said.good
    assert "It is quick: half of the answers take no more than 0.0 s." in said.good
    assert said.bad == ()


def test_what_is_bad_is_said_in_sentences(questions, tmp_path):
    blind = FakeAssistant(course_documents(), failing=["What makes leaves green?"])
    blind.search = lambda question, history=(): []

    said = verdict_on(blind, questions, tmp_path / "run")

    assert "1 questions could not be answered because something broke; see their errors below." in said.bad
    assert "The search misses the right passage for 100 % of the questions; no model can mend that." in said.bad
    assert "It refuses 75 % of the questions that the course does answer." in said.bad


def test_a_run_is_held_against_the_best_sentence_by_keywords(questions, tmp_path):
    known = [replace(questions[0], id=f"q{i}", extra={"section": f"s{i}"}) for i in range(8)]
    refusing = Refusing(course_documents())
    refusing.word = "LSTM"

    said = verdict_on(refusing, known, tmp_path / "run")

    assert "It answers fewer questions right than the best sentence by keywords alone would (0 % against 100 %)." in (
        said.bad
    )


def test_the_weakest_type_and_section_are_named(tmp_path):
    def known(i, doc_id, text, answer, qtype, words):
        span = gold(doc_id, words)
        return question_from_json(
            {"id": f"{qtype}{i}", "question": text, "answers": [answer], "qtype": qtype, "gold_spans": [span]}
        )

    gates = [known(i, "lstm", f"How many gates has LSTM {i}?", "three", "factoid", "three gates") for i in range(5)]
    blood = [known(i, "blood", f"What do blood cells {i} carry?", "iron", "long", "carry oxygen") for i in range(5)]

    said = verdict_on(FakeAssistant(course_documents()), [*gates, *blood], tmp_path / "run")

    assert "Weakest are questions of the type “long”: 0 % of 5 are right." in said.bad
    assert "Most goes wrong in “Blood”: 5 questions." in said.bad


def test_few_questions_and_missing_traps_are_cautioned_against(questions, tmp_path):
    answerable = [question for question in questions if question.answerable]

    with_traps = verdict_on(FakeAssistant(course_documents()), questions, tmp_path / "run")
    without = verdict_on(FakeAssistant(course_documents()), answerable, tmp_path / "other")

    assert any(text.startswith("4 questions are few") for text in with_traps.cautions)
    assert not any("inventions" in text for text in with_traps.cautions)
    assert any("inventions" in text for text in without.cautions)


def test_the_search_alone_and_a_set_without_gold_have_a_result_too(questions, tmp_path):
    alone = RunOptions(retrieval_only=True)
    bare = [question_from_json({"id": "q", "question": "Why?"})]

    searched = verdict_on(FakeAssistant(course_documents()), questions, tmp_path / "search", alone)
    unjudged = verdict_on(FakeAssistant(course_documents()), bare, tmp_path / "bare")

    assert searched.result == "The search found the right passage for 4 of 4."
    assert "nothing could be judged" in unjudged.result
