import pytest

from ui.errors import ConversationGone

ANSWER = {
    "answered": True,
    "text": "Mitosis gives two equal nuclei.",
    "sentences": [{"text": "Mitosis gives two equal nuclei.", "support": "supported", "citations": [1]}],
    "citations": [],
}


def ask(journal, conversation, question, answer=ANSWER, learner="anna"):
    turn = journal.turns.begin(learner, conversation.id, question)
    journal.turns.end(learner, turn, "finished", answer)
    return turn


def titles(conversations):
    return [one.title for one in conversations]


def test_what_was_asked_is_there_when_the_page_is_loaded_again(journal):
    conversation = journal.conversations.create("anna", "biology", "  What is\nmitosis? ")
    ask(journal, conversation, "What is mitosis?")
    ask(journal, conversation, "And meiosis?")

    (listed,) = journal.conversations.of("anna")
    turns = journal.turns.of("anna", listed.id)

    assert (listed.title, listed.course_id, listed.turns) == ("What is mitosis?", "biology", 2)
    assert listed == journal.conversations.get("anna", listed.id)
    assert [turn.question for turn in turns] == ["What is mitosis?", "And meiosis?"]
    assert turns[0].answer == ANSWER
    assert {turn.state for turn in turns} == {"finished"}


def test_the_conversation_changed_last_comes_first(journal):
    first = journal.conversations.create("anna", "biology", "first")
    journal.conversations.create("anna", "chemistry", "second")
    assert titles(journal.conversations.of("anna")) == ["second", "first"]

    ask(journal, first, "Again?")

    assert titles(journal.conversations.of("anna")) == ["first", "second"]
    assert titles(journal.conversations.of("anna", "chemistry")) == ["second"]


@pytest.mark.parametrize(
    "text", ["ÜBERGANG", "nuclei", "übergang EQUAL", "100 %", "strange_name", "", "  "], ids=lambda text: f"“{text}”"
)
def test_search_finds_words_of_titles_questions_and_answers(journal, text):
    conversation = journal.conversations.create("anna", "biology", "Der Übergang")
    ask(journal, conversation, "Is it 100 % of a strange_name?")

    assert titles(journal.conversations.search("anna", text)) == ["Der Übergang"]


@pytest.mark.parametrize("text", ["meiosis", "nuclei meiosis", "%", "strange-name", "str_nge", "\\", "'", "\x00"])
def test_search_finds_nothing_else(journal, text):
    conversation = journal.conversations.create("anna", "biology", "Strange")
    ask(journal, conversation, "What is mitosis?")

    assert journal.conversations.search("anna", text) == []


def test_a_conversation_is_renamed_and_found_by_its_new_name(journal):
    conversation = journal.conversations.create("anna", "biology", "old")

    journal.conversations.rename("anna", conversation.id, "New " + "and longer " * 100)
    journal.conversations.rename("anna", conversation.id, " \n ")

    (renamed,) = journal.conversations.search("anna", "new")
    assert renamed.title.startswith("New and longer")
    assert len(renamed.title) == 200
    assert journal.conversations.search("anna", "old") == []


def test_a_deleted_conversation_takes_its_turns_along(journal):
    conversation = journal.conversations.create("anna", "biology", "mitosis")
    turn = ask(journal, conversation, "What is mitosis?")

    journal.conversations.delete("anna", conversation.id)

    assert journal.conversations.of("anna") == []
    with pytest.raises(ConversationGone, match="not here any more"):
        journal.turns.get("anna", turn)
    with pytest.raises(ConversationGone):
        journal.turns.end("anna", turn, "finished", ANSWER)


def test_an_id_is_never_given_again(journal):
    """An old tab would write into somebody's new conversation."""
    gone = journal.conversations.create("anna", "biology", "gone")
    journal.conversations.delete("anna", gone.id)

    assert journal.conversations.create("anna", "biology", "new").id > gone.id


@pytest.mark.parametrize(
    "call",
    [
        lambda journal, conversation, turn: journal.conversations.get("eve", conversation),
        lambda journal, conversation, turn: journal.conversations.rename("eve", conversation, "mine"),
        lambda journal, conversation, turn: journal.conversations.delete("eve", conversation),
        lambda journal, conversation, turn: journal.turns.begin("eve", conversation, "Hello?"),
        lambda journal, conversation, turn: journal.turns.end("eve", turn, "finished", None),
        lambda journal, conversation, turn: journal.turns.of("eve", conversation),
        lambda journal, conversation, turn: journal.turns.get("eve", turn),
        lambda journal, conversation, turn: journal.turns.withdraw("eve", turn),
        lambda journal, conversation, turn: journal.conversations.get("anna", 2**80),
        lambda journal, conversation, turn: journal.turns.get("anna", 2**80),
        lambda journal, conversation, turn: journal.turns.get("anna", -1),
    ],
)
def test_nobody_reaches_the_conversations_of_somebody_else(journal, call):
    conversation = journal.conversations.create("anna", "biology", "mitosis")
    turn = ask(journal, conversation, "What is mitosis?")

    with pytest.raises(ConversationGone):
        call(journal, conversation.id, turn)

    assert journal.conversations.of("eve") == []
    assert journal.conversations.search("eve", "mitosis") == []
    assert titles(journal.conversations.of("anna")) == ["mitosis"]
    assert journal.turns.get("anna", turn).state == "finished"
