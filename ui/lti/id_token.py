"""The id token: what a learning platform says about who comes, and to what. Nothing is believed unsigned."""

from __future__ import annotations

import secrets
import time
from typing import Any, Final

import jwt

from ui.errors import LaunchRefused
from ui.journal import Platform
from ui.lti.keys import ALGORITHM
from ui.lti.platform_keys import PlatformKeys

CLAIM: Final = "https://purl.imsglobal.org/spec/lti/claim/"
RESOURCE_LINK, DEEP_LINKING = "LtiResourceLinkRequest", "LtiDeepLinkingRequest"

NOBODY = "The learning platform does not say who you are; sign in there, and open the activity again."

LEEWAY: Final = 30.0
"""Seconds by which clocks may differ."""

OLDEST: Final = 60 * 60.0
"""Seconds since a token was made, whatever it says of its own end."""

_REQUIRED = ["iss", "aud", "exp", "iat", "sub", "nonce"]


async def verified(token: str, nonce: str, platform: Platform, keys: PlatformKeys) -> dict[str, Any]:
    """The claims of a token that `platform` made for us in answer to `nonce`. Raises `LaunchRefused`, `FetchFailed`."""
    about = platform.registration
    key = await keys.key(platform, _kid(token))
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=about.client_id,
            issuer=about.issuer,
            leeway=LEEWAY,
            options={"require": _REQUIRED, "verify_iat": True},
        )
    except jwt.ExpiredSignatureError as error:
        raise LaunchRefused("This came too late; open the activity again.") from error
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise LaunchRefused("This was not signed by the learning platform for this server.") from error
    _refuse_others(claims, nonce, platform)
    return claims


def _kid(token: str) -> str:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise LaunchRefused("What the learning platform sent cannot be read.") from error
    if header.get("alg") != ALGORITHM or not isinstance(header.get("kid"), str):
        raise LaunchRefused("The learning platform did not sign this as it must (RS256, with the key's id).")
    return str(header["kid"])


def _refuse_others(claims: dict[str, Any], nonce: str, platform: Platform) -> None:
    """What the signature, the issuer and the time do not show."""
    audience, party = claims["aud"], claims.get("azp")
    several = isinstance(audience, list) and len(audience) > 1
    if (party is not None or several) and party != platform.registration.client_id:
        raise LaunchRefused("The learning platform made this for another tool.")
    if not secrets.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise LaunchRefused("This does not answer what this server asked; open the activity again.")
    if float(claims["iat"]) < time.time() - OLDEST:
        raise LaunchRefused("This came too late; open the activity again.")
    deployment = claims.get(f"{CLAIM}deployment_id")
    if claims.get(f"{CLAIM}version") != "1.3.0":
        raise LaunchRefused("The learning platform must speak LTI 1.3.0.")
    if claims.get(f"{CLAIM}message_type") not in (RESOURCE_LINK, DEEP_LINKING):
        raise LaunchRefused("The learning platform asks for something that this tool does not do.")
    if not isinstance(deployment, str) or deployment not in platform.registration.deployments:
        raise LaunchRefused(
            "This tool is not known to be installed in this place; whoever runs this server can add its deployment id."
        )
