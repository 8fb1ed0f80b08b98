"""The chat page: one conversation per browser tab, one streaming handler."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import gradio as gr

from rag import Answer, Assistant, Event, Message, QuestionInvalid, RagError, Reply, SentenceReady, SourcesFound
from ui import render, texts

EXAMPLES = 4

Shown = tuple[Any, Any, Any]
"""New values for the page's three outputs: the messages, the status line, the question box."""


@dataclass
class Turn:
    """One question and what has come of it so far; `note` is a sentence of the page's own.

    `find_document` finds what it cites, as it was when the question was asked: the course may have
    been indexed anew since. One thread reads the reply, others may stop it.
    """

    reply: Reply
    answer: Answer
    find_document: render.FindDocument
    note: str = ""
    finished: bool = False

    def events(self) -> Iterator[Event]:
        """Read the reply, keeping what it brings; ends early when stopped. Raises `RagError`."""
        for event in self.reply:
            if self.finished:
                self.reply.close()
                return
            self._keep(event)
            yield event
        if not self.finished:
            self.answer = self.reply.answer
            self.finished = True

    def _keep(self, event: Event) -> None:
        match event:
            case SourcesFound(asked, hits):
                self.answer = replace(self.answer, asked=asked, retrieved=hits)
            case SentenceReady(sentence, citations):
                self.answer = replace(
                    self.answer,
                    sentences=(*self.answer.sentences, sentence),
                    citations=(*self.answer.citations, *citations),
                )

    def stop(self, note: str = texts.STOPPED_NOTE) -> None:
        """End the turn where it is, and the model's work with it; nothing where it has ended already."""
        if self.finished:
            return
        self.note, self.finished = note, True
        with suppress(ValueError):  # another thread is inside the reply: it will find the turn finished
            self.reply.close()


@dataclass
class Conversation:
    """What has been asked in one browser tab."""

    turns: list[Turn] = field(default_factory=list)

    def ask(self, assistant: Assistant, question: str) -> None:
        """Begin a turn, stopping the one before. Raises `QuestionInvalid`, and then nothing has begun."""
        reply = assistant.ask(question, self.history())
        self.stop()
        self.turns.append(Turn(reply, Answer(question, answered=True, sentences=()), assistant.document))

    def history(self) -> list[Message]:
        """The answered turns as plain text, for the assistant."""
        return [
            message
            for turn in self.turns
            if turn.finished and not turn.note
            for message in (Message("user", turn.answer.question), Message("assistant", turn.answer.text))
        ]

    def stop(self) -> None:
        """Stop the answer that is being written, if one is."""
        if self.turns:
            self.turns[-1].stop()

    def clear(self) -> None:
        """Forget everything."""
        self.stop()
        self.turns.clear()


class Handlers:
    """What happens on each event of the page."""

    def __init__(self, current: Callable[[], Assistant]) -> None:
        self._current = current

    def begin(self, question: str, conversation: Conversation) -> Shown:
        """Show the question at once; one that cannot be asked stays in the box, with the reason under it."""
        try:
            conversation.ask(self._current(), question)
        except QuestionInvalid as error:
            return gr.skip(), render.status_html(str(error)), gr.skip()
        box = gr.Textbox(value="", submit_btn=False, stop_btn=texts.STOP)
        return self._messages(conversation), render.status_html(texts.SEARCHING), box

    def begin_example(self, conversation: Conversation, chosen: gr.SelectData) -> Shown:
        """Ask the example that was clicked."""
        return self.begin(chosen.value["text"], conversation)

    def begin_suggestion(self, conversation: Conversation, chosen: gr.SelectData) -> Shown:
        """Ask about the section that was clicked."""
        return self.begin(chosen.value, conversation)

    def answer(self, conversation: Conversation) -> Iterator[Shown]:
        """Stream the answer to the last question: the sources, then sentence by sentence."""
        turn = conversation.turns[-1] if conversation.turns else None
        if turn is None or turn.finished:
            yield gr.skip(), gr.skip(), gr.skip()
            return
        try:
            for _ in turn.events():
                yield self._messages(conversation), render.status_html(texts.WRITING), gr.skip()
        except RagError as error:
            turn.stop(str(error))
        finally:
            turn.stop()  # a tab that was closed leaves here in the middle of the loop
        yield self._ended(conversation)

    def broke(self, conversation: Conversation) -> Shown:
        """After a defect of ours: say so, and give the question box back."""
        if conversation.turns:
            turn = conversation.turns[-1]
            # Nothing of the answer is shown again: showing it may be what failed.
            turn.answer = Answer(turn.answer.question, answered=True, sentences=())
            turn.note = texts.BROKE
        return self._ended(conversation)

    def stop(self, conversation: Conversation) -> Shown:
        """Stop the answer that is being written."""
        conversation.stop()
        return self._ended(conversation)

    def clear(self, conversation: Conversation) -> Shown:
        """Begin again with an empty page."""
        conversation.clear()
        return self._ended(conversation)

    def _ended(self, conversation: Conversation) -> Shown:
        box = gr.Textbox(submit_btn=texts.ASK, stop_btn=False)
        return self._messages(conversation), render.status_html(_outcome(conversation)), box

    def _messages(self, conversation: Conversation) -> list[gr.ChatMessage]:
        messages = []
        for number, turn in enumerate(conversation.turns, start=1):
            html = render.answer_html(turn.answer, number, turn.find_document)
            note = render.note_html(turn.note) if turn.note else ""
            messages.append(gr.ChatMessage(render.question_html(turn.answer.question), role="user"))
            messages.append(gr.ChatMessage(html + note, options=_suggestions(turn.answer)))
        return messages


