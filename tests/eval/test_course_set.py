"""The question set of the included course: true to the course, and in the shapes learners use."""

import re
from collections import Counter
from statistics import median

import pytest

from corpus import read_course
from eval.questions import check_gold, read_questions
from rag.sentences import sentence_spans
from rag.terms import terms, words
from tests.conftest import COURSE, COURSE_SET

[DOCUMENT] = [document for read in read_course(COURSE).read() for document in read.documents]
TEXT = DOCUMENT.text
SENTENCES = {
    (section.start + start, section.start + end)
    for section in DOCUMENT.sections
    for start, end in sentence_spans(TEXT[section.start : section.end])
}
SECTIONS = {DOCUMENT.title} | {heading for section in DOCUMENT.sections for heading in section.place.headings}

QUESTIONS = read_questions(COURSE_SET)
ANSWERABLE = [question for question in QUESTIONS if question.answerable]
UNANSWERABLE = [question for question in QUESTIONS if question.answerable is False]
NEAR_MISSES = [question for question in UNANSWERABLE if question.unanswerable_kind == "near_miss"]

SHAPES = {"question", "noun_phrase", "lower_case", "typo", "follow_up"}
QTYPES = {"definition", "list", "how", "why", "yesno", "compare", "where", "factoid"}
ASKING = set("what which who whom whose how why where when is are do does can has explain give tell please".split())
PRONOUNS = set("it its that they them their those".split())
QUANTITY = re.compile(r"\bhow (?:many|much|long)\b|\bwhat year\b|\bwhen\b", re.IGNORECASE)


def each(questions):
    return pytest.mark.parametrize("question", questions, ids=lambda question: question.id)


def of_shape(shape):
    return [question for question in QUESTIONS if question.shape == shape]


def gold_texts(question):
    return [TEXT[span.start : span.end] for span in question.gold_spans]


def provable(question):
    """The gold sentences and the headings above them, which a question about "where" is answered by."""
    headings = [heading for span in question.gold_spans for heading in DOCUMENT.place_at(span.start).headings]
    return " ".join([*gold_texts(question), *headings])


def states(text, fact):
    """Whether any wording of the fact stands in the text."""
    return any(wording.casefold() in text.casefold() for wording in fact)


def test_there_are_enough_questions_of_each_kind():
    assert len(ANSWERABLE) >= 62
    assert len(UNANSWERABLE) >= 22
    assert len(ANSWERABLE) + len(UNANSWERABLE) == len(QUESTIONS)
    assert 2 * len(NEAR_MISSES) >= len(UNANSWERABLE)
    assert {question.unanswerable_kind for question in UNANSWERABLE} == {"near_miss", "elsewhere"}
    assert {question.unanswerable_kind for question in ANSWERABLE} == {""}


def test_no_question_is_asked_twice():
    asked = Counter((" ".join(words(question.text)), question.history) for question in QUESTIONS)

    assert [text for (text, _), times in asked.items() if times > 1] == []


def test_every_section_and_type_is_asked_about():
    assert {question.extra["section"] for question in ANSWERABLE} == SECTIONS
    assert {question.extra["section"] for question in UNANSWERABLE} <= SECTIONS | {""}
    types = Counter(question.qtype for question in ANSWERABLE)
    assert types.keys() == QTYPES
    assert min(types.values()) >= 3


def test_the_shapes_are_those_of_learners():
    marks = sum("?" in question.text for question in QUESTIONS) / len(QUESTIONS)

    assert {question.shape for question in QUESTIONS} == SHAPES
    assert 36 <= median(len(question.text) for question in QUESTIONS) <= 42
    assert 0.3 <= marks <= 0.4
    assert len(of_shape("noun_phrase")) >= len(QUESTIONS) / 3
    assert len(of_shape("follow_up")) >= 12
    assert len(of_shape("lower_case")) >= 12
    assert len(of_shape("typo")) >= 5
    for shape in SHAPES:
        assert any(question in UNANSWERABLE for question in of_shape(shape)), f"{shape}: every one has an answer"


