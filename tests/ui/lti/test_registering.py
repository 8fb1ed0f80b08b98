"""A platform that was invited registers itself, once; everybody else registers nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import anyio
import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from tests.ui.lti.conftest import BASE, without_chat
from ui.cli import app as commands
from ui.errors import FetchFailed, PlatformInvalid
from ui.lti.claims import SCORE_SCOPE
from ui.lti.launching import Tool
from ui.lti.registering import TOOL_CONFIGURATION, Registrar

LMS = "https://new.example"
CONFIGURATION = f"{LMS}/.well-known/openid-configuration"
SAME = {"Sec-Fetch-Site": "same-origin"}


class Inviting:
    """A platform's two addresses; `said` and `answer` are what it says there."""

    def __init__(self) -> None:
        self.said: dict[str, Any] = {
            "issuer": LMS,
            "authorization_endpoint": f"{LMS}/auth",
            "token_endpoint": f"{LMS}/token",
            "jwks_uri": f"{LMS}/jwks",
            "registration_endpoint": f"{LMS}/register",
        }
        self.answer: dict[str, Any] = {"client_id": "made", TOOL_CONFIGURATION: {"deployment_id": 12}}
        self.asked: list[tuple[str, Any, str]] = []
        self.seconds = 0.0

    async def fetch(self, address: str, *, private_network: bool = False, sent: Any = None, bearer: str = "") -> Any:
        await anyio.sleep(self.seconds)
        self.asked.append((address, json.loads(sent.body) if sent else None, bearer))
        came = self.said if sent is None else self.answer
        if isinstance(came, Exception):
            raise came
        return came


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def inviting() -> Inviting:
    return Inviting()


@pytest.fixture
def client(tool: Tool, inviting: Inviting) -> TestClient:
    return TestClient(without_chat(tool, Registrar(tool, inviting.fetch)), base_url=BASE)


def fields(tool: Tool, **changes: str) -> dict[str, str]:
    given = {"openid_configuration": CONFIGURATION, "registration_token": "theirs"} | changes
    return {"invitation": tool.journal.platforms.invite()} | given


def names(tool: Tool) -> set[str]:
    return {platform.registration.issuer for platform in tool.journal.platforms.all()}


def test_an_invited_platform_is_registered(tool: Tool, client: TestClient, inviting: Inviting) -> None:
    given = fields(tool)
    page = client.get("/lti/register", params=given)
    assert "Register new.example here" in page.text
    assert f"frame-ancestors 'self' {LMS}" in page.headers["content-security-policy"]
    assert inviting.asked == [], "nobody has said yes yet"

    done = client.post("/lti/register", data=given, headers=SAME)
    assert "new.example is registered" in done.text
    platform = tool.journal.platforms.find(LMS, "made")
    assert platform
    assert platform.registration.deployments == {"12"}
    assert platform.registration.origins == {LMS}
    assert not platform.registration.private_network
    (first, second) = inviting.asked
    assert first == (CONFIGURATION, None, "")
    address, sent, bearer = second
    assert (address, bearer) == (f"{LMS}/register", "theirs")
    assert sent["redirect_uris"] == [f"{BASE}/lti/launch"]
    assert sent["jwks_uri"] == f"{BASE}/lti/jwks"
    assert sent["token_endpoint_auth_method"] == "private_key_jwt"
    assert [noted.act for noted in tool.journal.audit.latest()] == ["platform_added"]


@pytest.mark.parametrize(("server", "wanted"), [(True, True), (True, False), (False, True)])
def test_access_to_the_gradebook_is_asked_for_where_both_want_it(
    tool: Tool, inviting: Inviting, server: bool, wanted: bool
) -> None:
    telling = replace(tool, reports=server)
    client = TestClient(without_chat(telling, Registrar(telling, inviting.fetch)), base_url=BASE)
    given = fields(tool)
    assert ('name="participation"' in client.get("/lti/register", params=given).text) is server
    client.post("/lti/register", data=given | ({"participation": "yes"} if wanted else {}), headers=SAME)

    platform = tool.journal.platforms.find(LMS, "made")
    assert platform
    assert platform.registration.participation is (server and wanted)
    sent = inviting.asked[1][1]
    assert sent["scope"] == (SCORE_SCOPE if server and wanted else "")
    assert "client_credentials" in sent["grant_types"]


def test_an_invitation_is_used_once(tool: Tool, client: TestClient, inviting: Inviting) -> None:
    given = fields(tool)
    client.post("/lti/register", data=given, headers=SAME)
    inviting.answer["client_id"] = "another"

    assert client.post("/lti/register", data=given, headers=SAME).status_code == 422
    assert client.get("/lti/register", params=given).status_code == 422
    assert len(tool.journal.platforms.all()) == 2  # the one of every test, and the one that was invited


@pytest.mark.parametrize(
    "trouble",
    [
        {"said": FetchFailed("It cannot be reached.")},
        {"answer": FetchFailed("It answered with an error.")},
        {"said": {"issuer": "https://another.example"}},
        {"answer": {}},
    ],
    ids=["unreachable", "in trouble", "somebody else", "without a client id"],
)
def test_an_invitation_is_not_used_up_by_what_fails(
    tool: Tool, client: TestClient, inviting: Inviting, trouble: dict[str, Any]
) -> None:
    given, well = fields(tool), dict(vars(inviting))
    vars(inviting).update(trouble)
    assert client.post("/lti/register", data=given, headers=SAME).status_code in (422, 502)
    assert names(tool) == {"https://moodle.example"}

    vars(inviting).update(well)
    assert client.post("/lti/register", data=given, headers=SAME).status_code == 200
    assert names(tool) == {"https://moodle.example", LMS}


