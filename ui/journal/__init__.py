"""The journal: what was asked and answered, by whom, in a database."""

from ui.journal.accounts import Account
from ui.journal.conversations import Conversation
from ui.journal.corrections import Correction, Proof
from ui.journal.feedback import Thumb
from ui.journal.journal import Journal
from ui.journal.keys import ApiKey
from ui.journal.participations import Participation
from ui.journal.platforms import Platform, Registration
from ui.journal.review import Asked, Day
from ui.journal.turns import Ended, State, Turn
from ui.journal.visits import Visit, Visitor
from ui.journal.widgets import Widget

__all__ = [
    "Account",
    "ApiKey",
    "Asked",
    "Conversation",
    "Correction",
    "Day",
    "Ended",
    "Journal",
    "Participation",
    "Platform",
    "Proof",
    "Registration",
    "State",
    "Thumb",
    "Turn",
    "Visit",
    "Visitor",
    "Widget",
]
