import subprocess
import sys

from tests.conftest import PROJECT

WRITER = """
import sys
from ui.journal import Journal

address, learner = sys.argv[1:]
journal = Journal.open(address)
conversation = journal.conversations.create(learner, "biology", learner)
for number in range(15):
    turn = journal.turns.begin(learner, conversation.id, f"Question {number}?")
    journal.turns.end(learner, turn, "finished", {"answered": True, "text": "Yes.", "sentences": []})
"""


def test_two_processes_write_at_once_and_nothing_is_lost(journal, address):
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, address, learner], cwd=PROJECT) for learner in ("anna", "ben")
    ]
    assert [writer.wait(120) for writer in writers] == [0, 0]

    for learner in ("anna", "ben"):
        (conversation,) = journal.conversations.of(learner)
        turns = journal.turns.of(learner, conversation.id)
        assert [turn.question for turn in turns] == [f"Question {number}?" for number in range(15)]
        assert {turn.state for turn in turns} == {"finished"}
