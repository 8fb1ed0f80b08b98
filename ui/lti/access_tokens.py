"""AccessTokens: what a learning platform wants to see before it takes anything from this server, and gives itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from ui.errors import AccessRefused, FetchFailed
from ui.journal import Platform
from ui.journal.tokens import new_token
from ui.lti.fetching import fetch_json, form_content
from ui.lti.keys import ToolKeys
from ui.lti.platform_keys import Fetch

_ASSERTION_SECONDS = 60
_MARGIN = 60.0
"""Seconds before its end from which a token is not used any more."""

_LONGEST = 16 * 2**10
_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class _Known:
    token: str
    until: float


class AccessTokens:
    """In this process, for `scope`. This server shows by its key who it is (client credentials, private_key_jwt)."""

    def __init__(
        self, keys: ToolKeys, scope: str, fetch: Fetch = fetch_json, clock: Callable[[], float] = time.time
    ) -> None:
        self._keys = keys
        self._scope = scope
        self._fetch = fetch
        self._clock = clock
        self._known: dict[int, _Known] = {}

    async def token(self, platform: Platform) -> str:
        """One that the platform takes. Raises `AccessRefused`, `KeysUnusable`."""
        known = self._known.get(platform.id)
        if known is None or known.until <= self._clock():
            known = self._known[platform.id] = await self._asked(platform)
        return known.token

    def forget(self, platform: Platform) -> None:
        """The platform takes it no more, whatever it said."""
        self._known.pop(platform.id, None)

    async def _asked(self, platform: Platform) -> _Known:
        about = platform.registration
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION,
            "client_assertion": self._assertion(about.client_id, about.token_url),
            "scope": self._scope,
        }
        try:
            answer = await self._fetch(about.token_url, private_network=about.private_network, sent=form_content(form))
        except FetchFailed as error:
            raise AccessRefused("There is no access token to be had: {reason}", reason=error) from error
        return self._understood(answer)

    def _assertion(self, client_id: str, token_url: str) -> str:
        now = int(self._clock())
        return self._keys.sign(
            {
                "iss": client_id,
                "sub": client_id,
                "aud": token_url,
                "iat": now,
                "exp": now + _ASSERTION_SECONDS,
                "jti": new_token(),
            }
        )

    def _understood(self, answer: dict[str, Any]) -> _Known:
        """A token for something else is none. What says nothing of its end is used at once, and not again."""
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        granted = answer.get("scope", self._scope)  # OAuth lets it be left out where it is what was asked for
        if (
            not isinstance(token, str)
            or not 0 < len(token) <= _LONGEST
            or not (token.isascii() and token.isprintable())
        ):
            raise AccessRefused("The learning platform gave no access token.")
        if not isinstance(granted, str) or self._scope not in granted.split():
            raise AccessRefused("The learning platform does not let this tool report to its gradebook.")
        lasting = seconds if isinstance(seconds, int | float) else 0
        return _Known(token, self._clock() + lasting - _MARGIN)
