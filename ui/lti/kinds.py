"""Kinds of learning platforms whose addresses follow from one another."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Every Moodle, and Canvas in the cloud."""

    MOODLE = "moodle"
    CANVAS = "canvas"


_USUAL = {
    Kind.MOODLE: ("{issuer}", "/mod/lti/auth.php", "/mod/lti/token.php", "/mod/lti/certs.php"),
    Kind.CANVAS: (
        "https://sso.canvaslms.com",
        "/api/lti/authorize_redirect",
        "/login/oauth2/token",
        "/api/lti/security/jwks",
    ),
}


def usual_addresses(kind: Kind, issuer: str) -> tuple[str, str, str]:
    """Where such a platform says who somebody is, gives access tokens, and has its public keys.

    >>> usual_addresses(Kind.MOODLE, "https://moodle.example/")[0]
    'https://moodle.example/mod/lti/auth.php'
    """
    base, auth, token, keys = _USUAL[kind]
    base = base.replace("{issuer}", issuer.strip().rstrip("/"))
    return base + auth, base + token, base + keys
