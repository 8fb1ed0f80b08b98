"""Addresses of learning platforms: what may be one, and which origin its pages have."""

from __future__ import annotations

from urllib.parse import urlsplit

from ui.errors import PlatformInvalid

LONGEST = 2_000


def checked(address: str, what: str, *, private_network: bool = False) -> str:
    """`address`, where it is one. Raises `PlatformInvalid`, with `what` it was to be.

    It begins with https, or, in a private network, with http.
    """
    schemes = ("https", "http") if private_network else ("https",)
    try:
        parts = urlsplit(address)
        is_one = parts.scheme in schemes and parts.hostname and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        is_one = False
    if not is_one or len(address) > LONGEST or any(character.isspace() for character in address):
        raise PlatformInvalid(f"{what} is {address!r}; give an address that begins with {schemes[-1]}://.")
    return address


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
