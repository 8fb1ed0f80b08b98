"""The journal: what was asked and answered, by whom, in a database."""

from ui.journal.conversations import Conversation, Conversations
from ui.journal.journal import Journal
from ui.journal.turns import Ended, State, Turn, Turns

__all__ = ["Conversation", "Conversations", "Ended", "Journal", "State", "Turn", "Turns"]
