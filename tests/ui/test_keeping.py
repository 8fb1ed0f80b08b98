"""The chat with a journal behind it: what is kept, taken up again, and said when it cannot be kept."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from corpus import Place
from rag import Answer, ModelFailed
from tests.ui.conftest import FakeAssistant, course_document, in_event_loop, one_course
from tests.ui.test_chat import ASKING, answering, ask, command, html, opened
from ui.app import build
from ui.conversation import Conversation
from ui.courses import Courses
from ui.errors import JournalError
from ui.handlers import Handlers
from ui.journal import Journal
from ui.journal.database import BUSY_SECONDS
from ui.keeping import Keeper, restored_answer
from ui.learner import LOCAL, Activity, Learner, Role
from ui.texts.chat import ENGLISH

texts = ENGLISH


@pytest.fixture
def courses(assistant: FakeAssistant) -> Courses:
    return one_course(assistant)


@pytest.fixture
def handlers(courses: Courses, journal: Journal) -> Handlers:
    return Handlers(courses, journal)


@pytest.fixture
def conversation() -> Conversation:
    return Conversation()


def reopened(handlers: Handlers, address: str = "?conversation=1") -> tuple[Conversation, Any]:
    """The conversation in another tab."""
    conversation = Conversation()
    return conversation, opened(handlers, conversation, address)


def content(shown: Any, message: int) -> str:
    """The HTML of a message of a page that was opened anew."""
    found = shown.messages.value[message]["content"]
    return str(found if isinstance(found, str) else found[0]["text"])


def test_a_conversation_survives_a_reload(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer, refusal: Answer
) -> None:
    placed = replace(answer.citations[0], place=Place(("Cells",), page=7, seconds=3.5))
    assistant.enqueue(replace(answer, citations=(placed, answer.citations[1])), refusal)
    for question in ("What is mitosis?", "When is the exam?"):
        before = ask(handlers, conversation, question)[-1]
    again, after = reopened(handlers)

    assert [content(after, at) for at in range(4)] == [message.content for message in before.messages]
    assert after.messages.value[3]["options"] == before.messages[3].options
    assert texts.restored in after.status
    assert again.history() == conversation.history()
    assert again.turns[0].answer.citations == conversation.turns[0].answer.citations


def test_what_the_course_does_not_say_any_more_is_still_shown_as_it_was_cited(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    ask(handlers, conversation, "What is mitosis?")
    assistant.document_ = replace(assistant.document_, text=assistant.document_.text.upper())
    _, after = reopened(handlers)

    assert "<mark>Mitosis divides one nucleus into two equal nuclei.</mark>" in content(after, 1)
    assert texts.source_changed in content(after, 1)


def test_a_conversation_outlives_its_course(
    assistant: FakeAssistant, handlers: Handlers, courses: Courses, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    ask(handlers, conversation, "What is mitosis?")
    del courses._by_slug["course"]
    again, after = reopened(handlers)

    assert "two equal nuclei" in content(after, 1)
    assert "This course is not here any more" in after.status
    assert "This course is not here any more" in ask(handlers, again, "And now?")[0].status


def test_a_course_that_is_deleted_while_it_answers_answers_to_the_end(
    assistant: FakeAssistant, handlers: Handlers, courses: Courses, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    handlers.begin("What is mitosis?", conversation, ASKING)
    stream = answering(handlers, conversation)
    next(stream)
    del courses._by_slug["course"]
    *_, last = stream

    assert "followed by meiosis" in html(last)
    assert "Done, 2 sources" in last.status


def test_an_answer_that_the_server_did_not_live_to_finish_is_said_to_be_interrupted(
    assistant: FakeAssistant, handlers: Handlers, journal: Journal, answer: Answer
) -> None:
    kept = journal.conversations.create(LOCAL.id, "course", "What is mitosis?")
    journal.turns.begin(LOCAL.id, kept.id, "What is mitosis?")
    again, after = reopened(handlers, f"?conversation={kept.id}")
    assert texts.interrupted in content(after, 1)
    assert 'name="retry" value="1"' in content(after, 1)

    assistant.enqueue(answer)
    command(handlers, again, "retry 1")
    *_, last = answering(handlers, again)
    assert "two equal nuclei" in html(last)
    assert [turn.state for turn in journal.turns.of(LOCAL.id, kept.id)] == ["finished"]


def test_an_answer_that_is_being_written_in_another_tab_is_not_called_interrupted(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    handlers.begin("What is mitosis?", conversation, ASKING)
    _, after = reopened(handlers)

    assert texts.being_written in content(after, 1)


def test_stopped_and_failed_answers_are_kept_as_such(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, journal: Journal, answer: Answer
) -> None:
    assistant.enqueue(ModelFailed("It broke off."))
    ask(handlers, conversation, "What is mitosis?")
    [turn] = journal.turns.of(LOCAL.id, 1)

    assert (turn.state, turn.note) == ("failed", "It broke off.")


class FailingJournal:
    """A journal whose disk is full."""

    def __getattr__(self, name: str) -> Any:
        if name in ("conversations", "turns", "feedback"):
            return self
        raise JournalError("The disk of the database is full; ask whoever runs this server to free some space.")


def test_when_nothing_can_be_saved_the_answer_is_given_and_that_is_said(
    assistant: FakeAssistant, courses: Courses, conversation: Conversation, answer: Answer
) -> None:
    handlers = Handlers(courses, cast(Journal, FailingJournal()))
    assistant.enqueue(answer)
    *_, last = ask(handlers, conversation, "What is mitosis?")

    assert "followed by meiosis" in html(last)
    assert "Done, 2 sources. Not saved: The disk of the database is full" in last.status


def hold_lock(journal: Journal, path: Path) -> Callable[[], None]:
    """As a backup or another server would; the returned function lets go."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other.close


