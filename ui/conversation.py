"""Conversation: what has been asked in one browser tab, and what has come of it so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from rag import Answer, Assistant, Event, Message, Reply, SentenceReady, SourcesFound
from rag.quiz import QuizQuestion
from ui.learner import LOCAL, Learner
from ui.render import FindDocument
from ui.texts.chat import ENGLISH, ChatTexts

State = Literal["asked", "finished", "stopped", "failed", "interrupted"]
"""`asked` as long as the answer may still grow; `interrupted` where the server ended before the answer did."""


@dataclass
class Turn:
    """One question and what has come of it so far.

    `lead` is what the page says before the answer: a question of a quiz, or what the answer to it
    lacks. `note` is what it says after, or in the place of it. `find_document` finds what is cited, as
    it was when the question was asked: the course may have been indexed anew since. One thread reads
    the reply, others may stop it. `id` is the journal's. An `aside` was asked of a study helper, or
    belongs to a quiz.
    """

    question: str
    answer: Answer
    find_document: FindDocument
    reply: Reply | None = None
    lead: str = ""
    quiz: QuizQuestion | None = None
    note: str = ""
    state: State = "asked"
    read: bool = False
    id: int | None = None
    thumb: Literal["up", "down"] | None = None
    aside: bool = False

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state != "asked"

    def events(self) -> Iterator[Event]:
        """Read the reply, keeping what it brings; ends early when stopped. Raises `RagError`."""
        if self.reply is None:
            return
        for event in self.reply:
            if self.ended:
                self.reply.close()
                return
            self._keep(event)
            yield event
        if not self.ended:
            self.answer = self.reply.answer
            self.state = "finished"

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

    def stop(self, note: str) -> None:
        """End the turn where it is, and the model's work with it; nothing where it has ended already."""
        if not self.ended:
            self._end("stopped", note)

    def fail(self, note: str) -> None:
        """End the turn because something went wrong, which `note` says."""
        self._end("failed", note)

    def _end(self, state: State, note: str) -> None:
        self.note, self.state = note, state
        if self.reply:
            self.reply.close()


@dataclass
class Conversation:
    """What a learner has asked in one browser tab, of the course with that slug.

    `id` is the journal's, None as long as nothing is kept; `unsaved` says why something could not be.
    `editing` is the number of the question that is being put in other words, 0 for none.
    """

    course: str = ""
    texts: ChatTexts = ENGLISH
    learner: Learner = LOCAL
    id: int | None = None
    unsaved: str = ""
    editing: int = 0
    turns: list[Turn] = field(default_factory=list)

    @property
    def learner_id(self) -> str:
        """Whose it is."""
        return self.learner.id

    def ask(self, assistant: Assistant, question: str) -> Turn:
        """Begin a turn, stopping the one before. Raises `QuestionInvalid`, and then nothing has begun."""
        return self.begin(question, assistant.ask(question, self.history()), assistant)

    def begin(self, question: str, reply: Reply, assistant: Assistant, *, aside: bool = False) -> Turn:
        """Begin a turn that `reply` answers, stopping the one before."""
        self.stop()
        answer = Answer(question, answered=True, sentences=())
        turn = Turn(question, answer, assistant.document, reply, aside=aside)
        self.turns.append(turn)
        return turn

    def add(self, turn: Turn) -> Turn:
        """Add a turn that has its answer already, stopping the one before."""
        self.stop()
        turn.state = "finished"
        self.turns.append(turn)
        return turn

    def history(self) -> list[Message]:
        """The answered turns as plain text, for the assistant."""
        return [
            message
            for turn in self.turns
            if turn.state == "finished" and not turn.lead
            for message in (Message("user", turn.answer.question), Message("assistant", turn.answer.text))
        ]

    @property
    def quiz(self) -> QuizQuestion | None:
        """The question of a quiz that waits for its answer."""
        return self.turns[-1].quiz if self.turns else None

    def leave_quiz(self) -> None:
        """The next thing typed is a question again."""
        if self.turns:
            self.turns[-1].quiz = None

    def stop(self) -> None:
        """Stop the answer that is being written, if one is."""
        if self.turns:
            self.turns[-1].stop(self.texts.stopped_note)

    def clear(self) -> None:
        """Forget everything, and begin anew."""
        self.stop()
        self.turns, self.id, self.editing, self.unsaved = [], None, 0, ""
