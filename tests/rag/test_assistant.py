import json
import threading

import pytest

from corpus import read_course
from rag import NOT_IN_COURSE, Answering, Assistant, Message, QuestionInvalid, SentenceReady, SourcesFound, record
from rag.assistant import LONGEST_QUESTION
from rag.building import build
from rag.chunking import Chunking
from rag.retrieval import Retriever
from tests.conftest import EndlessLLM, FakeLLM

QUESTION = "Where do plants store energy?"
WRITTEN = Answering(written=True)


@pytest.fixture
def ask(biology_retriever):
    def with_replies(*replies, question=QUESTION):
        return Assistant(biology_retriever, FakeLLM(*replies), WRITTEN).ask(question)

    return with_replies


def test_sources_come_first_then_checked_sentences_then_the_answer(ask):
    reply = ask("Plants store energy as starch. Mitochondria release energy from glucose.")

    events = list(reply)

    assert isinstance(events[0], SourcesFound)
    assert [event.sentence.text for event in events[1:]] == [
        "Plants store energy as starch.",
        "Mitochondria release energy from glucose.",
    ]
    assert [event.citations[0].number for event in events[1:]] == [1, 2]
    assert reply.answer.sentences == tuple(event.sentence for event in events[1:])


def test_what_the_model_invents_is_not_shown(ask):
    answer = ask("Plants store energy as starch. Plants store 300 kg of energy as fat in March.").answer

    assert answer.text == "Plants store energy as starch."


def test_where_no_sentence_survives_the_course_is_quoted(ask):
    answer = ask("The moon is made of cheese.").answer

    assert answer.answered
    assert answer.text == "Plants store energy as starch."
    assert answer.citations[0].quote == "Plants store energy as starch."


def test_the_best_words_of_the_course_are_there_even_if_the_model_missed_them(ask):
    answer = ask("A cell is the smallest unit of life.").answer

    assert answer.text == "A cell is the smallest unit of life. Plants store energy as starch."


def test_unless_it_is_to_write_the_model_is_not_asked(biology_retriever):
    llm = FakeLLM("A cell is the smallest unit of life.")

    answer = Assistant(biology_retriever, llm).ask(QUESTION).answer

    assert answer.text == answer.citations[0].quote == "Plants store energy as starch."
    assert llm.prompts == []


def test_a_how_is_answered_with_what_follows(biology_retriever):
    answer = Assistant(biology_retriever, FakeLLM()).ask("Describe mitosis.").answer

    assert len(answer.sentences) > 1
    assert [sentence.citations for sentence in answer.sentences] == [(n + 1,) for n in range(len(answer.sentences))]
    assert [one.text for one in answer.sentences] == [" ".join(one.quote.split()) for one in answer.citations]


def test_of_several_options_the_one_that_the_course_names_is_chosen(biology_retriever):
    llm = FakeLLM()

    answer = Assistant(biology_retriever, llm).ask("Plants store energy as ____. A) glucose B) starch C) fat").answer

    assert answer.text == "starch"
    assert answer.citations[0].quote == "Plants store energy as starch."


def test_an_option_that_the_course_hardly_supports_is_not_chosen_and_the_course_is_quoted(biology, embedder):
    (biology / "cells.md").write_text(
        "# Cells\n\nEnergy of plants: fat before starch, starch after fat.\n", encoding="utf-8"
    )
    retriever = Retriever(build(read_course(biology), embedder, Chunking()), embedder)

    answer = Assistant(retriever, FakeLLM()).ask("Energy of plants? A) starch, fat and fat B) glucose").answer

    assert answer.sentences
    assert all(sentence.citations for sentence in answer.sentences)


def test_an_option_that_the_course_denies_is_not_chosen(biology, embedder):
    (biology / "cells.md").write_text("# Cells\n\nPlants never store energy as fat.\n", encoding="utf-8")
    retriever = Retriever(build(read_course(biology), embedder, Chunking()), embedder)

    answer = Assistant(retriever, FakeLLM()).ask("Plants store energy as ____. A) glucose B) fat").answer

    assert answer.text == "Plants never store energy as fat."


def test_a_question_beside_the_course_is_refused_without_asking_the_model(biology_retriever):
    llm = FakeLLM("The exam is on 3 May.")

    answer = Assistant(biology_retriever, llm).ask("When is the exam?").answer

    assert not answer.answered
    assert answer.text == NOT_IN_COURSE
    assert answer.sentences == answer.citations == ()
    assert answer.nearest
    assert llm.prompts == []


def test_a_sentence_said_twice_is_shown_once(ask):
    answer = ask("Plants store energy as starch. Plants do store energy as starch.").answer

    assert len(answer.sentences) == 1


