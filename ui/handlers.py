"""What happens on each event of the chat page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, suppress
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import gradio as gr
from anyio import to_thread
from starlette.requests import Request

from rag import Answer, Assistant, RagError, readable
from rag.quiz import compare, quiz, solution
from rag.study import define, locate, simplify
from ui import render
from ui.actions import actions_html
from ui.asking import Asking
from ui.conversation import Conversation, Turn
from ui.courses import Courses, OfferedCourse
from ui.errors import CourseGone, NotSignedIn, UiError
from ui.journal import Journal
from ui.journal.feedback import Thumb
from ui.keeping import Keeper
from ui.learner import LOCAL, Learner
from ui.links import QUIZ, SECTION
from ui.originals import Originals
from ui.render import AnswerHtml
from ui.shelf import shelf_html
from ui.sign_in import still_there
from ui.texts import language_of
from ui.texts.chat import chat_texts

EXAMPLES = 4

_LONGEST_NUMBER = 19
"""Digits; `int` refuses thousands of them, and no id has that many."""

LearnerOf = Callable[[Request], Learner | None]
"""Who asks; None for somebody who must sign in first."""

Expected = (RagError, UiError)


class Shown(NamedTuple):
    """New values for the parts of the page; each may be left as it is."""

    messages: Any
    status: Any
    question: Any
    head: Any
    shelf: Any


def shown(messages: Any = None, status: Any = None, question: Any = None, head: Any = None, shelf: Any = None) -> Shown:
    """These parts anew, the others as they are."""
    return Shown(*(gr.skip() if part is None else part for part in (messages, status, question, head, shelf)))


class Handlers:
    """The events of the page, each with the conversation of its tab."""

    def __init__(
        self,
        courses: Courses,
        journal: Journal | None = None,
        learner_of: LearnerOf = lambda _request: LOCAL,
        asking: Asking | None = None,
        *,
        with_desk: bool = False,
    ) -> None:
        """Over these courses; `with_desk` says that instructors have pages of their own beside the chat.

        Whoever asks waits in the line of `asking`.
        """
        self._courses = courses
        self._keeper = Keeper(journal)
        self._learner_of = learner_of
        self._asking = asking or Asking()
        self._with_desk = with_desk
        self._commands: dict[str, Callable[[str, Conversation], Shown]] = {
            "arrive": self._arrive,
            "open": self._open,
            "search": self._search,
            "rename": self._rename,
            "delete": self._delete,
            "edit": self._edit,
            "retry": self._retry,
            "up": partial(self._judge, thumb="up"),
            "down": partial(self._judge, thumb="down"),
            "reason": self._reason,
            "simplify": partial(self._study, name="simplify"),
            "define": partial(self._study, name="define"),
            "locate": partial(self._study, name="locate"),
            "quiz": self._quiz,
            "leave": self._leave_quiz,
        }

    def act(self, command: str, conversation: Conversation, request: gr.Request) -> Shown:
        """Do what the page's own script asks for: a count, a word, and what it is about."""
        _, name, rest = [*command.split(" ", 2), "", ""][:3]
        if name == "arrive":
            if conversation.turns:  # asked already, while the page was still opening
                return shown()
            conversation.texts = chat_texts(language_of(request.headers.get("accept-language", "")))
        if name not in self._commands:
            return shown()
        try:
            self._recognise(conversation, request)
            return self._commands[name](rest, conversation)
        except Expected as error:
            return self._refused(error, conversation)

    def begin(self, question: str, conversation: Conversation, request: gr.Request) -> Shown:
        """Show the question at once; one that cannot be asked stays in the box, with the reason under it."""
        try:
            self._recognise(conversation, request)
            if conversation.quiz and question.strip():
                return self._answer_quiz(question, conversation)
            assistant, question = self._assistant(conversation), readable(question)
            self._admit(conversation)  # raises before anything is dropped
            if conversation.editing:
                self._keeper.withdraw(conversation, conversation.editing)
                conversation.editing = 0
            return self._began(conversation, conversation.ask(assistant, question))
        except Expected as error:
            return self._refused(error, conversation)

    def begin_example(self, conversation: Conversation, chosen: gr.SelectData, request: gr.Request) -> Shown:
        """Ask the example that was clicked."""
        return self.begin(chosen.value["text"], conversation, request)

    def begin_suggestion(self, conversation: Conversation, chosen: gr.SelectData, request: gr.Request) -> Shown:
        """Ask about the section that was clicked."""
        return self.begin(chosen.value, conversation, request)

    async def answer(self, conversation: Conversation, request: gr.Request) -> AsyncIterator[Shown]:
        """Stream the answer to the last question: the sources, then, when its turn comes, sentence by sentence.

        Nothing more of it is shown once whoever asked has signed out, or to anybody else.
        """
        turn = conversation.turns[-1] if conversation.turns else None
        if turn is None or turn.ended or turn.read:
            yield shown()
            return
        turn.read = True
        texts, gone = conversation.texts, False
        try:
            async with aclosing(self._asking.read(turn, self._slug(conversation), texts.stopped_note)) as progress:
                async for at in progress:
                    if gone := not await to_thread.run_sync(self._is_asker, conversation, request):
                        turn.fail(texts.sign_in_first)
                        break
                    status = texts.waiting(at.ahead) if at.ahead else texts.writing
                    yield shown(self._messages(conversation), render.status_html(status))
        except Expected as error:
            turn.fail(texts.error(error))
        finally:
            turn.stop(texts.stopped_note)  # a tab that was closed leaves here in the middle of the loop
            await to_thread.run_sync(self._keeper.end, conversation, turn)
        if gone:
            yield shown(status=render.status_html(texts.sign_in_first), question=self._box(conversation))
        elif turn in conversation.turns:
            yield self._ended(conversation)

    def broke(self, conversation: Conversation) -> Shown:
        """After a defect of ours: say so, and give the question box back."""
        if conversation.turns:
            turn = conversation.turns[-1]
            # Nothing of the answer is shown again: showing it may be what failed.
            turn.answer = Answer(turn.question, answered=True, sentences=())
            turn.fail(conversation.texts.broke)
            self._keeper.end(conversation, turn)
        return self._ended(conversation)

    def stop(self, conversation: Conversation) -> Shown:
        """Stop the answer that is being written."""
        conversation.stop()
        return self._ended(conversation)

    # Commands

    def _arrive(self, address: str, conversation: Conversation) -> Shown:
        """Open what the address names, and leave in the box what was typed while the page was opening."""
        return self._open(address, conversation)._replace(question=self._box(conversation))

    def _open(self, address: str, conversation: Conversation) -> Shown:
        """Show the course, or the conversation, that an address names; else an empty page on the first course."""
        query = parse_qs(address.partition("#")[0].removeprefix("?"))
        conversation.clear()
        conversation.course = query.get("course", [""])[0]
        status = conversation.texts.ready
        if named := query.get("conversation", [""])[0]:
            try:
                self._restore(conversation, _number(named))
                status = conversation.texts.restored
            except UiError as error:
                status = conversation.texts.error(error)
        return self._started(query.get("start", [""])[0], self._opened(conversation, status), conversation)

    def _started(self, start: str, opened: Shown, conversation: Conversation) -> Shown:
        """An activity of a learning platform may begin with a quiz, or have a section suggested first."""
        if conversation.turns or not start:
            return opened
        with suppress(*Expected):
            if start == QUIZ:
                begun = self._quiz("", conversation)
                return Shown(*(old if new == gr.skip() else new for old, new in zip(opened, begun, strict=True)))
            if start.startswith(SECTION):
                return self._suggesting(start.removeprefix(SECTION), opened, conversation)
        return opened

    def _suggesting(self, heading: str, opened: Shown, conversation: Conversation) -> Shown:
        assistant, texts = self._assistant(conversation), conversation.texts
        found = any(heading in part.place.headings for one in assistant.documents.values() for part in one.sections)
        if not found:  # words that anybody could have put into an address
            return opened
        asked = [texts.about_section(heading), *assistant.suggestions(EXAMPLES - 1)]
        examples = [{"text": question} for question in asked]
        return opened._replace(messages=gr.Chatbot([], placeholder=texts.welcome, examples=examples))

    def _restore(self, conversation: Conversation, identity: int) -> None:
        conversation.course = self._keeper.course_of(conversation.learner, identity)
        try:
            assistant = self._courses.assistant(conversation.course)
        except UiError:  # the course is gone; what was said about it is not
            assistant = None
        self._keeper.restore(conversation, identity, assistant)

    def _opened(self, conversation: Conversation, status: str) -> Shown:
        texts = conversation.texts
        try:
            assistant = self._assistant(conversation)
        except UiError as error:
            title, examples, status = "Coursecite", [], texts.error(error)
        else:
            title = assistant.course_title
            examples = [{"text": question} for question in assistant.suggestions(EXAMPLES)]
        messages = gr.Chatbot(self._messages(conversation), placeholder=texts.welcome, examples=examples)
        head = render.header_html(title, texts)
        return shown(messages, render.status_html(status), self._box(conversation, ""), head, self._shelf(conversation))

    def _search(self, words: str, conversation: Conversation) -> Shown:
        return shown(shelf=self._shelf(conversation, words))

    def _rename(self, rest: str, conversation: Conversation) -> Shown:
        identity, _, title = rest.partition(" ")
        self._keeper.rename(conversation.learner_id, _number(identity), title)
        return shown(status=render.status_html(conversation.texts.renamed), shelf=self._shelf(conversation))

    def _delete(self, rest: str, conversation: Conversation) -> Shown:
        self._keeper.delete(conversation.learner_id, _number(rest))
        status = conversation.texts.deleted
        if _number(rest) != conversation.id:
            return shown(status=render.status_html(status), shelf=self._shelf(conversation))
        conversation.clear()
        return self._opened(conversation, status)

    def _edit(self, rest: str, conversation: Conversation) -> Shown:
        """Put question `rest` into the box; 0 gives up."""
        conversation.editing = number = _number(rest)
        turn = self._turn(number, conversation) if number else None
        status = conversation.texts.editing if turn else _outcome(conversation)
        return shown(status=render.status_html(status), question=gr.Textbox(value=turn.question if turn else ""))

    def _retry(self, rest: str, conversation: Conversation) -> Shown:
        question = self._turn(_number(rest), conversation).question
        assistant = self._assistant(conversation)
        self._admit(conversation)
        conversation.stop()
        self._keeper.withdraw(conversation, _number(rest))
        return self._began(conversation, conversation.ask(assistant, question))

    def _judge(self, rest: str, conversation: Conversation, thumb: Thumb) -> Shown:
        turn = self._turn(_number(rest), conversation)
        chosen = None if turn.thumb == thumb else thumb
        self._keeper.judge(conversation, turn, chosen)
        texts = conversation.texts
        status = {"up": texts.thanks, "down": texts.thanks_why, None: texts.taken_back}[chosen]
        return shown(self._messages(conversation), render.status_html(status))

    def _reason(self, rest: str, conversation: Conversation) -> Shown:
        number, _, reason = rest.partition(" ")
        words = conversation.texts.reasons.get(reason, reason)
        self._keeper.judge(conversation, self._turn(_number(number), conversation), "down", words)
        return shown(status=render.status_html(conversation.texts.thanks))

    def _study(self, rest: str, conversation: Conversation, name: str) -> Shown:
        """Have a study helper answer about what a turn was about."""
        turn, assistant = self._turn(_number(rest), conversation), self._assistant(conversation)
        about = turn.answer.asked or turn.question
        texts = conversation.texts
        self._admit(conversation)
        if name == "simplify":
            reply = simplify(assistant, about, [citation.quote for citation in turn.answer.citations])
        else:
            reply = define(assistant, about) if name == "define" else locate(assistant, about)
        titles = {"simplify": texts.simplify, "define": texts.define, "locate": texts.locate}
        turn = conversation.begin(f"{titles[name]}: {about}", reply, assistant, aside=True)
        return self._began(conversation, turn)

    def _quiz(self, _rest: str, conversation: Conversation) -> Shown:
        """Ask a question on what was asked last; else, or where there is none left, on anything in the course."""
        assistant, texts = self._assistant(conversation), conversation.texts
        asked = [turn.lead for turn in conversation.turns if turn.lead]
        about = next((turn.answer.asked for turn in reversed(conversation.turns) if not turn.lead), "")
        question = quiz(assistant, about, asked) or quiz(assistant, "", asked)
        if question is None:
            return shown(status=render.status_html(texts.no_quiz))
        answer = Answer(question.question, answered=True, sentences=(), index_version=assistant.index_version)
        turn = Turn(texts.quiz_me, answer, assistant.document, lead=question.question, quiz=question, aside=True)
        return self._added(conversation, turn, texts.quiz_status)

    def _answer_quiz(self, given: str, conversation: Conversation) -> Shown:
        """Compare what was typed with what the course says, and show where it says so."""
        question, assistant, texts = conversation.quiz, self._assistant(conversation), conversation.texts
        if question is None:
            return shown()
        conversation.leave_quiz()
        lead = texts.compared(compare(question, given, assistant.language))
        turn = Turn(
            given, solution(question, given, assistant.index_version), assistant.document, lead=lead, aside=True
        )
        return self._added(conversation, turn, texts.done(1))

    def _leave_quiz(self, _rest: str, conversation: Conversation) -> Shown:
        conversation.leave_quiz()
        return self._ended(conversation)

    # What is shown

    def _began(self, conversation: Conversation, turn: Turn) -> Shown:
        texts = conversation.texts
        is_new = conversation.id is None
        self._keeper.begin(conversation, turn)
        box = gr.Textbox(value="", submit_btn=False, stop_btn=texts.stop)
        shelf = self._shelf(conversation) if is_new else None
        return shown(self._messages(conversation), render.status_html(texts.searching), box, shelf=shelf)

    def _added(self, conversation: Conversation, turn: Turn, status: str) -> Shown:
        """A turn that needs no waiting."""
        is_new = conversation.id is None
        conversation.add(turn)
        self._keeper.begin(conversation, turn)
        self._keeper.end(conversation, turn)
        messages, status = self._messages(conversation), self._with_unsaved(status, conversation)
        shelf = self._shelf(conversation) if is_new else None
        return shown(messages, render.status_html(status), self._box(conversation, ""), shelf=shelf)

    def _ended(self, conversation: Conversation) -> Shown:
        status = self._with_unsaved(_outcome(conversation), conversation)
        return shown(self._messages(conversation), render.status_html(status), self._box(conversation))

    def _refused(self, error: Exception, conversation: Conversation) -> Shown:
        return shown(status=render.status_html(conversation.texts.error(error)))

    def _with_unsaved(self, status: str, conversation: Conversation) -> str:
        return f"{status}. {conversation.texts.not_saved} {conversation.unsaved}" if conversation.unsaved else status

    def _box(self, conversation: Conversation, value: str | None = None) -> gr.Textbox:
        texts = conversation.texts
        placeholder = texts.quiz_placeholder if conversation.quiz else texts.question_placeholder
        more = {} if value is None else {"value": value}
        return gr.Textbox(placeholder=placeholder, label=texts.question, submit_btn=texts.ask, stop_btn=False, **more)

    def _messages(self, conversation: Conversation) -> list[gr.ChatMessage]:
        messages = []
        for number, turn in enumerate(conversation.turns, start=1):
            asked = render.question_html(turn.question, 0 if turn.lead else number, conversation.texts)
            messages.append(gr.ChatMessage(asked, role="user"))
            suggestions = self._suggestions(turn.answer, conversation)
            messages.append(gr.ChatMessage(self._answer_html(number, turn, conversation), options=suggestions))
        return messages

    def _answer_html(self, number: int, turn: Turn, conversation: Conversation) -> str:
        lead = render.lead_html(turn.lead) if turn.lead else ""
        note = render.note_html(turn.note) if turn.note else ""
        is_last = number == len(conversation.turns)
        actions = actions_html(number, turn, is_last, conversation.texts)
        # Gradio shows the options of the last message alone.
        nearest = render.nearest_html(turn.answer, conversation.texts, as_buttons=is_last)
        return lead + self._html(number, turn, conversation).draw(turn.answer) + note + actions + nearest

    def _html(self, number: int, turn: Turn, conversation: Conversation) -> AnswerHtml:
        slug = self._slug(conversation)
        try:
            original = Originals(self._courses[slug].folder).name
        except CourseGone:
            return AnswerHtml(number, turn.find_document, conversation.texts)
        return AnswerHtml(number, turn.find_document, conversation.texts, slug, original)

    def _suggestions(self, answer: Answer, conversation: Conversation) -> list[dict[str, str]]:
        """For a refusal, a button for each of the nearest sections that asks about it."""
        texts = conversation.texts
        sections = {
            render.section_name(chunk, texts): (chunk.title, *chunk.place.headings)[-1] for chunk in answer.nearest
        }
        return [{"label": name, "value": texts.about_section(heading)} for name, heading in sections.items()]

    def _shelf(self, conversation: Conversation, words: str = "") -> str:
        courses = [(course.slug, course.title) for course in self._ready(conversation)]
        kept = self._keeper.listed(conversation.learner, words)
        return shelf_html(
            courses,
            self._slug(conversation),
            kept,
            conversation.id,
            conversation.texts,
            words,
            signed_in=conversation.learner_id != LOCAL.id,
            teaches=self._with_desk and conversation.learner.teaches,
            chooses=conversation.learner.teaches and conversation.learner.activity is not None,
        )

    # Who asks, and whom

    def _recognise(self, conversation: Conversation, request: gr.Request) -> None:
        """Whoever asks now is who the conversation belongs to. Raises `NotSignedIn`."""
        learner = self._learner_of(request.request)
        if learner is None:
            raise NotSignedIn(conversation.texts.sign_in_first)
        is_other = learner.id != conversation.learner_id  # somebody else has signed in within this tab
        if is_other or (conversation.turns and not learner.may_open(conversation.course)):
            conversation.clear()
        conversation.learner = learner

    def _is_asker(self, conversation: Conversation, request: gr.Request) -> bool:
        """Whether it is still whoever the conversation belongs to that an answer would be shown to."""
        learner = self._learner_of(request.request)
        return learner is not None and learner.id == conversation.learner_id and still_there(request.request)

    def _admit(self, conversation: Conversation) -> None:
        """Raises `TryLater` where the line is full, or whoever asks has asked too often."""
        self._asking.admit(conversation.learner, self._slug(conversation))

    def _assistant(self, conversation: Conversation) -> Assistant:
        """Raises `CourseGone` or `CourseNotReady`."""
        course = self._courses.opened(self._slug(conversation), conversation.learner)
        return self._courses.assistant(course.slug)

    def _ready(self, conversation: Conversation) -> list[OfferedCourse]:
        """The courses that whoever asks may open, and that can be asked."""
        return [course for course in self._courses.open_to(conversation.learner) if course.ready]

    def _slug(self, conversation: Conversation) -> str:
        """The course of a conversation: the first that can be asked, where none was chosen."""
        if not conversation.course:
            conversation.course = next((course.slug for course in self._ready(conversation)), "")
        return conversation.course

    def _turn(self, number: int, conversation: Conversation) -> Turn:
        if not 1 <= number <= len(conversation.turns):
            raise UiError(conversation.texts.turn_gone)
        return conversation.turns[number - 1]


def _number(word: str) -> int:
    """The number that a command, or an address, names; 0, which names nothing, for anything else."""
    return int(word) if word.isdecimal() and len(word) < _LONGEST_NUMBER else 0


def _outcome(conversation: Conversation) -> str:
    """The status line when nothing is being written."""
    texts = conversation.texts
    if not conversation.turns:
        return texts.ready
    turn = conversation.turns[-1]
    if turn.quiz:
        return texts.quiz_status
    if turn.note:
        return texts.stopped if turn.state == "stopped" else turn.note
    return texts.done(len(turn.answer.citations)) if turn.answer.answered else texts.refused