def write_protect(journal: Journal, _path: Path) -> Callable[[], None]:
    event.listen(
        journal._database.engine, "connect", lambda connection, _record: connection.execute("PRAGMA query_only = ON")
    )
    journal.close()
    return lambda: None


def fill_disk(journal: Journal, _path: Path) -> Callable[[], None]:
    """A database that may not grow is a full disk to SQLite."""
    event.listen(
        journal._database.engine, "connect", lambda connection, _record: connection.execute("PRAGMA max_page_count = 1")
    )
    journal.close()
    return lambda: None


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (hold_lock, "The database is busy"),
        (write_protect, "The database cannot be written"),
        (fill_disk, "The disk of the database is full"),
    ],
)
def test_a_database_that_takes_nothing_keeps_nobody_from_an_answer_for_long(
    assistant: FakeAssistant,
    courses: Courses,
    sqlite_journal: Journal,
    tmp_path: Path,
    answer: Answer,
    break_it: Callable[[Journal, Path], Callable[[], None]],
    said: str,
) -> None:
    handlers, conversation = Handlers(courses, sqlite_journal), Conversation()
    assistant.enqueue(replace(answer, sentences=answer.sentences * 100))  # more than the file's pages have room for
    mend = break_it(sqlite_journal, tmp_path / "journal.sqlite")
    began = time.monotonic()
    *_, last = ask(handlers, conversation, "What is mitosis?")
    took = time.monotonic() - began
    mend()

    assert "followed by meiosis" in html(last)
    assert f"Done, 2 sources. Not saved: {said}" in last.status
    assert took < 2 * BUSY_SECONDS + 2  # what it takes beside, on a busy machine
    kept = [
        turn for one in sqlite_journal.conversations.of(LOCAL.id) for turn in sqlite_journal.turns.of("local", one.id)
    ]
    assert [turn.answer for turn in kept] == [None] * len(kept)
    assert len(kept) == (conversation.id is not None)  # no conversation without the question that began it


def test_a_server_that_is_started_again_says_which_answer_it_did_not_live_to_finish(
    assistant: FakeAssistant, courses: Courses, sqlite_address: str, answer: Answer
) -> None:
    """As after a kill: nothing of the first server is left but the database."""
    killed, conversation = Handlers(courses, Journal.open(sqlite_address)), Conversation()
    assistant.enqueue(answer)
    killed.begin("What is mitosis?", conversation, ASKING)
    stream = answering(killed, conversation)
    next(stream)

    journal = Journal.open(sqlite_address)
    _, after = reopened(Handlers(courses, journal))
    stream.close()  # type: ignore[attr-defined]
    journal.close()

    assert "What is mitosis?" in content(after, 0)
    assert texts.interrupted in content(after, 1)


