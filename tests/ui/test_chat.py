from __future__ import annotations

from dataclasses import replace
from typing import Any

import gradio as gr
import pytest

from rag import NOT_IN_COURSE, Answer, Message, ModelFailed
from tests.ui.conftest import FakeAssistant, course_document, in_event_loop
from ui import texts
from ui.chat import Conversation, Handlers, page


@pytest.fixture
def handlers(assistant: FakeAssistant) -> Handlers:
    return Handlers(lambda: assistant)


@pytest.fixture
def conversation() -> Conversation:
    return Conversation()


def html(shown: Any, message: int = -1) -> str:
    return str(shown[0][message].content)


def ask(handlers: Handlers, conversation: Conversation, question: str) -> list[Any]:
    return [handlers.begin(question, conversation), *handlers.answer(conversation)]


def test_a_question_is_shown_before_anything_is_searched(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    shown = handlers.begin("What is <b>mitosis</b>?", conversation)

    assert "What is &lt;b&gt;mitosis&lt;/b&gt;?" in html(shown, 0)
    assert texts.SEARCHING in shown[1]
    assert shown[2].stop_btn == texts.STOP
    assert shown[2].value == ""


def test_sources_come_first_then_one_sentence_after_the_other(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    _, found, first, second, done = ask(handlers, conversation, "What is mitosis?")

    assert texts.FOUND in html(found)
    assert "§ Energy" in html(found)
    assert "two equal nuclei.</span>" not in html(found)
    assert "two equal nuclei.</span>" in html(first)
    assert "followed by meiosis" not in html(first)
    assert "followed by meiosis" in html(second)
    assert [texts.WRITING in shown[1] for shown in (found, first, second)] == [True, True, True]
    assert "Done, 2 sources" in done[1]
    assert (done[2].submit_btn, done[2].stop_btn) == (texts.ASK, False)


def test_an_impossible_question_stays_in_the_box_with_the_reason(
    handlers: Handlers, conversation: Conversation
) -> None:
    begun, after = ask(handlers, conversation, "  ")

    assert begun[1] == '<p class="status">The question is empty; type what you want to know about the course.</p>'
    assert begun[0] == begun[2] == gr.skip()
    assert after == (gr.skip(), gr.skip(), gr.skip())
    assert conversation.turns == []


def test_a_refusal_offers_the_nearest_sections(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, refusal: Answer
) -> None:
    assistant.enqueue(refusal)
    done = ask(handlers, conversation, "When is the exam?")[-1]

    assert NOT_IN_COURSE in html(done)
    assert texts.REFUSED in done[1]
    assert done[0][-1].options == [
        {"label": "§ Mitosis", "value": "What does the course say about Mitosis?"},
        {"label": "§ Meiosis", "value": "What does the course say about Meiosis?"},
    ]


def test_a_section_without_headings_is_asked_about_by_its_title(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, refusal: Answer
) -> None:
    place = type(refusal.nearest[0].place)()
    assistant.enqueue(replace(refusal, nearest=(replace(refusal.nearest[0], place=place),)))
    done = ask(handlers, conversation, "When is the exam?")[-1]

    assert done[0][-1].options == [
        {"label": "Cells and their energy", "value": "What does the course say about Cells and their energy?"}
    ]


def test_an_error_is_one_sentence_in_the_place_of_the_answer(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation
) -> None:
    assistant.enqueue(ModelFailed("The model <tiny> broke off."))
    done = ask(handlers, conversation, "What is mitosis?")[-1]

    assert html(done).endswith('<p class="note">The model &lt;tiny&gt; broke off.</p>')
    assert "The model &lt;tiny&gt; broke off." in done[1]
    assert done[2].submit_btn == texts.ASK


def test_the_history_is_what_was_said_not_how_it_was_shown(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer, refusal: Answer
) -> None:
    assistant.enqueue(answer, ModelFailed("It broke."), refusal, answer)
    for question in ("What is mitosis?", "This one fails.", "When is the exam?", "And now?"):
        ask(handlers, conversation, question)

    assert assistant.histories[-1] == [
        Message("user", "What is mitosis?"),
        Message("assistant", "Mitosis gives two equal nuclei. It is followed by meiosis."),
        Message("user", "When is the exam?"),
        Message("assistant", NOT_IN_COURSE),
    ]


def test_sources_of_two_answers_have_ids_of_their_own(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer, answer)
    ask(handlers, conversation, "What is mitosis?")
    done = ask(handlers, conversation, "Once more?")[-1]

    assert 'id="source-1-1"' in html(done, 1)
    assert 'id="source-2-1"' in html(done, 3)


def test_an_answer_keeps_the_words_it_cited_when_the_course_is_indexed_anew(
    conversation: Conversation, answer: Answer
) -> None:
    changed = course_document(parts={"Energy": "The course says something else now, at the same places. " * 5})
    assistants = [FakeAssistant(), FakeAssistant(changed)]
    handlers = Handlers(lambda: assistants[0])
    assistants[0].enqueue(answer)
    ask(handlers, conversation, "What is mitosis?")

    del assistants[0]
    assistants[0].enqueue(replace(answer, sentences=(), citations=(), retrieved=()))
    *_, shown = ask(handlers, conversation, "And now?")

    assert "<mark>Mitosis divides one nucleus into two equal nuclei.</mark>" in html(shown, 1)


def test_stop_ends_the_work_and_keeps_what_was_written(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    handlers.begin("What is mitosis?", conversation)
    answering = handlers.answer(conversation)
    next(answering)
    next(answering)
    stopped = handlers.stop(conversation)

    assert assistant.closed.is_set()
    assert "two equal nuclei.</span>" in html(stopped)
    assert texts.STOPPED_NOTE in html(stopped)
    assert f">{texts.STOPPED}<" in stopped[1]
    assert [shown[1] for shown in answering] == [stopped[1]]
    assert conversation.history() == []


def test_stop_before_the_queue_lets_it_begin_means_it_never_begins(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    handlers.begin("What is mitosis?", conversation)
    handlers.stop(conversation)

    assert list(handlers.answer(conversation)) == [(gr.skip(), gr.skip(), gr.skip())]


def test_a_new_question_stops_the_answer_before(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer, answer)
    handlers.begin("What is mitosis?", conversation)
    first = handlers.answer(conversation)
    next(first)
    handlers.begin("And meiosis?", conversation)

    assert assistant.closed.is_set()
    assert texts.STOPPED_NOTE in html(next(first), 1)


def test_a_tab_that_is_closed_stops_its_answer(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    handlers.begin("What is mitosis?", conversation)
    answering = handlers.answer(conversation)
    next(answering)
    answering.close()  # type: ignore[attr-defined]

    assert assistant.closed.is_set()


def test_clear_forgets_the_conversation(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    ask(handlers, conversation, "What is mitosis?")
    shown = handlers.clear(conversation)

    assert shown[0] == []
    assert texts.READY in shown[1]
    assert conversation.history() == []


def test_after_a_defect_the_question_box_comes_back(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    handlers.begin("What is mitosis?", conversation)
    shown = handlers.broke(conversation)

    assert texts.BROKE in html(shown)
    assert shown[2].submit_btn == texts.ASK


def test_one_model_writes_one_answer_at_a_time(assistant: FakeAssistant) -> None:
    functions = in_event_loop(lambda: page(lambda: assistant)).fns.values()
    answering = [function for function in functions if function.name == "answer"]

    assert len(answering) == 3
    assert {(function.concurrency_id, function.concurrency_limit) for function in answering} == {("model", 1)}
    assert {function.queue for function in functions if function not in answering} == {False}


def test_the_chat_shows_escaped_html_and_nothing_else_as_markup(assistant: FakeAssistant) -> None:
    blocks = in_event_loop(lambda: page(lambda: assistant)).blocks.values()
    [chatbot] = [block for block in blocks if isinstance(block, gr.Chatbot)]

    assert chatbot.sanitize_html is True
    assert chatbot.render_markdown is False
    assert chatbot.latex_delimiters == []
    assert not chatbot.allow_tags
    assert chatbot.buttons == []
    assert [example["text"] for example in chatbot.examples] == [
        "What is Mitosis?",
        "What is Meiosis?",
        "What is Energy?",
    ]