def test_closing_a_reply_stops_the_model(biology_retriever):
    llm = FakeLLM("Plants store energy as starch. Mitochondria release energy from glucose. " * 50)
    reply = Assistant(biology_retriever, llm, WRITTEN).ask(QUESTION)
    for event in reply:
        if isinstance(event, SentenceReady):
            break

    reply.close()

    assert llm.closed == 1
    with pytest.raises(RuntimeError, match="closed"):
        _ = reply.answer


def test_another_thread_closes_a_reply_in_the_middle_of_a_sentence(biology_retriever):
    llm = EndlessLLM()
    reply = Assistant(biology_retriever, llm, WRITTEN).ask(QUESTION)
    seen = []
    reading = threading.Thread(target=lambda: seen.extend(reply))
    reading.start()
    assert llm.writing.wait(10)

    reply.close()
    reading.join(5)

    assert not reading.is_alive()
    assert [type(event) for event in seen] == [SourcesFound]
    with pytest.raises(RuntimeError, match="closed"):
        _ = reply.answer


def test_a_reply_that_was_closed_before_the_course_was_read_goes_no_further(biology_retriever):
    llm = FakeLLM("Plants store energy as starch.")
    reply = Assistant(biology_retriever, llm, WRITTEN).ask(QUESTION)
    events = iter(reply)
    next(events)

    reply.close()

    assert list(events) == []
    assert llm.prompts == []


def test_every_citation_is_a_true_slice_and_every_number_exists(ask, biology_retriever):
    answer = ask("Plants store energy as starch. A cell is the smallest unit of life.").answer

    documents = biology_retriever.index.documents
    numbers = {citation.number for citation in answer.citations}
    assert all(documents[c.doc_id].text[c.start : c.end] == c.quote for c in answer.citations)
    assert all(set(sentence.citations) <= numbers for sentence in answer.sentences)


@pytest.mark.parametrize(
    "question", ["", " \n\t", "?!", "x" * (LONGEST_QUESTION + 1), "x" * 100_000, "a\x00b", "a\ud800b", "\x1b[2Jq"]
)
def test_what_is_no_question_is_refused_at_once(ask, question):
    with pytest.raises(QuestionInvalid):
        ask(question=question)


def test_the_record_is_the_contract(ask):
    row = record(ask("Plants store energy as starch.").answer)

    assert json.loads(json.dumps(row)) == row
    assert row["sentences"] == [{"text": "Plants store energy as starch.", "support": "supported", "citations": [1]}]
    assert row["citations"][0] == {
        "number": 1,
        "doc_id": "cells.md",
        "title": "cells.md"[:-3],
        "place": "§ Energy",
        "quote": "Plants store energy as starch.",
        "start": row["citations"][0]["start"],
        "end": row["citations"][0]["start"] + 30,
    }
    assert set(row) >= {"question", "answered", "text", "retrieved", "model", "index_version", "timings"}


def test_suggestions_come_from_the_headings(biology_retriever):
    suggestions = Assistant(biology_retriever, FakeLLM()).suggestions(2)

    assert len(suggestions) == 2
    assert all(suggestion.endswith("?") for suggestion in suggestions)


def test_search_asks_no_model(biology_retriever):
    llm = FakeLLM()

    assert Assistant(biology_retriever, llm).search(QUESTION)[0].chunk.place.headings == ("Energy",)
    assert llm.prompts == []


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What are the gates of an LSTM?", "input gate, output gate, and forget gate"),
        ("what does an EHR contain", "immunization dates"),
        ("What are Generative Adversarial Networks?", "a generator and a discriminator"),
        ("which regulations protect patient privacy?", "HIPAA"),
    ],
)
def test_the_real_course_is_answered_with_its_own_words(real_assistant, question, said):
    answer = real_assistant.ask(question, [Message("user", "Hello")]).answer

    assert answer.answered
    assert said in " ".join(citation.quote for citation in answer.citations)
    assert all(sentence.support == "supported" and sentence.citations for sentence in answer.sentences)


@pytest.mark.parametrize(
    "question",
    [
        "When is the exam?",
        "What dose of metformin should I take?",
        "Which GPU should I buy for deep learning?",
        "capital of france",
    ],
)
def test_what_the_real_course_does_not_say_is_refused(real_assistant, question):
    answer = real_assistant.ask(question).answer

    assert not answer.answered
    assert answer.nearest


def test_the_real_model_gives_the_same_answer_twice(real_assistant):
    first, second = (real_assistant.ask("What is transfer learning?").answer for _ in range(2))

    assert first.sentences == second.sentences
