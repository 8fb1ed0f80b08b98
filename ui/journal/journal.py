"""Journal: one database, and a small object for each thing that is kept in it."""

from __future__ import annotations

from sqlalchemy import false, update

from ui.journal.accounts import Accounts
from ui.journal.audit import Audit
from ui.journal.conversations import Conversations
from ui.journal.corrections import Corrections
from ui.journal.database import Database, connect
from ui.journal.feedback import Feedback
from ui.journal.keys import Keys
from ui.journal.launches import Launches
from ui.journal.migrating import upgrade
from ui.journal.participations import Participations
from ui.journal.platforms import Platforms
from ui.journal.privacy import Privacy
from ui.journal.review import Review
from ui.journal.schema import TurnRow
from ui.journal.sessions import Sessions
from ui.journal.turns import Turns
from ui.journal.visits import Visits
from ui.journal.widgets import Widgets


class Journal:
    """What was asked and answered, by whom. Safe to use from many threads; other processes may write too.

    Every call is one transaction. Those on conversations, turns and feedback take the id of the learner
    whom they are made for, and find and change that learner's rows alone. A call raises `JournalError`
    where the database is busy, read-only, full, damaged or out of reach; whoever calls still gives the
    answer, and says that it was not saved.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.conversations = Conversations(database)
        self.turns = Turns(database)
        self.feedback = Feedback(database)
        self.review = Review(database)
        self.corrections = Corrections(database)
        self.accounts = Accounts(database)
        self.sessions = Sessions(database)
        self.keys = Keys(database)
        self.privacy = Privacy(database)
        self.audit = Audit(database)
        self.widgets = Widgets(database)
        self.platforms = Platforms(database)
        self.launches = Launches(database)
        self.visits = Visits(database)
        self.participations = Participations(database)

    @classmethod
    def open(cls, address: str) -> Journal:
        """The journal at ``sqlite:///path`` or ``postgresql://…``, its tables made or brought up to date.

        Raises `JournalError`.
        """
        database = connect(address)
        try:
            upgrade(database)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def check(self) -> None:
        """Raise `JournalError` where nothing can be written now."""
        with self._database.writing() as session:
            session.execute(update(TurnRow).where(false()).values(note=""))

    def close(self) -> None:
        """Close the connections."""
        self._database.close()
