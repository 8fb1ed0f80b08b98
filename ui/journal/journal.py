"""Journal: one database, and a small object for each thing that is kept in it."""

from __future__ import annotations

from ui.journal.conversations import Conversations
from ui.journal.database import Database, connect
from ui.journal.migrating import upgrade
from ui.journal.turns import Turns


class Journal:
    """What was asked and answered, by whom. Safe to use from many threads; other processes may write too.

    Every call is one transaction and takes the id of the learner it is made for: it finds and changes
    that learner's rows alone. A call raises `JournalError` where the database is busy, read-only, full,
    damaged or out of reach; whoever calls still gives the answer, and says that it was not saved.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.conversations = Conversations(database)
        self.turns = Turns(database)

    @classmethod
    def open(cls, address: str) -> Journal:
        """The journal at ``sqlite:///path`` or ``postgresql://…``, its tables made or brought up to date.

        Raises `JournalError`.
        """
        database = connect(address)
        upgrade(database)
        return cls(database)

    def close(self) -> None:
        """Close the connections."""
        self._database.close()
