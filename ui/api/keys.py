"""Who holds an API key: one way to be known at the gate."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from ui.errors import NotAllowed, NotSignedIn
from ui.journal import Journal
from ui.learner import Learner
from ui.links import route_path
from ui.sign_in import BEARER, Recognise, is_by_key

PATHS = ("/api/v1/", "/v1/", "/metrics")
"""What a key is for; every other page is for people."""


def by_key(journal: Journal) -> Recognise:
    """Those who send a key of `journal`'s. A wrong one is refused even where nobody needs one."""

    def recognise(connection: HTTPConnection) -> Learner | None:
        if not is_by_key(connection):
            return None
        key = journal.keys.find(connection.headers["authorization"][len(BEARER) :].strip())
        if key is None:
            raise NotSignedIn("This API key is wrong, has expired or was revoked; ask for a new one.")
        if not route_path(connection.scope).startswith(PATHS):
            raise NotAllowed("An API key opens /api/v1 and /v1 alone; sign in to see pages.")
        connection.state.api_key = key
        return key.learner

    return recognise