@each(of_shape("noun_phrase"))
def test_a_noun_phrase_does_not_ask(question):
    assert "?" not in question.text
    assert not ASKING & set(words(question.text)[:1])


@each(of_shape("lower_case"))
def test_a_lower_case_question_has_no_punctuation(question):
    assert re.fullmatch(r"[a-z0-9 '-]+", question.text)
    assert len(question.text.split()) > 2


@each(of_shape("question"))
def test_a_whole_question_is_written_as_one(question):
    assert re.fullmatch(r"[A-Z].+[?.]", question.text)


@each(of_shape("typo"))
def test_a_misspelt_word_stands_nowhere_else(question):
    others = " ".join(other.text for other in QUESTIONS if other is not question)

    assert set(words(question.text)) - set(words(f"{TEXT} {others}"))


@each(QUESTIONS)
def test_only_follow_ups_have_a_history_and_it_quotes_the_course(question):
    roles = [turn.role for turn in question.history]

    assert bool(roles) == (question.shape == "follow_up")
    assert roles == ["user", "assistant"] * (len(roles) // 2)
    assert all(turn.content.rstrip(".") in TEXT for turn in question.history if turn.role == "assistant")


def test_most_follow_ups_point_back_with_a_pronoun():
    follow_ups = of_shape("follow_up")
    pointing = [question for question in follow_ups if PRONOUNS & set(words(question.text))]

    assert len(pointing) >= 12
    assert len(pointing) >= 0.8 * len(follow_ups)


def test_every_gold_span_is_a_whole_sentence_of_the_course():
    check_gold(QUESTIONS, {DOCUMENT.doc_id: DOCUMENT})
    spans = {(span.start, span.end) for question in QUESTIONS for span in question.gold_spans}

    assert spans <= SENTENCES
    assert all(question.gold_doc_ids == (DOCUMENT.doc_id,) for question in ANSWERABLE)


@each(ANSWERABLE)
def test_a_sentence_is_gold_wherever_it_stands(question):
    gold = {(span.start, span.end) for span in question.gold_spans}
    texts = set(gold_texts(question))

    assert gold == {(start, end) for start, end in SENTENCES if TEXT[start:end] in texts}
    assert len(gold) == len(question.gold_spans) > 0


@each(ANSWERABLE)
def test_the_gold_sentences_hold_the_words_of_every_answer(question):
    said = set(terms(provable(question)))

    assert question.answers
    assert {answer: set(terms(answer)) - said for answer in question.answers} == {
        answer: set() for answer in question.answers
    }
    assert max(len(answer.split()) for answer in question.answers) <= 60


@each(ANSWERABLE)
def test_every_answer_is_complete_and_every_fact_is_in_the_course(question):
    facts = question.extra["facts"]

    assert facts
    assert [fact for fact in facts if not states(provable(question), fact)] == []
    assert [(answer, fact) for answer in question.answers for fact in facts if not states(answer, fact)] == []
    assert not all(states(question.text, fact) for fact in facts), "the question states its own answer"


@each(UNANSWERABLE)
def test_an_unanswerable_question_has_no_gold(question):
    assert not question.answers
    assert not question.gold_doc_ids
    assert not question.gold_spans
    assert question.extra["facts"] == []


@each(UNANSWERABLE)
def test_the_course_lacks_what_an_unanswerable_question_asks_for(question):
    """Either a content word that the course never uses, or a number or date: the course states none at all."""
    assert not re.search(r"\d", TEXT)
    assert set(terms(question.text)) - set(terms(TEXT)) or QUANTITY.search(question.text)


@each(NEAR_MISSES)
def test_a_near_miss_is_about_the_course(question):
    """It, or the turn before it, shares a word with the section it is nearest to."""
    section = question.extra["section"]
    within = next(one for one in DOCUMENT.sections if section in one.place.headings)
    about = " ".join([question.text, *(turn.content for turn in question.history)])

    assert set(terms(about)) & set(terms(f"{section} {TEXT[within.start : within.end]}"))
