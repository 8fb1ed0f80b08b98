"""Who holds an API key: one way to be known at the gate."""

from __future__ import annotations

import logging
from typing import Final

from limits import RateLimitItemPerMinute
from starlette.requests import HTTPConnection

from ui.errors import NotAllowed, NotSignedIn, TooMany
from ui.journal import Journal
from ui.learner import Learner
from ui.links import route_path
from ui.networks import network_behind
from ui.rates import Rates
from ui.sign_in import BEARER, Recognise, is_by_key

PATHS: Final = ("/api/v1/", "/v1/", "/metrics")
"""What a key is for; every other page is for people."""

WRONG_PER_MINUTE: Final = 20
"""Wrong keys from one address: nobody guesses 32 random bytes, but those who try need not be listened to."""

_WRONG = RateLimitItemPerMinute(WRONG_PER_MINUTE)

_log = logging.getLogger(__name__)


def by_key(journal: Journal) -> Recognise:
    """Those who send a key of `journal`'s. A wrong one is refused even where nobody needs one.

    A right one is right whatever else comes from its address; beyond so many wrong ones in a minute, whoever
    sends them is told to wait, and the log says no more of them.
    """
    rates = Rates()

    def recognise(connection: HTTPConnection) -> Learner | None:
        if not is_by_key(connection):
            return None
        address = network_behind(connection)
        key = journal.keys.find(connection.headers["authorization"][len(BEARER) :].strip())
        if key is None:
            if wait := rates.spend(_WRONG, "wrong key", address):
                raise TooMany("Too many wrong API keys came from this address; wait a moment.", wait)
            _log.warning("Somebody at %s sent a wrong API key.", address)
            raise NotSignedIn("This API key is wrong, has expired or was revoked; ask for a new one.")
        if not route_path(connection.scope).startswith(PATHS):
            raise NotAllowed("An API key opens /api/v1 and /v1 alone; sign in to see pages.")
        return key.learner

    return recognise
