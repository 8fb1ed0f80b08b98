from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import gradio as gr
import pytest

from corpus import Place
from rag import NOT_IN_COURSE, Answer, Answering, Assistant, Message, ModelFailed
from rag.retrieval import Retriever
from tests.conftest import EndlessLLM
from tests.ui.conftest import FakeAssistant, course_document, in_event_loop, one_course
from ui.chat import page
from ui.conversation import Conversation
from ui.handlers import Handlers
from ui.learner import Learner
from ui.texts.chat import ENGLISH, GERMAN

texts = ENGLISH


class Browser:
    """What a handler is told of the browser that asks."""

    def __init__(self, accept_language: str = "en") -> None:
        self.headers = {"accept-language": accept_language}
        self.request = self
        self.state = SimpleNamespace()


ASKING = cast(gr.Request, Browser())


@pytest.fixture
def handlers(assistant: FakeAssistant) -> Handlers:
    return Handlers(one_course(assistant))


@pytest.fixture
def conversation() -> Conversation:
    return Conversation()


def html(shown: Any, message: int = -1) -> str:
    return str(shown[0][message].content)


def answering(handlers: Handlers, conversation: Conversation, request: gr.Request = ASKING) -> Iterator[Any]:
    """The streaming handler, read from where there is no event loop."""
    with asyncio.Runner() as runner:
        stream = handlers.answer(conversation, request)
        try:
            while (shown := runner.run(anext(stream, None))) is not None:  # type: ignore[arg-type]
                yield shown
        finally:
            runner.run(stream.aclose())  # type: ignore[attr-defined]


def ask(handlers: Handlers, conversation: Conversation, question: str) -> list[Any]:
    return [handlers.begin(question, conversation, ASKING), *answering(handlers, conversation)]


