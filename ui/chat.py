"""The chat page: its parts, and which of them brings about what."""

from __future__ import annotations

import gradio as gr

from ui import render
from ui.conversation import Conversation
from ui.handlers import Handlers
from ui.texts.chat import ENGLISH


def page(handlers: Handlers) -> gr.Blocks:
    """The chat over all courses of a server; which one, the page's address says. One conversation per browser tab."""
    texts = ENGLISH
    with gr.Blocks(title="Coursecite", analytics_enabled=False, fill_height=True) as blocks:
        conversation = gr.State(Conversation(), delete_callback=Conversation.stop)
        head = _block(render.OPENING, "head")
        shelf = _block("", "shelf")
        # Our script has no other way to reach us: Gradio's own would evaluate code, which our policy forbids.
        command = gr.Textbox(elem_id="command", visible="hidden", show_label=False, container=False)
        messages = gr.Chatbot(
            elem_id="messages",
            show_label=False,
            container=False,
            scale=1,
            height="auto",
            buttons=[],
            # Every message is HTML in which `render` has escaped all text. Read as Markdown or LaTeX
            # that text could become markup again. Should an escape ever fail, the sanitizer remains.
            render_markdown=False,
            latex_delimiters=[],
            sanitize_html=True,
            allow_tags=False,
        )
        status = _block(render.status_html(""), "status")
        question = gr.Textbox(
            elem_id="question",
            label=texts.question,
            show_label=False,
            container=False,
            placeholder=texts.question_placeholder,
            max_lines=6,
            submit_btn=texts.ask,
            autofocus=True,
        )
        shown = [messages, status, question, head, shelf]
        begin_events = (
            (command.change, handlers.act, [command, conversation]),
            (question.submit, handlers.begin, [question, conversation]),
            (messages.example_select, handlers.begin_example, [conversation]),
            (messages.option_select, handlers.begin_suggestion, [conversation]),
        )
        for listen, begin, inputs in begin_events:
            begun = listen(
                begin,
                inputs,
                shown,
                queue=False,
                trigger_mode="multiple",
                show_progress="hidden",
                api_visibility="private",
            )
            answered = begun.then(
                handlers.answer,
                conversation,
                shown,
                concurrency_limit=None,  # who comes second waits in our own line, where they see it
                trigger_mode="multiple",  # else a question asked while another one ends is dropped
                show_progress="hidden",
                api_visibility="private",
            )
            answered.failure(
                handlers.broke, conversation, shown, queue=False, show_progress="hidden", api_visibility="private"
            )
        question.stop(handlers.stop, conversation, shown, queue=False, show_progress="hidden", api_visibility="private")
    return blocks


def _block(html: str, elem_id: str) -> gr.Markdown:
    """Our HTML as it is. Gradio's own HTML component evaluates templates, which our policy forbids."""
    return gr.Markdown(html, elem_id=elem_id, container=False, latex_delimiters=[])