def page(current: Callable[[], Assistant]) -> gr.Blocks:
    """The chat over one course; `current` gives the assistant to ask, anew for each question."""
    handlers, assistant = Handlers(current), current()
    with gr.Blocks(title=f"{assistant.course_title} – Coursecite", analytics_enabled=False, fill_height=True) as blocks:
        conversation = gr.State(Conversation(), delete_callback=Conversation.stop)
        _block(render.header_html(assistant.course_title), "head")
        messages = gr.Chatbot(
            elem_id="messages",
            show_label=False,
            container=False,
            scale=1,
            height="auto",
            buttons=[],
            placeholder=texts.WELCOME,
            examples=[{"text": question} for question in assistant.suggestions(EXAMPLES)],
            # Every message is HTML in which `render` has escaped all text. Read as Markdown or LaTeX
            # that text could become markup again. Should an escape ever fail, the sanitizer remains.
            render_markdown=False,
            latex_delimiters=[],
            sanitize_html=True,
            allow_tags=False,
        )
        status = _block(render.status_html(texts.READY), "status")
        question = gr.Textbox(
            elem_id="question",
            label=texts.QUESTION,
            show_label=False,
            container=False,
            placeholder=texts.QUESTION_PLACEHOLDER,
            max_lines=6,
            submit_btn=texts.ASK,
            autofocus=True,
        )
        shown = [messages, status, question]
        begin_events = (
            (question.submit, handlers.begin, [question, conversation]),
            (messages.example_select, handlers.begin_example, [conversation]),
            (messages.option_select, handlers.begin_suggestion, [conversation]),
        )
        for listen, begin, inputs in begin_events:
            begun = listen(begin, inputs, shown, queue=False, show_progress="hidden", api_visibility="private")
            # One model writes one answer at a time; who comes second waits in Gradio's queue.
            answered = begun.then(
                handlers.answer,
                conversation,
                shown,
                concurrency_limit=1,
                concurrency_id="model",
                trigger_mode="multiple",  # else a question asked while another one ends is dropped
                show_progress="hidden",
                api_visibility="private",
            )
            answered.failure(
                handlers.broke, conversation, shown, queue=False, show_progress="hidden", api_visibility="private"
            )
        for listen, end in ((question.stop, handlers.stop), (messages.clear, handlers.clear)):
            listen(end, conversation, shown, queue=False, show_progress="hidden", api_visibility="private")
    return blocks


def _block(html: str, elem_id: str) -> gr.Markdown:
    """Our HTML as it is. Gradio's own HTML component evaluates templates, which our policy forbids."""
    return gr.Markdown(html, elem_id=elem_id, container=False, latex_delimiters=[])


def _suggestions(answer: Answer) -> list[dict[str, str]]:
    """For a refusal, a button for each of the nearest sections that asks about it."""
    sections = {render.section_name(chunk): (chunk.title, *chunk.place.headings)[-1] for chunk in answer.nearest}
    return [{"label": name, "value": texts.about_section(heading)} for name, heading in sections.items()]


def _outcome(conversation: Conversation) -> str:
    """The status line when nothing is being written."""
    if not conversation.turns:
        return texts.READY
    turn = conversation.turns[-1]
    if turn.note:
        return texts.STOPPED if turn.note == texts.STOPPED_NOTE else turn.note
    return texts.done(len(turn.answer.citations)) if turn.answer.answered else texts.REFUSED
