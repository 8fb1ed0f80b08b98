import json
from itertools import islice

import pytest

from rag.contrary import Turned, turned
from rag.sentences import sentence_spans
from tests.conftest import SHARED_DATA

MATERIAL = SHARED_DATA / "tutor-train" / "squad2-train-silver"


@pytest.mark.parametrize(
    ("question", "sentence", "word"),
    [
        ("Which cells cannot act alone?", "White blood cells act alone.", "act"),
        ("What isn't used by invertebrates?", "Phagocytes are used by most invertebrates.", "invertebr"),
        ("Which gate never erases the memory?", "The forget gate erases the memory of the cell.", "eras"),
        ("What can CNNs not do?", "CNNs find patterns in images.", ""),
        ("Could you please tell me what CNNs can't do?", "CNNs find patterns in images.", ""),
        ("It has gates. Which gate does an LSTM not have?", "An LSTM has an input gate.", ""),
        ("What was not originally theorised about trade?", "It was originally theorised that trade grows.", "origin"),
        ("Which cells are the last to come?", "Neutrophils are the first cells to come.", "last"),
        ("What happens with a decrease in the input?", "It grows with an increase in the input.", "decreas"),
        ("Which branch is called north of the river?", "It is the southern branch of the river.", "north"),
        ("What did the fourth report show?", "The second report showed a graph.", "fourth"),
        ("Which learning needs unlabeled data?", "Supervised learning needs labeled data.", "unlabel"),
        ("Who wrote on machines in 1973?", "Yamada wrote on machines in 1962.", "1973"),
        ("Which club has 118 members?", "The rowing club has 1,400 members.", "118"),
        ("What began after World War I?", "After World War II the city began to grow.", "war i"),
        ("What is caused by a lack of vitamin C?", "A lack of vitamin K causes bleeding.", "vitamin c"),
        ("What caused $20 million in damage?", "It caused over $20 billion in damage.", "million"),
    ],
)
def test_a_sentence_that_says_the_contrary_is_found_out(question, sentence, word):
    assert turned(question, sentence).word == word


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        # What is asked is said.
        ("Which cells cannot act alone?", "T cells cannot act alone."),
        ("Which cells come last?", "Neutrophils come first, and T cells come last."),
        ("Who wrote on machines in 1962?", "Yamada wrote on machines in 1962."),
        ("Which club has 1,400 members?", "The rowing club has 1400 members."),
        # Something turns it, and of what is not told.
        ("Who is not allowed to settle here?", "The crown's refusal to allow settlers to come slowed its growth."),
        ("Which city is not close to the coast?", "Most cities are close to the coast, except San Bernardino."),
        ("Who is not allowed here?", "Only members are allowed here."),
        # "Not" is in a clause of its own, or the reason is asked for.
        ("I don't get this part, what lets networks remember?", "Networks have loops that let them remember."),
        ("Who proposed that the forest couldn't feed many people?", "Meggers was a proponent of this idea."),
        ("Why don't doctors trust the models?", "Black boxes make it challenging to understand them."),
        # The opposite is said of something else.
        ("Where are they found in large numbers?", "In bays they feed on small organisms."),
        ("What checks many options at the same time?", "Different machines check many options at once."),
        # No exact number is asked for.
        ("A study of over 9,000 residents found what?", "It had a sample of 9,282 residents."),
        # A year and a number of something else.
        ("What did the 1999 study show in 3 days?", "It showed that sleep helps, after 8 weeks."),
        # One of several is asked for, or the label has another noun.
        ("What mediates type I reactions?", "Type I and type II reactions are mediated by antibodies."),
        ("What mediates type I reactions?", "In phase II, antibodies mediate reactions of this type."),
        # "No" answers it.
        ("Are neutrophils the last cells to come?", "Neutrophils are the first cells to come."),
        ("Isn't an LSTM a recurrent network?", "An LSTM is a recurrent network."),
        ("", "Anything."),
        ("Which?", ""),
    ],
)
def test_what_is_not_surely_the_contrary_may_answer(question, sentence):
    assert turned(question, sentence) is None


def test_an_affix_that_only_looks_like_a_turn_is_none():
    assert turned("Which form of learning is this?", "Learning informs them.") is None
    assert turned("What does the body do in an immune answer?", "An antibody binds in an immune answer.") is None


def test_another_sentence_can_have_the_word_as_it_is_asked_for():
    assert Turned("act", negated=True).stands_in("T cells never act alone.")
    assert not Turned("act", negated=True).stands_in("White blood cells act alone.")
    assert Turned("1973").stands_in("Lee wrote in 1973.")
    assert not Turned("last").stands_in("B cells come too.")
    assert Turned("type i").stands_in("Type I reactions need IgE.")
    assert not Turned("type i").stands_in("Type II reactions need IgG.")


def test_in_other_languages_only_negations_and_numbers_turn():
    assert turned("Welche Zellen handeln nicht allein?", "Leukozyten handeln allein.", "de").negated
    assert turned("Was handelt nicht allein?", "Eine Zelle handelt allein.", "de").negated
    assert turned("Wer schrieb 1973 darüber?", "Yamada schrieb 1962 darüber.", "de") == Turned("1973")
    assert turned("What is last?", "This is first.", "de") is None


@pytest.mark.skipif(not MATERIAL.exists(), reason=f"There is no training material in {MATERIAL}.")
def test_hardly_a_sentence_that_people_marked_as_the_answer_says_the_contrary():
    with (MATERIAL / "corpus.jsonl").open(encoding="utf-8") as lines:
        texts = {row["doc_id"]: row["text"] for row in map(json.loads, lines)}
    with (MATERIAL / "questions.jsonl").open(encoding="utf-8") as lines:
        asked = list(islice((row for row in map(json.loads, lines) if row["answerable"]), 1_000))

    accused = []
    for row in asked:
        gold = row["gold_spans"][0]
        spans = sentence_spans(texts[gold["doc_id"]])
        start, end = next(span for span in spans if span[0] <= gold["start"] < span[1])
        sentence = texts[gold["doc_id"]][start:end]
        if turned(row["question"], sentence):
            accused.append((row["question"], sentence))

    assert len(accused) <= 0.01 * len(asked), accused