@pytest.mark.anyio
async def test_of_two_who_use_an_invitation_at_once_one_asks_the_platform(tool: Tool, inviting: Inviting) -> None:
    inviting.seconds = 0.05
    registrar, invitation, outcomes = Registrar(tool, inviting.fetch), tool.journal.platforms.invite(), list[str]()

    async def register() -> None:
        try:
            await registrar.register(invitation, CONFIGURATION, "")
            outcomes.append("registered")
        except PlatformInvalid as error:
            outcomes.append(str(error))

    async with anyio.create_task_group() as both:
        both.start_soon(register)
        both.start_soon(register)

    assert outcomes[1] == "registered"
    assert "being used just now" in outcomes[0]
    assert len(inviting.asked) == 2, "its configuration, and the registration"
    with pytest.raises(PlatformInvalid, match="not valid any more"):
        await registrar.register(invitation, CONFIGURATION, "")


@pytest.mark.parametrize("invitation", ["", "guessed"])
def test_nobody_registers_uninvited(tool: Tool, client: TestClient, inviting: Inviting, invitation: str) -> None:
    given = fields(tool) | {"invitation": invitation}

    assert client.get("/lti/register", params=given).status_code == 422
    assert client.post("/lti/register", data=given, headers=SAME).status_code == 422
    assert inviting.asked == []


def test_another_site_does_not_press_the_button(tool: Tool, client: TestClient) -> None:
    refused = client.post("/lti/register", data=fields(tool), headers={"Sec-Fetch-Site": "cross-site"})

    assert refused.status_code == 403
    assert LMS not in names(tool)


@pytest.mark.parametrize(
    "address", ["http://new.example/c", "https://a@b.example/", "file:///etc/passwd", "", "https://", "javascript:1"]
)
def test_what_is_no_address_is_not_asked(tool: Tool, client: TestClient, inviting: Inviting, address: str) -> None:
    given = fields(tool, openid_configuration=address)

    assert client.get("/lti/register", params=given).status_code == 422
    assert client.post("/lti/register", data=given, headers=SAME).status_code == 422
    assert inviting.asked == []


@pytest.mark.parametrize("address", ["https://127.0.0.1/c", "https://169.254.169.254/c", "https://[::1]/c"])
def test_nothing_within_is_asked(tool: Tool, address: str) -> None:
    """With the fetching that a server does."""
    client = TestClient(without_chat(tool, Registrar(tool)), base_url=BASE)
    refused = client.post("/lti/register", data=fields(tool, openid_configuration=address), headers=SAME)

    assert refused.status_code == 502
    assert "private network" in refused.text


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://moodle.example"},
        {"issuer": "https://new.example.evil.example"},
        {"issuer": None},
        {"registration_endpoint": "http://new.example/register"},
        {"registration_endpoint": ["https://new.example"]},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": None},
    ],
    ids=str,
)
def test_a_platform_that_says_odd_things_is_not_registered(
    tool: Tool, client: TestClient, inviting: Inviting, said: dict[str, Any]
) -> None:
    inviting.said |= said

    assert client.post("/lti/register", data=fields(tool), headers=SAME).status_code in (422, 502)
    assert names(tool) == {"https://moodle.example"}


@pytest.mark.parametrize("answer", [{}, {"client_id": 7}, {"client_id": ""}, {"client_id": "x" * 300}], ids=str)
def test_an_answer_without_a_client_id_is_none(
    tool: Tool, client: TestClient, inviting: Inviting, answer: dict[str, Any]
) -> None:
    inviting.answer = answer

    assert client.post("/lti/register", data=fields(tool), headers=SAME).status_code in (422, 502)
    assert names(tool) == {"https://moodle.example"}


@pytest.mark.parametrize("configured", [None, {}, {"deployment_id": None}, "text"])
def test_a_deployment_may_be_made_later(tool: Tool, client: TestClient, inviting: Inviting, configured: Any) -> None:
    inviting.answer[TOOL_CONFIGURATION] = configured
    done = client.post("/lti/register", data=fields(tool), headers=SAME)

    assert "did not say under which deployment id" in done.text
    platform = tool.journal.platforms.find(LMS)
    assert platform
    assert platform.registration.deployments == frozenset()


def test_one_that_is_registered_is_not_changed_so(tool: Tool, client: TestClient, inviting: Inviting) -> None:
    client.post("/lti/register", data=fields(tool), headers=SAME)
    inviting.said["authorization_endpoint"] = f"{LMS}/other"

    refused = client.post("/lti/register", data=fields(tool), headers=SAME)
    assert "registered here already" in refused.text
    platform = tool.journal.platforms.find(LMS)
    assert platform
    assert platform.registration.auth_url == f"{LMS}/auth"


def test_the_command_prints_an_address_that_invites(tool: Tool, sqlite_address: str, tmp_path, client: TestClient):
    environment = {
        "COURSECITE_DATABASE": sqlite_address,
        "COURSECITE_DATA": str(tmp_path),
        "COURSECITE_PUBLIC_URL": "https://learn.example/",
    }
    printed = CliRunner().invoke(commands, ["lti", "invite"], env=environment).stdout.split()[0]

    assert printed.startswith("https://learn.example/lti/register?invitation=")
    invitation = printed.partition("=")[2]
    assert client.get("/lti/register", params=fields(tool) | {"invitation": invitation}).status_code == 200
