"""Tokens: long random words that browsers hold. Only their hashes are kept, so that a stolen database opens nothing."""

from __future__ import annotations

import secrets
from hashlib import sha256


def new_token() -> str:
    """32 random bytes, as 43 characters for addresses and cookies."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a token: it is so random that no slow hash is needed."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
