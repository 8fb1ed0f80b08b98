"""Registering: a platform that was invited registers this tool with itself, and is registered here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
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

_NOT_INVITED = "This invitation is not valid any more; ask whoever runs this server for another one."


@dataclass(frozen=True)
class Registrar:
    """Registers platforms for `tool`; `fetch` asks them."""

    tool: Tool
    fetch: Fetch = fetch_json

    def invited(self, invitation: str, configuration: str) -> str:
        """The host of a platform that is invited. Raises `PlatformInvalid`; nothing is asked yet."""
        private = self.tool.journal.platforms.invited(invitation, take=False)
        if private is None:
            raise PlatformInvalid(_NOT_INVITED)
        return urlsplit(checked(configuration, "openid_configuration", private_network=private)).netloc

    async def register(
        self, invitation: str, configuration: str, bearer: str, *, participation: bool = False
    ) -> Platform:
        """Use the invitation up, ask the platform, and keep what it says. Raises `PlatformInvalid`, `FetchFailed`."""
        host = await to_thread.run_sync(self.invited, invitation, configuration)
        private = await to_thread.run_sync(lambda: self.tool.journal.platforms.invited(invitation, take=True))
        if private is None:
            raise PlatformInvalid(_NOT_INVITED)
        about = await self.fetch(configuration, private_network=private)
        if urlsplit(_text(about, "issuer")).netloc != host:
            raise PlatformInvalid("The platform calls itself by another host than the one that says so.")
        endpoint = checked(_text(about, "registration_endpoint"), "registration_endpoint", private_network=private)
        participation = participation and self.tool.reports
        described = json_content(self._tool_described(SCORE_SCOPE if participation else ""))
        answer = await self.fetch(endpoint, private_network=private, sent=described, bearer=bearer)
        given = replace(_registration(about, answer, private_network=private), participation=participation)
        registration = complete(given, with_deployment=False)
        return await to_thread.run_sync(self._keep, registration)

    def _keep(self, registration: Registration) -> Platform:
        platforms = self.tool.journal.platforms
        if platforms.find(registration.issuer, registration.client_id):
            raise PlatformInvalid("This platform is registered here already.")
        platform = platforms.put(registration)
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


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise FetchFailed("What the platform says of itself lacks {name}.", name=name)
    return value
