from datetime import UTC, date, datetime, timedelta

import pytest

from ui.errors import ConversationGone, CorrectionGone
from ui.journal import Proof
from ui.journal.schema import TurnRow


def answer(text="Two nuclei.", support="supported", answered=True):
    sentences = [{"text": text, "support": support, "citations": [1]}] if answered else []
    return {"answered": answered, "text": text, "sentences": sentences}


@pytest.fixture
def asked(journal):
    """Turn ids by what came of them, in two courses."""
    ids = {}

    def ask(name, course, outcome, state="finished"):
        conversation = journal.conversations.create("anna", course, name)
        ids[name] = journal.turns.begin("anna", conversation.id, f"{name}?")
        if outcome:
            journal.turns.end("anna", ids[name], state, outcome)

    ask("good", "biology", answer())
    ask("weak", "biology", answer(support="weak"))
    ask("refused", "biology", answer("The course does not say.", answered=False))
    ask("liked", "biology", answer())
    ask("disliked", "biology", answer())
    ask("interrupted", "biology", None)
    ask("elsewhere", "chemistry", answer(answered=False))
    journal.feedback.give("anna", ids["liked"], "up")
    journal.feedback.give("anna", ids["disliked"], "down", "  That is meiosis. ")
    return ids


def questions(rows):
    return [row.question for row in rows]


def test_the_instructor_sees_what_is_to_be_mended(journal, asked):
    rows = journal.review.to_mend("biology")

    assert questions(rows) == ["disliked?", "refused?", "weak?"]
    assert [(row.answered, row.weak, row.thumb, row.reason) for row in rows] == [
        (True, False, "down", "That is meiosis."),
        (False, False, None, ""),
        (True, True, None, ""),
    ]
    assert rows[1].answer["text"] == "The course does not say."


def test_asides_do_not_count_as_asked_but_complaints_about_them_are_seen(journal):
    conversation, question = journal.turns.begin_conversation("anna", "biology", "What is a cell?")
    asides = [journal.turns.begin("anna", conversation, f"{name}?", aside=True) for name in ("quiz", "definition")]
    for turn in (question, *asides):
        journal.turns.end("anna", turn, "finished", answer(answered=False))
    journal.feedback.give("anna", asides[1], "down")

    assert questions(journal.review.asked("biology")) == ["What is a cell?"]
    assert [day.asked for day in journal.review.days("biology")] == [1]
    assert questions(journal.review.to_mend("biology")) == ["definition?", "What is a cell?"]


def test_the_instructor_does_not_see_who_asked(journal, asked):
    assert "anna" not in repr(journal.review.asked("biology"))


def test_what_was_settled_is_not_shown_again(journal, asked):
    journal.review.settle("biology", [asked["weak"], asked["refused"], asked["elsewhere"], 2**80, -1])

    assert questions(journal.review.to_mend("biology")) == ["disliked?"]
    assert questions(journal.review.to_mend("chemistry")) == ["elsewhere?"]


def test_a_question_that_was_put_again_still_counts(journal, asked):
    journal.turns.withdraw("anna", asked["refused"])

    assert "refused?" in questions(journal.review.to_mend("biology"))


def test_all_that_was_asked_is_there_with_counts_for_each_day(journal, asked):
    long_ago = datetime.now(UTC) - timedelta(days=3)
    with journal._database.writing() as session:
        old = session.get(TurnRow, asked["good"])
        old.created, old.day = long_ago, long_ago.date()

    assert len(journal.review.asked("biology")) == 5
    assert len(journal.review.asked("biology", since=long_ago.date() + timedelta(days=1))) == 4

    before, today = journal.review.days("biology")
    assert (before.day, before.asked, before.answered) == (long_ago.date(), 1, 1)
    assert (today.asked, today.answered, today.unanswered, today.weak, today.up, today.down) == (5, 3, 1, 1, 1, 1)
    assert journal.review.days("biology", since=date.max) == []


def test_an_opinion_is_changed_and_taken_back(journal, asked):
    turn = asked["liked"]
    journal.feedback.give("anna", turn, "down", "x" * 5_000)
    assert journal.turns.get("anna", turn).thumb == "down"
    (row,) = [row for row in journal.review.to_mend("biology") if row.turn_id == turn]
    assert len(row.reason) == 2_000

    journal.feedback.take_back("anna", turn)
    journal.feedback.take_back("anna", turn)

    assert journal.turns.get("anna", turn).thumb is None


def test_nobody_has_an_opinion_on_the_answers_of_somebody_else(journal, asked):
    with pytest.raises(ConversationGone):
        journal.feedback.give("eve", asked["good"], "down")
    with pytest.raises(ConversationGone):
        journal.feedback.take_back("eve", asked["liked"])

    assert journal.turns.get("anna", asked["liked"]).thumb == "up"


def test_a_correction_is_kept_changed_and_withdrawn(journal):
    proof = Proof("cells.md", 10, 42)
    first = journal.corrections.add("ida", "biology", "How many phases?", "Four.", proof)
    second = journal.corrections.add("ida", "biology", "Why?", "Because.")
    assert journal.corrections.of("biology") == [first, second]
    assert (first.proof, first.author, second.proof) == (proof, "ida", None)

    changed = journal.corrections.change("biology", first.id, "How many phases has mitosis?", "Four.")
    assert journal.corrections.get("biology", first.id) == changed
    assert (changed.question, changed.proof, changed.author) == ("How many phases has mitosis?", None, "ida")
    assert changed.changed > first.changed

    journal.corrections.withdraw("biology", second.id)
    assert journal.corrections.of("biology") == [changed]


@pytest.mark.parametrize(("course", "number"), [("chemistry", None), ("biology", 0), ("biology", 2**80)])
def test_a_correction_is_not_found_in_another_course(journal, course, number):
    kept = journal.corrections.add("ida", "biology", "Why?", "Because.")
    number = kept.id if number is None else number

    for call in (journal.corrections.get, journal.corrections.withdraw):
        with pytest.raises(CorrectionGone):
            call(course, number)
    with pytest.raises(CorrectionGone):
        journal.corrections.change(course, number, "?", "!")

    assert journal.corrections.of("biology") == [kept]
