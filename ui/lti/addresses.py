"""Addresses of learning platforms: what may be one, and which origin its pages have."""

from __future__ import annotations

from urllib.parse import urlsplit

from ui.errors import PlatformInvalid

LONGEST = 2_000


def checked(address: str, what: str, *, private_network: bool = False) -> str:
    """`address`, where it is one. Raises `PlatformInvalid`, with `what` it was to be."""
    if not is_address(address, private_network=private_network):
        scheme = "http" if private_network else "https"
        raise PlatformInvalid(f"{what} is {address!r}; give an address that begins with {scheme}://.")
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
