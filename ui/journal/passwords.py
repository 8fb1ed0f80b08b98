"""Passwords: their argon2 hashes, and what may be one."""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ui.errors import AccountInvalid

SHORTEST, LONGEST = 10, 1_000

_hasher = PasswordHasher()
# Each hash takes 64 MiB for a moment: many people signing in at once must not take the machine's memory.
_few_at_once = threading.BoundedSemaphore(2)


def hashed(name: str, password: str) -> str:
    """What is stored in the place of the password. Raises `AccountInvalid` for one that is no good."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccountInvalid(f"A password has {SHORTEST} characters or more, {LONGEST} at most; choose another one.")
    if password.casefold() == name.casefold() or len(set(password)) < 4:
        raise AccountInvalid("This password is too easy to guess; choose another one.")
    with _few_at_once:
        return _hasher.hash(_bytes(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether it is the password of that hash; where there is none, the answer, no, takes as long."""
    with _few_at_once:
        try:
            _hasher.verify(password_hash or _nobodys_hash(), _bytes(password[:LONGEST]))
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("the password of nobody")


def _bytes(password: str) -> bytes:
    """Passwords may hold any character, even half of one."""
    return password.encode("utf-8", "surrogatepass")