def test_quizzes_and_study_helpers_are_no_questions_to_the_course(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, journal: Journal, answer: Answer
) -> None:
    assistant.document_ = course_document(parts={"Mitosis": "Mitosis is the division of a nucleus into two nuclei."})
    assistant.enqueue(answer)
    ask(handlers, conversation, "What is mitosis?")
    command(handlers, conversation, "define 1")
    list(answering(handlers, conversation))
    command(handlers, conversation, "quiz 1")
    ask(handlers, conversation, "a nucleus")

    assert len(journal.turns.of(LOCAL.id, 1)) == 4
    assert [one.question for one in journal.review.asked("course")] == ["What is mitosis?"]


def test_those_who_teach_find_the_way_to_their_pages(courses: Courses, journal: Journal) -> None:
    def shelf(who: Learner, *, with_desk: bool = True) -> str:
        handlers = Handlers(courses, journal, lambda _request: who, with_desk=with_desk)
        return str(opened(handlers, Conversation(), "").shelf)

    link = f'<a href="instructor/courses/course">{escape(texts.for_instructors)}</a>'
    assert link in shelf(LOCAL)
    assert link in shelf(Learner("8", "Grace", "instructor"))
    assert link not in shelf(Learner("7", "Ada", "learner"))
    assert link not in shelf(LOCAL, with_desk=False)


@pytest.mark.parametrize(
    ("role", "activity", "chooses"),
    [
        ("instructor", Activity(1), True),
        ("admin", Activity(1), True),
        ("learner", Activity(1), False),
        ("instructor", None, False),
    ],
)
def test_those_who_teach_in_a_learning_platform_find_where_to_choose_another_course(
    courses: Courses, journal: Journal, role: Role, activity: Activity | None, chooses: bool
) -> None:
    who = Learner("lti:2", "", role, frozenset({"course"}), activity=activity)
    shelf = str(opened(Handlers(courses, journal, lambda _request: who), Conversation(), "").shelf)

    assert (f'<a href="lti/choose">{escape(texts.choose_course)}</a>' in shelf) is chooses


def test_asking_again_and_in_other_words_replaces_what_came_after(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, journal: Journal, answer: Answer
) -> None:
    assistant.enqueue(*[answer] * 4)
    for question in ("One?", "Two?", "Three?"):
        ask(handlers, conversation, question)
    shown = command(handlers, conversation, "edit 2")
    assert shown.question.value == "Two?"
    assert texts.editing in shown.status
    ask(handlers, conversation, "Two, in other words?")

    assert [turn.question for turn in journal.turns.of(LOCAL.id, 1)] == ["One?", "Two, in other words?"]
    assert len(assistant.histories[-1]) == 2


def test_a_thumb_and_its_reason_are_kept_and_can_be_taken_back(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, journal: Journal, answer: Answer
) -> None:
    assistant.enqueue(answer)
    ask(handlers, conversation, "What is mitosis?")
    shown = command(handlers, conversation, "down 1")
    assert texts.thanks_why in shown.status
    assert 'value="1 wrong"' in html(shown)
    command(handlers, conversation, "reason 1 wrong")
    assert [turn.thumb for turn in journal.turns.of(LOCAL.id, 1)] == ["down"]
    command(handlers, conversation, "down 1")
    assert [turn.thumb for turn in journal.turns.of(LOCAL.id, 1)] == [None]


def test_conversations_are_listed_found_renamed_and_deleted(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer, answer)
    assert "What is mitosis?" in ask(handlers, conversation, "What is mitosis?")[0].shelf
    command(handlers, conversation, "open ?course=course")
    ask(handlers, conversation, "What about starch?")

    assert "What is mitosis?" not in command(handlers, conversation, "search starch").shelf
    shelf = command(handlers, conversation, "rename 1 Cell <division>").shelf
    assert ">Cell &lt;division&gt;</a>" in shelf
    shown = command(handlers, conversation, "delete 2")
    assert "starch" not in shown.shelf
    assert shown.messages.value == []
    assert conversation.id is None


