"""Registering: a platform that was invited registers this tool with itself, and is registered here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlsplit

from anyio import to_thread

from ui.errors import FetchFailed, PlatformInvalid
from ui.journal import Platform, Registration
from ui.learner import Learner
from ui.lti.addresses import checked
from ui.lti.claims import SCORE_SCOPE
from ui.lti.fetching import fetch_json, json_content
from ui.lti.launching import Tool
from ui.lti.platform_keys import Fetch
from ui.lti.registrations import complete

TOOL_CONFIGURATION: Final = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM_CONFIGURATION: Final = "https://purl.imsglobal.org/spec/lti-platform-configuration"

INVITED: Final = Learner("invited-platform", "a platform that was invited", "admin", frozenset())
"""Who registers a platform so, for the audit log."""


@dataclass(frozen=True)
class Registrar:
    """Registers platforms for `tool`; `fetch` asks them."""

    tool: Tool
    fetch: Fetch = fetch_json
    _under_way: set[str] = field(default_factory=set, repr=False, compare=False)

    def invited(self, invitation: str, configuration: str) -> str:
        """The host of a platform that is invited. Raises `PlatformInvalid`; nothing is asked yet."""
        return _host(configuration, private_network=self.tool.journal.platforms.invited(invitation))

    async def register(
        self, invitation: str, configuration: str, bearer: str, *, participation: bool = False
    ) -> Platform:
        """Ask the platform, and keep what it says. Raises `PlatformInvalid`, `FetchFailed`.

        The invitation is used up with the platform that is kept, and not by one that cannot be reached or says what
        it should not. As long as it is asked, nobody else uses the same invitation.
        """
        if invitation in self._under_way:
            raise PlatformInvalid("This invitation is being used just now; wait a moment, and look whether it was you.")
        self._under_way.add(invitation)
        try:
            registration = await self._agreed(invitation, configuration, bearer, participation=participation)
            return await to_thread.run_sync(self._keep, registration, invitation)
        finally:
            self._under_way.discard(invitation)

    async def _agreed(self, invitation: str, configuration: str, bearer: str, *, participation: bool) -> Registration:
        """What both sides know of each other then."""
        private = await to_thread.run_sync(self.tool.journal.platforms.invited, invitation)
        host = _host(configuration, private_network=private)
        about = await self.fetch(configuration, private_network=private)
        if urlsplit(_text(about, "issuer")).netloc != host:
            raise PlatformInvalid("The platform calls itself by another host than the one that says so.")
        endpoint = checked(_text(about, "registration_endpoint"), "registration_endpoint", private_network=private)
        participation = participation and self.tool.reports
        described = json_content(self._tool_described(SCORE_SCOPE if participation else ""))
        answer = await self.fetch(endpoint, private_network=private, sent=described, bearer=bearer)
        given = replace(_registration(about, answer, private_network=private), participation=participation)
        return complete(given, with_deployment=False)

    def _keep(self, registration: Registration, invitation: str) -> Platform:
        platform = self.tool.journal.platforms.accept(registration, invitation)
        self.tool.journal.audit.note(INVITED, "platform_added", subject=registration.issuer)
        return platform

    def _tool_described(self, scope: str) -> dict[str, Any]:
        base = self.tool.base
        return {
            "application_type": "web",
            "response_types": ["id_token"],
            "grant_types": ["implicit", "client_credentials"],
            "client_name": "Coursecite",
            "initiate_login_uri": f"{base}/lti/login",
            "redirect_uris": [f"{base}/lti/launch"],
            "jwks_uri": f"{base}/lti/jwks",
            "token_endpoint_auth_method": "private_key_jwt",
            "scope": scope,
            TOOL_CONFIGURATION: {
                "domain": urlsplit(base).netloc,
                "target_link_uri": f"{base}/",
                "description": "Answers questions about a course in the course's own words.",
                "claims": ["iss", "sub", "name"],
                "messages": [
                    {"type": "LtiResourceLinkRequest"},
                    {"type": "LtiDeepLinkingRequest", "target_link_uri": f"{base}/", "label": "Ask the course"},
                ],
            },
        }


def _registration(about: Mapping[str, Any], answer: Mapping[str, Any], *, private_network: bool) -> Registration:
    configured = answer.get(TOOL_CONFIGURATION)
    deployment = configured.get("deployment_id") if isinstance(configured, dict) else None
    return Registration(
        name="",
        issuer=_text(about, "issuer"),
        client_id=_text(answer, "client_id"),
        auth_url=_text(about, "authorization_endpoint"),
        token_url=_text(about, "token_endpoint"),
        jwks_url=_text(about, "jwks_uri"),
        deployments=frozenset([str(deployment)] if deployment else []),
        origins=frozenset(),
        private_network=private_network,
    )


def _host(configuration: str, *, private_network: bool) -> str:
    return urlsplit(checked(configuration, "openid_configuration", private_network=private_network)).netloc


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise FetchFailed("What the platform says of itself lacks {name}.", name=name)
    return value
