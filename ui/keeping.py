"""Keeper: conversations kept in the journal as they happen, and taken up again; what cannot be saved is said."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from corpus import Place
from rag import Answer, Assistant, Chunk, Citation, Hit, Sentence, record
from ui.conversation import Conversation, Turn
from ui.errors import ConversationGone, JournalError
from ui.journal import Conversation as KeptConversation
from ui.journal import Journal
from ui.journal import Turn as KeptTurn
from ui.journal.feedback import Thumb
from ui.journal.ownership import GONE
from ui.learner import Learner
from ui.render import FindDocument

_log = logging.getLogger(__name__)


class Keeper:
    """Writes to a journal, or to none. Nothing that fails here keeps anybody from an answer.

    What could not be saved stands in `Conversation.unsaved` as one sentence.
    """

    def __init__(self, journal: Journal | None) -> None:
        self._journal = journal
        self._writing: set[int] = set()

    def begin(self, conversation: Conversation, turn: Turn) -> None:
        """Record that a question was asked; the first one of a conversation begins it in the journal, too."""
        conversation.unsaved = ""
        if self._journal is None:
            return
        try:
            turn.id = self._begun(self._journal, conversation, turn)
            self._writing.add(turn.id)
        except (JournalError, ConversationGone) as error:
            conversation.unsaved = conversation.texts.error(error)

    def end(self, conversation: Conversation, turn: Turn) -> None:
        """Record what came of it."""
        if self._journal is None or turn.id is None or turn.state == "asked":
            return
        try:
            state = "stopped" if turn.state == "interrupted" else turn.state
            self._journal.turns.end(conversation.learner_id, turn.id, state, kept_answer(turn), turn.note)
            self._note_participation(self._journal, conversation.learner, turn)
        except (JournalError, ConversationGone) as error:
            conversation.unsaved = conversation.texts.error(error)
        finally:
            self._writing.discard(turn.id)

    def withdraw(self, conversation: Conversation, number: int) -> None:
        """Drop turn `number` (from 1) and those after it, for one that is asked again."""
        withdrawn, conversation.turns = conversation.turns[number - 1 :], conversation.turns[: number - 1]
        ids = [turn.id for turn in withdrawn if turn.id is not None]
        if self._journal is None or not ids:
            return
        try:
            self._journal.turns.withdraw(conversation.learner_id, ids[0])
        except (JournalError, ConversationGone) as error:
            conversation.unsaved = conversation.texts.error(error)

    def judge(self, conversation: Conversation, turn: Turn, thumb: Thumb | None, reason: str = "") -> None:
        """Record what the learner thinks of an answer. Raises `JournalError` or `ConversationGone`."""
        if self._journal is None or turn.id is None:
            raise JournalError(conversation.texts.nothing_is_kept)
        if thumb is None:
            self._journal.feedback.take_back(conversation.learner_id, turn.id)
        else:
            self._journal.feedback.give(conversation.learner_id, turn.id, thumb, reason)
        turn.thumb = thumb

    def restore(self, conversation: Conversation, identity: int, assistant: Assistant | None) -> None:
        """Take a conversation up again, its turns as they were. Raises `JournalError` or `ConversationGone`."""
        if self._journal is None:
            raise ConversationGone(conversation.texts.nothing_is_kept)
        kept = self._journal.turns.of(conversation.learner_id, identity)
        find_document = assistant.document if assistant else _no_document
        conversation.id = identity
        conversation.turns = [self._turn(one, conversation, find_document) for one in kept]

    def course_of(self, learner: Learner, identity: int) -> str:
        """The slug of the course that a kept conversation is about. Raises `JournalError` or `ConversationGone`."""
        if self._journal is None:
            raise ConversationGone("")
        course = self._journal.conversations.get(learner.id, identity).course_id
        if not learner.may_open(course):
            raise ConversationGone(GONE)
        return course

    def listed(self, learner: Learner, words: str = "") -> list[KeptConversation]:
        """The learner's conversations in which all `words` stand, newest first; none where they cannot be read.

        Those about courses that they may open no more are left out.
        """
        if self._journal is None:
            return []
        try:
            found = self._journal.conversations.search(learner.id, words)
        except JournalError:
            return []
        return [one for one in found if learner.may_open(one.course_id)]

    def rename(self, learner_id: str, identity: int, title: str) -> None:
        """Give a conversation another title. Raises `JournalError` or `ConversationGone`."""
        if self._journal:
            self._journal.conversations.rename(learner_id, identity, title)

    def delete(self, learner_id: str, identity: int) -> None:
        """Delete a conversation. Raises `JournalError` or `ConversationGone`."""
        if self._journal:
            self._journal.conversations.delete(learner_id, identity)

    def _note_participation(self, journal: Journal, learner: Learner, turn: Turn) -> None:
        """A question that was answered, also one of a quiz, is taking part; a quiz that was only begun is not."""
        if learner.activity is None or not learner.activity.line_item or turn.state != "finished" or turn.quiz:
            return
        try:
            journal.participations.note(learner.id, learner.activity)
        except JournalError as error:  # the answer is saved, and their next question tells it again
            _log.warning("That somebody took part was not kept: %s", error)

    def _begun(self, journal: Journal, conversation: Conversation, turn: Turn) -> int:
        learner = conversation.learner_id
        if conversation.id is not None:
            try:
                return journal.turns.begin(learner, conversation.id, turn.question, aside=turn.aside)
            except ConversationGone:  # deleted in another tab, while this one goes on
                conversation.id = None
        conversation.id, turn_id = journal.turns.begin_conversation(
            learner, conversation.course, turn.question, aside=turn.aside
        )
        return turn_id

    def _turn(self, kept: KeptTurn, conversation: Conversation, find_document: FindDocument) -> Turn:
        texts = conversation.texts
        turn = Turn(kept.question, restored_answer(kept, find_document), find_document, note=kept.note)
        turn.id, turn.thumb, turn.lead = kept.id, kept.thumb, (kept.answer or {}).get("lead", "")
        turn.state = "interrupted" if kept.state == "asked" else kept.state
        if kept.state == "asked":
            turn.note = texts.being_written if kept.id in self._writing else texts.interrupted
        return turn


def kept_answer(turn: Turn) -> dict[str, Any]:
    """What the journal keeps of an answer: its record, and the places by their parts, to be shown again."""
    answer = turn.answer
    return record(answer) | {
        "lead": turn.lead,
        "places": [asdict(citation.place) for citation in answer.citations],
        "nearest_places": [asdict(chunk.place) for chunk in answer.nearest],
    }


def restored_answer(kept: KeptTurn, find_document: FindDocument) -> Answer:
    """The answer of a kept turn; what was found and not cited is only there while the course has it unchanged."""
    row = kept.answer
    if row is None:
        return Answer(kept.question, answered=True, sentences=())
    return Answer(
        question=row["question"],
        answered=row["answered"],
        sentences=tuple(Sentence(one["text"], one["support"], tuple(one["citations"])) for one in row["sentences"]),
        citations=tuple(
            Citation(one["number"], one["doc_id"], one["title"], place, one["quote"], one["start"], one["end"])
            for one, place in zip(row["citations"], _places(row.get("places")), strict=False)
        ),
        retrieved=tuple(_hits(row, find_document)),
        nearest=tuple(
            Chunk(one["doc_id"], one["title"], place, 0, 0, "")
            for one, place in zip(row["nearest"], _places(row.get("nearest_places")), strict=False)
        ),
        asked=row["asked"],
        confidence=row["confidence"],
        model=row["model"],
        index_version=row["index_version"],
    )


def _places(rows: list[dict[str, Any]] | None) -> list[Place]:
    return [Place(**{**row, "headings": tuple(row["headings"])}) for row in rows or []]


def _hits(row: Mapping[str, Any], find_document: FindDocument) -> list[Hit]:
    hits = []
    for one in row["retrieved"]:
        try:
            document = find_document(one["doc_id"])
        except KeyError:
            continue
        start, end = one["start"], min(one["end"], len(document.text))
        if start < end:
            place = document.place_at(start)
            chunk = Chunk(document.doc_id, document.title, place, start, end, document.text[start:end])
            hits.append(Hit(chunk, one["score"]))
    return hits


def _no_document(doc_id: str) -> Any:
    raise KeyError(doc_id)
