import random

import pytest

from eval.bench.wordings import WAYS, Wording, measures, table, wordings
from eval.questions import Question, Span
from rag.evidence import gather

QUESTION = "What do mitochondria produce?"


class Scripted:
    """A writer that says what it is told to, and keeps what it was asked."""

    def __init__(self, draft, anew, number):
        self.replies = {"passages": draft, "Text:": anew}
        self.number = number
        self.grammars = []

    def write(self, messages, max_tokens, grammar=""):
        self.grammars.append(grammar)
        if grammar:
            return self.number
        return self.replies["Text:" if messages[-1].content.startswith("Text:") else "passages"]


@pytest.fixture
def evidence(biology_retriever):
    hits = biology_retriever.search(QUESTION, 6)
    return gather(QUESTION, hits, biology_retriever), [hit.chunk for hit in hits]


def worded(evidence, **replies):
    writer = Scripted(**{"draft": "", "anew": "", "number": "1"} | replies)
    return {way: wording.text for way, wording in wordings(QUESTION, *evidence, writer).items()}, writer


def test_what_the_passages_do_not_support_is_replaced_by_the_quote(evidence):
    texts, _ = worded(evidence, draft="Mitochondria are made of cheese [1].", anew="They make 40 cheeses.")

    assert texts["alone"] == "Mitochondria are made of cheese [1]."
    assert texts["quoted"]
    assert texts["checked"] == texts["rewritten"] == texts["reranked"] == texts["quoted"]


def test_what_they_support_is_kept_and_the_best_supported_wins(evidence):
    sentence = evidence[0].quotes[0].text
    texts, _ = worded(evidence, draft=f"{sentence} [1]", anew="They make 40 cheeses.")

    assert texts["checked"] == texts["reranked"] == sentence


def test_the_model_can_choose_nothing_but_a_sentence_that_is_there(evidence):
    texts, writer = worded(evidence, number="2")

    assert texts["chosen"] == list(dict.fromkeys(quote.text for quote in evidence[0].quotes))[1]
    assert writer.grammars[-1].startswith('root ::= "1" | "2"')


def test_quoting_and_citing_are_told_from_inventing(evidence):
    passages = evidence[1]
    sentence = evidence[0].quotes[0]
    gold = Span(sentence.chunk.doc_id, sentence.start, sentence.end)
    question = Question("q", QUESTION, answers=(sentence.text,), answerable=True, gold_spans=(gold,))

    quoting = measures(question, Wording(f"{sentence.text} [1]"), passages)
    inventing = measures(question, Wording("It makes forty cheeses. [9]"), passages)

    assert (quoting["quotes"], quoting["quotes the answer"], quoting["cites"]) == (1, 1, 1)
    assert (inventing["quotes"], inventing["quotes the answer"], inventing["cites"]) == (0, 0, 0)


def test_the_table_has_a_row_for_each_way():
    one = {"right": 1.0, "words": 12.0}

    rows = table({way: [one, one] for way in WAYS}, "course, model").splitlines()

    assert rows[0] == "| course, model (2) | right | words |"
    assert rows[2:] == [f"| {way} | 1.00 | 12 |" for way in WAYS]


def test_the_first_sentence_of_the_prompt_stands_beside_what_the_model_finds(evidence):
    first = evidence[0].excerpts(1, 75, "en")[0]
    assert first.startswith(worded(evidence)[0]["first"])

    orders = {
        wordings(QUESTION, *evidence, Scripted("", "", "1"), random.Random(seed))["first"].text for seed in range(8)
    }
    assert len(orders) > 1