def test_a_question_is_shown_before_anything_is_searched(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    shown = handlers.begin("What is <b>mitosis</b>?", conversation, ASKING)

    assert "What is &lt;b&gt;mitosis&lt;/b&gt;?" in html(shown, 0)
    assert texts.searching in shown[1]
    assert shown[2].stop_btn == texts.stop
    assert shown[2].value == ""


def test_sources_come_first_then_one_sentence_after_the_other(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    _, found, first, second, done = ask(handlers, conversation, "What is mitosis?")

    assert texts.found in html(found)
    assert "§ Energy" in html(found)
    assert "two equal nuclei.</span>" not in html(found)
    assert "two equal nuclei.</span>" in html(first)
    assert "followed by meiosis" not in html(first)
    assert "followed by meiosis" in html(second)
    assert [texts.writing in shown[1] for shown in (found, first, second)] == [True, True, True]
    assert "Done, 2 sources" in done[1]
    assert (done[2].submit_btn, done[2].stop_btn) == (texts.ask, False)


def test_an_impossible_question_stays_in_the_box_with_the_reason(
    handlers: Handlers, conversation: Conversation
) -> None:
    begun, after = ask(handlers, conversation, "  ")

    assert begun[1] == '<p class="status">The question is empty; type what you want to know about the course.</p>'
    assert begun[0] == begun[2] == gr.skip()
    assert after == (gr.skip(),) * 5
    assert conversation.turns == []


def test_a_refusal_offers_the_nearest_sections(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, refusal: Answer
) -> None:
    assistant.enqueue(refusal)
    done = ask(handlers, conversation, "When is the exam?")[-1]

    assert NOT_IN_COURSE in html(done)
    assert texts.refused in done[1]
    assert done[0][-1].options == [
        {"label": "§ Mitosis", "value": "What does the course say about Mitosis?"},
        {"label": "§ Meiosis", "value": "What does the course say about Meiosis?"},
    ]


def test_an_instructors_answer_that_comes_near_is_asked_for_by_its_own_question(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, refusal: Answer
) -> None:
    place = Place(("When is the exam?",))
    assistant.enqueue(replace(refusal, nearest=(replace(refusal.nearest[0], place=place),)))
    done = ask(handlers, conversation, "Where is the exam?")[-1]

    assert done[0][-1].options == [{"label": "§ When is the exam?", "value": "When is the exam?"}]


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

    assert html(done).count('<p class="note">The model &lt;tiny&gt; broke off.</p>') == 1
    assert "The model &lt;tiny&gt; broke off." in done[1]
    assert done[2].submit_btn == texts.ask


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
    courses = one_course(assistants[0])
    handlers = Handlers(courses)
    assistants[0].enqueue(answer)
    ask(handlers, conversation, "What is mitosis?")

    assert courses["course"].current
    courses["course"].current.use(cast(Assistant, assistants[1]))
    assistants[1].enqueue(replace(answer, sentences=(), citations=(), retrieved=()))
    *_, shown = ask(handlers, conversation, "And now?")

    assert "<mark>Mitosis divides one nucleus into two equal nuclei.</mark>" in html(shown, 1)


def test_stop_ends_the_work_and_keeps_what_was_written(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    handlers.begin("What is mitosis?", conversation, ASKING)
    stream = answering(handlers, conversation)
    next(stream)
    next(stream)
    stopped = handlers.stop(conversation)

    assert assistant.closed.is_set()
    assert "two equal nuclei.</span>" in html(stopped)
    assert texts.stopped_note in html(stopped)
    assert f">{texts.stopped}<" in stopped[1]
    assert [shown[1] for shown in stream] == [stopped[1]]
    assert conversation.history() == []


def test_stop_ends_a_sentence_in_the_middle(biology_retriever: Retriever, conversation: Conversation) -> None:
    llm = EndlessLLM()
    handlers = Handlers(one_course(Assistant(biology_retriever, llm, Answering(written=True))))
    handlers.begin("What is mitosis?", conversation, ASKING)
    shown: list[Any] = []
    reading = threading.Thread(target=lambda: shown.extend(answering(handlers, conversation)))
    reading.start()
    assert llm.writing.wait(20)

    handlers.stop(conversation)
    reading.join(5)

    assert not reading.is_alive()
    assert texts.stopped_note in html(shown[-1])


def test_stop_before_the_queue_lets_it_begin_means_it_never_begins(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    handlers.begin("What is mitosis?", conversation, ASKING)
    handlers.stop(conversation)

    assert list(answering(handlers, conversation)) == [(gr.skip(),) * 5]


def test_a_new_question_stops_the_answer_before(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer, answer)
    handlers.begin("What is mitosis?", conversation, ASKING)
    first = answering(handlers, conversation)
    next(first)
    handlers.begin("And meiosis?", conversation, ASKING)

    assert assistant.closed.is_set()
    assert texts.stopped_note in html(next(first), 1)


def test_a_tab_that_is_closed_stops_its_answer(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    handlers.begin("What is mitosis?", conversation, ASKING)
    stream = answering(handlers, conversation)
    next(stream)
    stream.close()  # type: ignore[attr-defined]

    assert assistant.closed.is_set()


def test_who_signs_out_in_the_middle_sees_no_more_of_the_answer(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    browser = Browser()
    browser.state.still_there = lambda: len(conversation.turns[-1].answer.sentences) < 2
    handlers.begin("What is mitosis?", conversation, ASKING)

    seen = list(answering(handlers, conversation, cast(gr.Request, browser)))

    assert "two equal nuclei.</span>" in html(seen[1])
    assert "followed by meiosis" not in str(seen)
    assert texts.sign_in_first in seen[-1][1]
    assert seen[-1][2].submit_btn == texts.ask
    assert assistant.closed.is_set()


def test_an_answer_is_shown_to_nobody_but_who_asked(assistant: FakeAssistant, answer: Answer) -> None:
    assistant.enqueue(answer)
    ida, ben = (Learner(f"account:{name}", name, "learner") for name in ("ida", "ben"))
    asking = {"now": ida}
    handlers = Handlers(one_course(assistant), learner_of=lambda _request: asking["now"])
    conversation = Conversation()
    handlers.begin("What is mitosis?", conversation, ASKING)
    asking["now"] = ben

    [only] = answering(handlers, conversation)

    assert texts.sign_in_first in only[1]
    assert only[0] == gr.skip()


def test_a_new_conversation_forgets_the_one_before(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    ask(handlers, conversation, "What is mitosis?")
    shown = command(handlers, conversation, "open ?course=course")

    assert shown[0].value == []
    assert texts.ready in shown[1]
    assert conversation.history() == []


def test_after_a_defect_the_question_box_comes_back(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    handlers.begin("What is mitosis?", conversation, ASKING)
    shown = handlers.broke(conversation)

    assert texts.broke in html(shown)
    assert shown[2].submit_btn == texts.ask


def test_one_model_writes_one_answer_at_a_time(assistant: FakeAssistant, handlers: Handlers, answer: Answer) -> None:
    assistant.enqueue(answer, answer)
    first, second = Conversation(), Conversation()
    handlers.begin("What is mitosis?", first, ASKING)
    handlers.begin("What is meiosis?", second, ASKING)

    async def both() -> list[str]:
        writing, waiting = handlers.answer(first, ASKING), handlers.answer(second, ASKING)
        await anext(writing)
        statuses = [(await anext(waiting))[1]]
        async for _ in writing:
            pass
        statuses += [shown[1] async for shown in waiting]
        return statuses

    statuses = asyncio.run(both())
    assert texts.waiting(1) in statuses[0]
    assert texts.writing in statuses[1]
    assert "Done, 2 sources" in statuses[-1]


def test_who_stops_waiting_leaves_the_line_at_once(
    assistant: FakeAssistant, handlers: Handlers, answer: Answer
) -> None:
    assistant.enqueue(answer, answer, answer)
    people = [Conversation(), Conversation(), Conversation()]
    for person in people:
        handlers.begin("What is mitosis?", person, ASKING)

    async def third_after_second_stops() -> str:
        writing, *waiting = (handlers.answer(person, ASKING) for person in people)
        await anext(writing)
        for one in waiting:
            await anext(one)
        handlers.stop(people[1])
        async for _ in waiting[0]:
            pass
        said = [(await anext(waiting[1]))[1]]
        for stream in (writing, waiting[1]):
            await stream.aclose()  # type: ignore[attr-defined]
        return str(said[0])

    assert texts.waiting(1) in asyncio.run(third_after_second_stops())


def test_the_chat_shows_escaped_html_and_nothing_else_as_markup(assistant: FakeAssistant) -> None:
    blocks = in_event_loop(lambda: page(Handlers(one_course(assistant)))).blocks.values()
    [chatbot] = [block for block in blocks if isinstance(block, gr.Chatbot)]

    assert chatbot.sanitize_html is True
    assert chatbot.render_markdown is False
    assert chatbot.latex_delimiters == []
    assert not chatbot.allow_tags
    assert chatbot.buttons == []


def opened(handlers: Handlers, conversation: Conversation, address: str, language: str = "en") -> Any:
    return handlers.act(f"1 arrive {address}", conversation, cast(gr.Request, Browser(language)))


def command(handlers: Handlers, conversation: Conversation, words: str) -> Any:
    return handlers.act(f"2 {words}", conversation, ASKING)


def test_the_page_opens_with_questions_to_begin_with(handlers: Handlers, conversation: Conversation) -> None:
    messages, status, _, head, _ = opened(handlers, conversation, "")

    assert "<h1>Biology</h1>" in head
    assert [example["text"] for example in messages.examples] == [
        "What is Mitosis?",
        "What is Meiosis?",
        "What is Energy?",
    ]
    assert texts.ready in status


def test_the_page_speaks_the_language_of_the_browser(handlers: Handlers, conversation: Conversation) -> None:
    _, status, box, head, _ = opened(handlers, conversation, "?course=course", "de-AT,de;q=0.9,en;q=0.5")

    assert 'lang="de"' in head
    assert GERMAN.ready in status
    assert box.submit_btn == GERMAN.ask
    assert "Diese Frage ist leer, zu lang oder nicht lesbar" in handlers.begin(" ", conversation, ASKING)[1]


def test_a_course_that_is_not_there_is_said_to_be_gone(handlers: Handlers, conversation: Conversation) -> None:
    _, status, *_ = opened(handlers, conversation, "?course=chemistry")

    assert "This course is not here any more; choose another one." in status
    assert handlers.begin("What is an atom?", conversation, ASKING)[1] == status


def test_arriving_keeps_what_was_typed_meanwhile_and_opening_something_else_does_not(
    handlers: Handlers, conversation: Conversation
) -> None:
    arrived = opened(handlers, conversation, "")
    another = command(handlers, conversation, "open ?course=course")

    assert "value" not in arrived.question.constructor_args
    assert another.question.constructor_args["value"] == ""


def test_opening_twice_leaves_what_was_asked_meanwhile(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    ask(handlers, conversation, "What is mitosis?")

    assert opened(handlers, conversation, "?course=chemistry") == (gr.skip(),) * 5
    assert conversation.course == "course"
