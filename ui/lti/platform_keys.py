"""PlatformKeys: the public keys of learning platforms, fetched when they are needed, and kept for a while."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import anyio
import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from ui.errors import FetchFailed, LaunchRefused
from ui.journal import Platform
from ui.lti.fetching import fetch_json
from ui.lti.keys import ALGORITHM, BITS

FRESH_FOR: Final = 60 * 60.0
"""Seconds until keys are fetched anew, so that one that was withdrawn does not count for ever."""

PAUSE: Final = 30.0
"""Seconds between two fetches, however many launches name a key that nobody knows."""

Fetch = Callable[..., Awaitable[dict[str, Any]]]


@dataclass
class _Known:
    keys: dict[str, RSAPublicKey] = field(default_factory=dict)
    fetched: float | None = None
    tried: float | None = None
    lock: anyio.Lock = field(default_factory=anyio.Lock)


class PlatformKeys:
    """In this process, for all platforms. `clock` gives seconds."""

    def __init__(self, fetch: Fetch = fetch_json, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._known: dict[str, _Known] = {}

    async def key(self, platform: Platform, kid: str) -> RSAPublicKey:
        """The platform's key of that id. Raises `LaunchRefused` where there is none, `FetchFailed`."""
        address = platform.registration.jwks_url
        known = self._known.setdefault(address, _Known())
        async with known.lock:
            if (kid not in known.keys or self._since(known.fetched) > FRESH_FOR) and self._since(known.tried) > PAUSE:
                await self._refresh(known, platform)
        if kid not in known.keys or self._since(known.fetched) > FRESH_FOR + PAUSE:
            raise LaunchRefused("The learning platform signed this with a key that it does not publish.")
        return known.keys[kid]

    async def _refresh(self, known: _Known, platform: Platform) -> None:
        about = platform.registration
        known.tried = self._clock()
        known.keys = _rsa_keys(await self._fetch(about.jwks_url, private_network=about.private_network))
        known.fetched = self._clock()

    def _since(self, moment: float | None) -> float:
        return float("inf") if moment is None else self._clock() - moment


def _rsa_keys(jwks: dict[str, Any]) -> dict[str, RSAPublicKey]:
    """Those that may sign a launch, by their ids; others are of no use here."""
    rows = jwks.get("keys")
    if not isinstance(rows, list):
        raise FetchFailed("What the learning platform publishes is no set of keys.")
    keys = {}
    for row in rows:
        if isinstance(row, dict) and (key := _rsa_key(row)):
            keys[str(row["kid"])] = key
    return keys


def _rsa_key(row: dict[str, Any]) -> RSAPublicKey | None:
    is_for_this = row.get("kty") == "RSA" and row.get("alg", ALGORITHM) == ALGORITHM and row.get("use", "sig") == "sig"
    if not is_for_this or not isinstance(row.get("kid"), str) or "d" in row:
        return None
    try:
        key = jwt.algorithms.RSAAlgorithm.from_jwk(row)
    except (jwt.InvalidKeyError, ValueError, TypeError):
        return None
    return key if isinstance(key, RSAPublicKey) and key.key_size >= BITS else None
