import pytest

from rag import record
from ui.journal import Journal

HOSTILE = "NUL \x00, half a pair \ud83d, a file name \udce9, 'quote\" %s {} \\ ; DROP TABLE turns; -- \u202e 🧬"


@pytest.fixture
def conversation(journal):
    return journal.conversations.create("anna", "biology", "Cells").id


def test_a_turn_whose_answer_never_came_is_still_there(journal, conversation, address):
    """The server was restarted in mid-answer."""
    journal.turns.begin("anna", conversation, "What is mitosis?")
    journal.close()

    again = Journal.open(address)
    (turn,) = again.turns.of("anna", conversation)
    again.close()

    assert (turn.question, turn.state, turn.answer) == ("What is mitosis?", "asked", None)


def test_an_answer_comes_back_as_it_was(journal, conversation, answer):
    turn = journal.turns.begin("anna", conversation, answer.question)
    journal.turns.end("anna", turn, "finished", record(answer))

    assert journal.turns.get("anna", turn).answer == record(answer)


def test_a_stopped_turn_keeps_what_there_was(journal, conversation, answer):
    turn = journal.turns.begin("anna", conversation, answer.question)
    journal.turns.end("anna", turn, "stopped", record(answer), "Stopped before the answer was finished.")

    kept = journal.turns.get("anna", turn)
    assert (kept.state, kept.note) == ("stopped", "Stopped before the answer was finished.")


def test_a_failed_turn_keeps_the_reason(journal, conversation):
    turn = journal.turns.begin("anna", conversation, "Why?")
    journal.turns.end("anna", turn, "failed", None, "The model broke off.")

    kept = journal.turns.get("anna", turn)
    assert (kept.state, kept.answer, kept.note) == ("failed", None, "The model broke off.")


def test_a_withdrawn_turn_and_those_after_it_are_not_shown(journal, conversation):
    turns = [journal.turns.begin("anna", conversation, f"Question {number}?") for number in (1, 2, 3)]

    journal.turns.withdraw("anna", turns[1])

    assert [turn.question for turn in journal.turns.of("anna", conversation)] == ["Question 1?"]
    assert journal.conversations.get("anna", conversation).turns == 1
    assert journal.conversations.search("anna", "2?") == []


def test_text_that_no_database_takes_is_stored(journal):
    conversation = journal.conversations.create("anna", "biology", HOSTILE)
    turn = journal.turns.begin("anna", conversation.id, HOSTILE)
    answer = {"answered": True, "text": HOSTILE, "sentences": [], HOSTILE: [HOSTILE]}
    journal.turns.end("anna", turn, "finished", answer, HOSTILE)

    kept = journal.turns.get("anna", turn)

    assert kept.answer == answer
    assert len(kept.question) == len(HOSTILE)
    assert kept.question == HOSTILE.translate(dict.fromkeys([0, 0xD83D, 0xDCE9], "\N{REPLACEMENT CHARACTER}"))
    assert journal.conversations.search("anna", HOSTILE) == [journal.conversations.get("anna", conversation.id)]


def test_the_time_of_a_turn_is_in_utc(journal, conversation):
    turn = journal.turns.get("anna", journal.turns.begin("anna", conversation, "When?"))

    assert turn.created.utcoffset().total_seconds() == 0