def test_nobody_reaches_the_conversations_of_another(
    assistant: FakeAssistant, courses: Courses, journal: Journal, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(answer)
    ask(Handlers(courses, journal), conversation, "What is mitosis?")
    other = Handlers(courses, journal, lambda _request: Learner("other", "Other", "learner"))
    _, after = reopened(other)

    assert after.messages.value == []
    assert "mitosis" not in after.shelf
    assert "mitosis" not in str(command(other, Conversation(), "delete 1").status)
    assert journal.turns.of(LOCAL.id, 1)


def test_somebody_who_must_sign_in_can_do_nothing(
    courses: Courses, journal: Journal, conversation: Conversation
) -> None:
    nobody = Handlers(courses, journal, lambda _request: None)

    assert texts.sign_in_first in ask(nobody, conversation, "What is mitosis?")[0].status
    assert texts.sign_in_first in command(nobody, conversation, "quiz 0").status
    assert conversation.turns == []


@pytest.mark.parametrize(
    "words",
    [
        "",
        "open",
        "nonsense 1",
        "retry 9",
        "retry x",
        "rename x",
        "delete",
        "reason",
        "edit 7",
        "up 1",
        "simplify 0",
        "open ?conversation=x",
        f"open ?conversation={'9' * 5000}",
        f"edit {'9' * 5000}",
    ],
)
def test_no_command_breaks_the_page(handlers: Handlers, conversation: Conversation, words: str) -> None:
    command(handlers, conversation, words)

    assert conversation.turns == []


def test_study_helpers_answer_about_what_was_asked_with_citations(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, answer: Answer
) -> None:
    assistant.enqueue(replace(answer, asked="What is mitosis?"))
    ask(handlers, conversation, "What is it?")
    assistant.document_ = course_document(parts={"Division": "Mitosis is the division of one nucleus. It has phases."})
    for name in ("define", "locate", "simplify"):
        command(handlers, conversation, f"{name} 1")
        *_, last = answering(handlers, conversation)
        assert "<mark>Mitosis is the division of one nucleus.</mark>" in html(last)
        assert 'class="marker"' in html(last)
        assert "What is mitosis?" in html(last, -2)


def test_a_quiz_asks_compares_and_shows_the_passage(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, journal: Journal
) -> None:
    parts = {"Mitosis": "Mitosis is the division of one nucleus into two equal nuclei."}
    assistant.document_ = course_document(parts=parts)
    shown = command(handlers, conversation, "quiz 0")
    assert "What is mitosis?" in html(shown)
    assert "<mark>" not in html(shown)
    assert 'name="edit"' not in html(shown, -2)
    assert shown.question.placeholder == texts.quiz_placeholder

    shown = ask(handlers, conversation, "It divides a nucleus.")[0]
    assert "In your answer: nucleus. Missing from it: division, two, equal, nuclei." in html(shown).replace("one, ", "")
    assert "<mark>Mitosis is the division" in html(shown)
    again, after = reopened(handlers)
    assert content(after, 3).count("<mark>Mitosis is the division") == 1
    assert again.history() == []


@pytest.fixture
def client(courses: Courses, journal: Journal) -> Iterator[TestClient]:
    app = in_event_loop(lambda: build(courses, journal=journal))
    with TestClient(app, base_url="http://127.0.0.1:7860") as client:
        yield client


def test_a_conversation_is_exported_as_markdown_and_json(
    assistant: FakeAssistant, handlers: Handlers, conversation: Conversation, client: TestClient, answer: Answer
) -> None:
    assistant.enqueue(answer, answer)
    for question in ("What is *mitosis*?", "And meiosis?"):
        ask(handlers, conversation, question)
    markdown = client.get("/conversations/1.md")
    row = json.loads(client.get("/conversations/1.json").text)

    assert markdown.text.startswith(
        "# What is \\*mitosis\\*?\n\n## What is \\*mitosis\\*?\n\nMitosis gives two equal nuclei.[^1-1]"
    )
    assert "\n[^2-2]: Cells and their energy, § Meiosis: “Meiosis makes four cells”\n" in markdown.text
    assert "attachment" in markdown.headers["content-disposition"]
    assert [turn["answer"]["text"] for turn in row["turns"]] == [answer.text, answer.text]
    assert client.get("/conversations/2.md").status_code == 404


def test_an_answer_that_never_came_is_restored_as_none(journal: Journal) -> None:
    kept = journal.conversations.create(LOCAL.id, "course", "T")
    journal.turns.begin(LOCAL.id, kept.id, "What?")
    [turn] = journal.turns.of(LOCAL.id, kept.id)

    assert restored_answer(turn, FakeAssistant().document).sentences == ()
    assert Keeper(None).listed(LOCAL) == []
