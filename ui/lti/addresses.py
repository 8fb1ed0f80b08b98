"""Addresses of learning platforms: what may be one, and which origin its pages have."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from ui.errors import PlatformInvalid

LONGEST: Final = 2_000
LONGEST_SHOWN: Final = 100
"""Characters of what is no address."""


def checked(address: str, what: str, *, private_network: bool = False) -> str:
    """`address`, where it is one. Raises `PlatformInvalid`, with the name of `what` it was to be."""
    if not is_address(address, private_network=private_network):
        raise PlatformInvalid(
            "{address!r} cannot be the {what}; give an address that begins with {scheme}://.",
            address=address[:LONGEST_SHOWN],
            what=what,
            scheme="http" if private_network else "https",
        )
    return address


def is_address(text: str, *, private_network: bool = False) -> bool:
    """Whether it is one: it begins with https, or, in a private network, with http."""
    try:
        parts = urlsplit(text)
        is_one = parts.scheme in _schemes(private_network) and parts.hostname and parts.port != 0
    except ValueError:
        return False
    is_plain = "@" not in parts.netloc and not any(character.isspace() for character in text)
    return bool(is_one) and is_plain and len(text) <= LONGEST


def _schemes(private_network: bool) -> tuple[str, ...]:
    return ("https", "http") if private_network else ("https",)


def origin(address: str) -> str:
    """Scheme, host and port, as a browser calls the origin of a page at that address.

    >>> origin("https://Moodle.example:8443/mod/lti/auth.php?a=b"), origin("https://moodle.example:443/")
    ('https://moodle.example:8443', 'https://moodle.example')
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    usual = {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in (None, usual) else "")
