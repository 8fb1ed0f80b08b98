"""A learning platform that can also do what none should, and a server that it is registered with."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from httpx import Response
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from tests.ui.conftest import FakeAssistant, in_event_loop, offered
from tests.ui.journal.test_platforms import MOODLE
from ui.app import build
from ui.courses import Courses
from ui.journal import Journal, Registration
from ui.lti.id_token import CLAIM
from ui.lti.keys import ToolKeys
from ui.lti.launching import Tool
from ui.lti.platform_keys import PlatformKeys
from ui.lti.registering import Registrar
from ui.lti.routes import PUBLIC, lti_app
from ui.lti.visit_paths import VisitPaths, visiting
from ui.sign_in import Gate

BASE = "https://learn.example"
ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
INSTRUCTOR, LEARNER, ADMINISTRATOR = f"{ROLE}Instructor", f"{ROLE}Learner", f"{ROLE}Administrator"
CONTEXT = {"id": "course-7", "title": "Biology 101"}


@cache
def rsa_key(name: str, bits: int = 2048) -> RSAPrivateKey:
    """A key pair for each name; making one takes a while."""
    return generate_private_key(public_exponent=65537, key_size=bits)


def jwk(key: RSAPrivateKey, kid: str, **more: Any) -> dict[str, Any]:
    return json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())) | {"kid": kid, "alg": "RS256"} | more


class FakePlatform:
    """Signs what it is told to; `jwks` is what it publishes."""

    def __init__(self, registration: Registration = MOODLE) -> None:
        self.registration = registration
        self.key, self.kid = rsa_key("platform"), "first"
        self.jwks: Any = {"keys": [jwk(self.key, self.kid, use="sig")]}
        self.fetches: list[str] = []

    async def fetch(self, address: str, *, private_network: bool = False) -> Any:
        """What the server gets when it asks for the keys."""
        self.fetches.append(address)
        if isinstance(self.jwks, Exception):
            raise self.jwks
        return self.jwks

    def claims(self, nonce: str, /, **changes: Any) -> dict[str, Any]:
        """The claims of a learner who opens an activity; of those that are None in `changes`, there is none."""
        now = int(time.time())
        claims = {
            "iss": self.registration.issuer,
            "aud": self.registration.client_id,
            "sub": "4",
            "iat": now,
            "exp": now + 60,
            "nonce": nonce,
            "name": "Anna",
            f"{CLAIM}deployment_id": "1",
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}message_type": "LtiResourceLinkRequest",
            f"{CLAIM}resource_link": {"id": "activity-3"},
            f"{CLAIM}context": CONTEXT,
            f"{CLAIM}roles": [LEARNER],
        }
        named = {(f"{CLAIM}{name}" if f"{CLAIM}{name}" in claims else name): value for name, value in changes.items()}
        return {name: value for name, value in (claims | named).items() if value is not None}

    def signed(self, claims: dict[str, Any], **headers: Any) -> str:
        return jwt.encode(claims, self.key, "RS256", {"kid": self.kid} | headers)


class Browser:
    """One browser at the server, as far as a launch needs one: cookies, and what tabs keep."""

    def __init__(
        self, client: TestClient, platform: FakePlatform, *, keeps_cookies: bool = True, root: str = ""
    ) -> None:
        self.client = client
        self.platform = platform
        self.keeps_cookies = keeps_cookies
        self.root = root
        self.kept: dict[str, str] = {}

    def login(self, **changes: str) -> Response:
        about = self.platform.registration
        asked = {"iss": about.issuer, "client_id": about.client_id, "login_hint": "4", "lti_message_hint": "m"}
        response = self.client.get(f"{self.root}/lti/login", params=asked | {"target_link_uri": BASE} | changes)
        if not self.keeps_cookies:
            self.client.cookies.clear()
        return response

    def depart(self, **changes: str) -> dict[str, str]:
        """Be sent to the platform; the question that it is asked."""
        shown = self.login(**changes).text
        state, secret = data_of(shown, "state"), data_of(shown, "secret")
        self.kept[state] = secret
        return dict(parse_qsl(urlsplit(data_of(shown, "address")).query))

    def launch(self, state: str, token: str) -> Response:
        return self.client.post(f"{self.root}/lti/launch", data={"state": state, "id_token": token})

    def finish(self, state: str, secret: str | None = None, **headers: str) -> Response:
        form = {"state": state, "secret": self.kept.get(state, "") if secret is None else secret}
        return self.client.post(f"{self.root}/lti/finish", data=form, headers=headers)

    def come(self, **changes: Any) -> str:
        """The whole way; the address that it ends at."""
        asked = self.depart()
        arrived = self.launch(asked["state"], self.platform.signed(self.platform.claims(asked["nonce"], **changes)))
        if arrived.status_code == 303:
            return arrived.headers["location"]
        assert arrived.status_code == 200, arrived.text
        finished = self.finish(asked["state"])
        assert finished.status_code == 200, finished.text
        return str(finished.json()["address"])


def data_of(page: str, name: str) -> str:
    """What a page's script is given under that name."""
    found = re.search(rf'data-{name}="([^"]*)"', page)
    assert found, page
    return unescape(found[1])


def without_chat(tool: Tool, registrar: Registrar | None = None) -> ASGIApp:
    """The way in alone, which is sooner there."""

    async def there(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("there")

    app = Starlette(routes=[Mount("/lti", lti_app(tool, registrar)), Route("/{rest:path}", there)])
    return VisitPaths(Gate(app, [visiting(tool.journal)], public=PUBLIC))


@pytest.fixture
def platform() -> FakePlatform:
    return FakePlatform()


@pytest.fixture
def courses(tmp_path: Path) -> Courses:
    biology, secret = FakeAssistant(course_title="Cells"), FakeAssistant(course_title="Secrets")
    return Courses([offered("biology", biology), offered("secrets", secret)])


@pytest.fixture
def tool(sqlite_journal: Journal, courses: Courses, platform: FakePlatform, tmp_path: Path) -> Tool:
    sqlite_journal.platforms.put(platform.registration)
    return Tool(sqlite_journal, courses, ToolKeys(tmp_path), PlatformKeys(platform.fetch), BASE)


@pytest.fixture
def browser_at(tool: Tool, platform: FakePlatform) -> Iterator[Callable[..., Browser]]:
    """Makes browsers at one server."""
    app = in_event_loop(lambda: build(tool.courses, ["learn.example"], journal=tool.journal, tool=tool))

    def made(**more: Any) -> Browser:
        client = TestClient(app, base_url=BASE, follow_redirects=False)
        return Browser(client, platform, **more)

    return made


@pytest.fixture
def browser(browser_at: Callable[..., Browser]) -> Browser:
    return browser_at()


@pytest.fixture
def tied(tool: Tool) -> None:
    """Somebody who teaches has chosen the course already."""
    tool.journal.platforms.tie(tool.journal.platforms.all()[0].id, str(CONTEXT["id"]), "biology", "tess")
