"""Registrations: what is known of a learning platform, checked and completed before it is kept."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from ui.errors import PlatformInvalid
from ui.journal import Registration
from ui.journal.schema import LTI_ID_LENGTH
from ui.lti.addresses import checked, origin

_LONGEST_NAME = 100


def complete(given: Registration, *, with_deployment: bool = True) -> Registration:
    """The registration with a name, and with every origin its pages may have. Raises `PlatformInvalid`.

    It must have a deployment, unless that is made later, without `with_deployment`.
    """
    private = given.private_network
    for address, what in (
        (given.issuer, "issuer"),
        (given.auth_url, "--auth-url"),
        (given.token_url, "--token-url"),
        (given.jwks_url, "--jwks-url"),
        *((one, "--origin") for one in given.origins),
    ):
        checked(address, what, private_network=private)
    for one in (given.client_id, *given.deployments):
        if not one or len(one) > LTI_ID_LENGTH or not one.isprintable():
            raise PlatformInvalid(
                "An id has 1 to {most} printable characters; {id!r} is none.", most=LTI_ID_LENGTH, id=one[:50]
            )
    if with_deployment and not given.deployments:
        raise PlatformInvalid("A platform has at least one deployment; give its id with --deployment.")
    name = " ".join("".join(one for one in given.name if one.isprintable()).split())[:_LONGEST_NAME]
    origins = {origin(address) for address in (given.issuer, given.auth_url, *given.origins)}
    return replace(given, name=name or str(urlsplit(given.issuer).hostname), origins=frozenset(origins))
