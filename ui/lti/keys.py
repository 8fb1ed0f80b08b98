"""ToolKeys: the key pairs by which learning platforms know that a message is from this server."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from filelock import FileLock

from ui.errors import KeysUnusable, NotSaved
from ui.files import write_whole

ALGORITHM: Final = "RS256"
BITS: Final = 2048

KNOWN_AFTER: Final = 60 * 60.0
"""Seconds after which a new key signs: by then platforms have fetched it with the others."""

_KEPT = 2
"""Keys that are published: the newest, and the one before, by which something may still be signed."""


@dataclass(frozen=True, slots=True)
class ToolKey:
    """A key pair under its id, made at `made` (seconds since 1970)."""

    kid: str
    made: float
    private: RSAPrivateKey


class ToolKeys:
    """The keys in a file that its owner alone may read; the first pair is made when it is asked for.

    Every call raises `KeysUnusable` where the file cannot be read or written. `clock` gives seconds since 1970.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = folder / "lti-keys.json"
        self._clock = clock

    def all(self) -> list[ToolKey]:
        """Those that are published, the newest first."""
        with self._usable():
            return self._read() if self._path.exists() else self._changed(lambda keys: keys or [self._new()])

    def rotate(self) -> ToolKey:
        """Publish a new key, which signs an hour later; the one before stays published until the next time."""
        self.all()
        with self._usable():
            return self._changed(lambda keys: [self._new(), *keys][:_KEPT])[0]

    def jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The public halves, as a JSON Web Key Set."""
        return {"keys": [_public(key) for key in self.all()]}

    def sign(self, claims: Mapping[str, Any]) -> str:
        """The claims as a signed JWT."""
        keys = self.all()
        known = [key for key in keys if self._clock() - key.made >= KNOWN_AFTER]
        key = (known or keys[-1:])[0]
        return jwt.encode(dict(claims), key.private, ALGORITHM, {"kid": key.kid})

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except (NotSaved, OSError, ValueError, KeyError, TypeError) as error:
            raise KeysUnusable(
                "The keys in {name} cannot be read or made; look at that file in the data folder.", name=self._path.name
            ) from error

    def _read(self) -> list[ToolKey]:
        rows = json.loads(self._path.read_text(encoding="ascii"))["keys"]
        return [ToolKey(row["kid"], float(row["made"]), _private(row["pem"])) for row in rows]

    def _changed(self, change: Callable[[list[ToolKey]], list[ToolKey]]) -> list[ToolKey]:
        """Change the file whole, one process at a time."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self._path.with_suffix(".lock")):
            keys = change(self._read() if self._path.exists() else [])
            rows = [{"kid": key.kid, "made": key.made, "pem": _pem(key.private)} for key in keys]
            write_whole(self._path, json.dumps({"keys": rows}).encode("ascii"), mode=0o600)
        return keys

    def _new(self) -> ToolKey:
        return ToolKey(uuid.uuid4().hex, self._clock(), generate_private_key(public_exponent=65537, key_size=BITS))


def _public(key: ToolKey) -> dict[str, Any]:
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.private.public_key()))
    return {"kty": public["kty"], "n": public["n"], "e": public["e"], "kid": key.kid, "alg": ALGORITHM, "use": "sig"}


def _pem(key: RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def _private(pem: str) -> RSAPrivateKey:
    key = load_pem_private_key(pem.encode("ascii"), None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("RSA keys are written here, and no other.")
    return key
