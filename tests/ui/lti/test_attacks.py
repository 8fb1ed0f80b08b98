"""Attacks on the way in: each of these is somebody whom the platform did not send, or not so, or not now."""

from __future__ import annotations

import base64
import json
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.testclient import TestClient

from tests.ui.conftest import in_event_loop
from tests.ui.instructor_desk import desk_over
from tests.ui.lti.conftest import (
    BASE,
    CONTEXT,
    INSTRUCTOR,
    LEARNER,
    Browser,
    FakePlatform,
    jwk,
    rsa_key,
    without_chat,
)
from tests.ui.lti.test_launch import cookie_of, visit
from tests.ui.test_sign_in import csrf_of
from ui.app import build
from ui.errors import FetchFailed
from ui.lti.launching import Tool
from ui.lti.platform_keys import PAUSE, PlatformKeys
from ui.sign_in import learner_of

pytestmark = pytest.mark.usefixtures("tied")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "login"),
        ("POST", "login"),
        ("POST", "launch"),
        ("POST", "finish"),
        ("GET", "register"),
        ("POST", "register"),
    ],
)
def test_one_address_comes_so_often_and_others_still_come(tool: Tool, method: str, path: str) -> None:
    app = without_chat(replace(tool, launches_per_minute=3))
    here, there = (TestClient(app, base_url=BASE, client=(address, 1)) for address in ("9.9.9.9", "8.8.8.8"))
    answers = [here.request(method, f"/lti/{path}") for _ in range(4)]

    assert [answer.status_code == 429 for answer in answers] == [False, False, False, True]
    assert 1 <= int(answers[3].headers["retry-after"]) <= 60
    assert "Too many people come from your network" in answers[3].text
    assert there.request(method, f"/lti/{path}").status_code != 429
    assert here.get("/lti/jwks").status_code == 200


Forge = Callable[[FakePlatform, dict[str, Any]], str]


@pytest.fixture
def browser_at(tool: Tool, platform: FakePlatform) -> Callable[..., Browser]:
    """Makes browsers at a server without a chat, which is sooner there."""

    guarded = without_chat(tool)

    def made(**more: Any) -> Browser:
        return Browser(TestClient(guarded, base_url=BASE, follow_redirects=False), platform, **more)

    return made


def in_base64(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned(platform: FakePlatform, claims: dict[str, Any]) -> str:
    return f"{in_base64({'alg': 'none', 'kid': platform.kid})}.{in_base64(claims)}."


def signed_as_if_by_the_key(platform: FakePlatform, claims: dict[str, Any]) -> str:
    """RS256 says the header, and a signature of another's."""
    return jwt.encode(claims, rsa_key("attacker"), "RS256", {"kid": platform.kid})


def keyed_by_the_public_key(platform: FakePlatform, claims: dict[str, Any]) -> str:
    """HS256, whose secret everybody can fetch. PyJWT itself would refuse to make it."""
    import hmac

    secret = platform.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    content = f"{in_base64({'alg': 'HS256', 'typ': 'JWT', 'kid': platform.kid})}.{in_base64(claims)}"
    signature = base64.urlsafe_b64encode(hmac.digest(secret, content.encode(), "sha256")).rstrip(b"=").decode()
    return f"{content}.{signature}"


def with_own_key_inside(platform: FakePlatform, claims: dict[str, Any]) -> str:
    own = jwk(rsa_key("attacker"), "own")
    return jwt.encode(claims, rsa_key("attacker"), "RS256", {"kid": platform.kid, "jwk": own})


def with_own_key_elsewhere(platform: FakePlatform, claims: dict[str, Any]) -> str:
    return jwt.encode(claims, rsa_key("attacker"), "RS256", {"kid": "own", "jku": "https://evil.example/jwks"})


def without_a_key_id(platform: FakePlatform, claims: dict[str, Any]) -> str:
    return jwt.encode(claims, platform.key, "RS256")


def changed_after_signing(platform: FakePlatform, claims: dict[str, Any]) -> str:
    header, _, signature = platform.signed(claims).split(".")
    return f"{header}.{in_base64(claims | {'sub': '1'})}.{signature}"


def cut_short(platform: FakePlatform, claims: dict[str, Any]) -> str:
    return platform.signed(claims).rpartition(".")[0] + "."


@pytest.mark.parametrize(
    "forge",
    [
        unsigned,
        signed_as_if_by_the_key,
        keyed_by_the_public_key,
        with_own_key_inside,
        with_own_key_elsewhere,
        without_a_key_id,
        changed_after_signing,
        cut_short,
    ],
)
def test_what_the_platform_did_not_sign_lets_nobody_in(browser: Browser, platform: FakePlatform, forge: Forge) -> None:
    asked = browser.depart()
    refused = browser.launch(asked["state"], forge(platform, platform.claims(asked["nonce"])))

    assert refused.status_code == 403
    assert "coursecite_visit" not in refused.headers.get("set-cookie", "")
    assert all("evil" not in address for address in platform.fetches)


@pytest.mark.parametrize("garbage", ["", "a", "a.b.c", "." * 50, "\x00" * 9, "ü.ü.ü", "e30.e30.e30", "A" * 60_000])
def test_what_is_no_token_is_refused_quietly(browser: Browser, garbage: str) -> None:
    assert browser.launch(browser.depart()["state"], garbage).status_code == 403


def test_a_form_that_is_too_large_is_not_read(browser: Browser) -> None:
    assert browser.launch(browser.depart()["state"], "A" * 200_000).status_code == 403


NOW = int(time.time())


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": NOW - 60},
        {"iat": NOW + 3600, "exp": NOW + 7200},
        {"iat": NOW - 7200, "exp": NOW + 7200},
        {"exp": None},
        {"iat": None},
        {"exp": "soon"},
        {"iat": "now"},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another-tool"},
        {"aud": None},
        {"aud": ["client", "another-tool"]},
        {"aud": ["client", "another-tool"], "azp": "another-tool"},
        {"azp": "another-tool"},
        {"nonce": "of-another-launch"},
        {"nonce": None},
        {"nonce": ["a"]},
        {"sub": None},
        {"sub": ""},
        {"sub": 4},
        {"sub": "x" * 300},
        {"deployment_id": "of-another-place"},
        {"deployment_id": None},
        {"deployment_id": ["1"]},
        {"version": "1.1"},
        {"message_type": "LtiSubmissionReviewRequest"},
        {"message_type": ["LtiResourceLinkRequest"]},
        {"context": None},
        {"context": {"id": ""}},
        {"context": {"id": 7}},
        {"context": "course-7"},
    ],
    ids=" ".join,  # of the names alone: every process that runs tests has to find the same ones
)
def test_what_the_platform_signed_for_another_time_place_or_person(browser: Browser, changes: dict[str, Any]) -> None:
    asked = browser.depart()
    token = browser.platform.signed(browser.platform.claims(asked["nonce"], **changes))

    assert browser.launch(asked["state"], token).status_code == 403
    assert not [one for one in browser.client.cookies.jar if one.name == "coursecite_visit"]


def test_several_audiences_are_fine_where_we_are_the_authorised_one(browser: Browser) -> None:
    assert "/s/" in browser.come(aud=["client", "another-tool"], azp="client")


def test_a_launch_is_not_replayed(browser: Browser, platform: FakePlatform) -> None:
    asked = browser.depart()
    token = platform.signed(platform.claims(asked["nonce"]))
    again = browser.depart()

    assert browser.launch(asked["state"], token).status_code == 303
    assert browser.launch(asked["state"], token).status_code == 403, "the same once more"
    assert browser.launch(again["state"], token).status_code == 403, "the token in another launch"
    assert browser.launch("guessed", token).status_code == 403
    assert browser.launch("", token).status_code == 403


def test_nobody_comes_with_somebody_elses_token(browser_at: Callable[..., Browser], platform: FakePlatform) -> None:
    """The teacher's token, in the attacker's launch, whose state and cookie are right."""
    teacher, attacker = browser_at(), browser_at()
    theirs, own = teacher.depart(), attacker.depart()
    stolen = platform.signed(platform.claims(theirs["nonce"], sub="2", roles=[INSTRUCTOR]))

    assert attacker.launch(own["state"], stolen).status_code == 403


@pytest.mark.parametrize("keeps_cookies", [True, False])
def test_the_state_of_another_browser_lets_nobody_in(
    browser_at: Callable[..., Browser], platform: FakePlatform, keeps_cookies: bool
) -> None:
    """Somebody is made to come as the attacker: what they ask would then be the attacker's to read."""
    attacker, victim = browser_at(), browser_at(keeps_cookies=keeps_cookies)
    asked = attacker.depart()
    sent = victim.launch(asked["state"], platform.signed(platform.claims(asked["nonce"])))

    assert "coursecite_visit" not in sent.headers.get("set-cookie", "")
    assert sent.status_code == 200, "the page that asks the tab for what it kept"
    assert victim.finish(asked["state"], "").status_code == 403
    assert attacker.finish(asked["state"]).status_code == 403, "one try, right or wrong"


def test_a_secret_is_tried_once_and_from_our_page_alone(
    browser_at: Callable[..., Browser], platform: FakePlatform
) -> None:
    browser = browser_at(keeps_cookies=False)
    asked = browser.depart()
    browser.launch(asked["state"], platform.signed(platform.claims(asked["nonce"])))
    assert browser.finish(asked["state"], **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert browser.finish(asked["state"], Origin="https://evil.example").status_code == 403

    assert browser.finish(asked["state"]).status_code == 200
    assert browser.finish(asked["state"]).status_code == 403


def test_a_secret_is_nothing_before_the_platform_has_spoken(browser: Browser) -> None:
    assert browser.finish(browser.depart()["state"]).status_code == 403


def test_a_visit_that_somebody_else_began_is_not_taken_over(
    browser_at: Callable[..., Browser], platform: FakePlatform
) -> None:
    """Fixation: the victim's browser has the attacker's visit, and gets one of its own all the same."""
    attacker, victim = browser_at(keeps_cookies=False), browser_at()
    planted = visit(attacker.come(sub="666"))
    victim.client.cookies.set("coursecite_visit", "planted", domain="learn.example", path="/")
    own = visit(victim.come(sub="4"))

    assert own != planted
    assert "planted" not in cookie_of(victim, own.removeprefix("/s/"))
    assert attacker.client.get(f"{own}/config").status_code == 401


@pytest.mark.parametrize("iss", ["https://evil.example", "", "https://moodle.example/", "' OR 1=1 --"])
def test_an_unknown_platform_is_asked_nothing(browser: Browser, iss: str) -> None:
    refused = browser.login(iss=iss)

    assert refused.status_code == 403
    assert "location" not in refused.headers
    assert "set-cookie" not in refused.headers


@pytest.mark.parametrize("name", ["target_link_uri", "redirect_uri", "lti_storage_target", "next"])
@pytest.mark.parametrize("value", ["https://evil.example/", "//evil.example", "javascript:alert(1)", '"><script>'])
def test_no_address_in_a_request_is_ever_gone_to(browser: Browser, name: str, value: str) -> None:
    page = browser.login(**{name: value})
    asked = browser.depart(**{name: value})
    token = browser.platform.signed(browser.platform.claims(asked["nonce"], target_link_uri=value, return_url=value))
    arrived = browser.launch(asked["state"], token)

    assert asked["redirect_uri"] == f"{BASE}/lti/launch"
    assert urlsplit(arrived.headers["location"])[:2] == ("", "")
    assert "<script>" not in page.text.replace('<script src="static/depart.js" defer></script>', "")


HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>{{7*7}}'


def test_names_from_the_platform_are_text(tool: Tool, platform: FakePlatform, biology, tmp_path) -> None:
    """In the page that chooses a course, and on the instructors' pages, which show who is there."""
    desk = desk_over(biology, tmp_path / "desk", learner_of=learner_of)
    app = in_event_loop(lambda: build(desk.courses, ["learn.example"], desk, journal=tool.journal, tool=tool))
    teacher = Browser(TestClient(app, base_url=BASE, follow_redirects=False), platform)
    context = {"id": CONTEXT["id"], "title": HOSTILE}
    address = visit(teacher.come(roles=[INSTRUCTOR], name=HOSTILE, context=context))
    pages = [teacher.client.get(f"{address}{path}") for path in ("/lti/choose", "/instructor/", "/lti/leave")]
    learner = Browser(TestClient(app, base_url=BASE, follow_redirects=False), platform)
    pages.append(learner.client.get(f"{visit(learner.come(name=HOSTILE, context=context))}/lti/choose"))

    assert [page.status_code for page in pages] == [200] * 4
    for page in pages:
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    assert "&lt;script&gt;alert(1)" in pages[0].text
    assert "&lt;script&gt;alert(1)" in pages[1].text


def test_an_instructor_changes_their_course_within_the_frame_and_no_other_site_does(
    tool: Tool, platform: FakePlatform, biology, tmp_path
) -> None:
    """The strict cookie of forms does not come in a frame; the token made from the visit does its work."""
    desk = desk_over(biology, tmp_path / "desk", learner_of=learner_of)
    desk.courses.create("Secrets")
    app = in_event_loop(lambda: build(desk.courses, ["learn.example"], desk, journal=tool.journal, tool=tool))
    teacher = Browser(TestClient(app, base_url=BASE, follow_redirects=False), platform, keeps_cookies=False)
    pages = f"{visit(teacher.come(roles=[INSTRUCTOR]))}/instructor"
    shown = teacher.client.get(f"{pages}/courses/biology")
    token = csrf_of(teacher.client.get(f"{visit(pages)}/lti/leave").text)

    def upload(**headers: str) -> int:
        address = f"{pages}/courses/biology/files?name=new.md"
        given = {"Accept": "application/json"} | headers
        return int(teacher.client.post(address, content=b"# New\n\nText.", headers=given).status_code)

    assert f'content="{token}"' in shown.text
    assert "coursecite_csrf" not in shown.headers.get("set-cookie", "")
    assert upload() == 403
    assert upload(**{"X-CSRF-Token": "A" * 43}) == 403
    assert upload(**{"X-CSRF-Token": token, "Sec-Fetch-Site": "cross-site"}) == 403
    assert upload(**{"X-CSRF-Token": token, "Sec-Fetch-Site": "same-origin"}) == 200
    assert teacher.client.get(f"{pages}/courses/secrets").status_code == 404
    learner = Browser(TestClient(app, base_url=BASE, follow_redirects=False), platform)
    assert learner.client.get(f"{visit(learner.come(roles=[LEARNER]))}/instructor/").status_code == 403


def test_the_api_is_as_small_to_a_visitor_as_the_pages(tool: Tool, platform: FakePlatform, biology, tmp_path) -> None:
    desk = desk_over(biology, tmp_path / "desk", learner_of=learner_of)
    desk.courses.create("Secrets")
    app = in_event_loop(lambda: build(desk.courses, ["learn.example"], desk, journal=tool.journal, tool=tool))
    learner = Browser(TestClient(app, base_url=BASE, follow_redirects=False), platform)
    root = visit(learner.come())

    def got(path: str) -> tuple[int, str]:
        response = learner.client.get(f"{root}{path}")
        return response.status_code, response.text

    listed = got("/api/v1/courses")
    assert listed[0] == 200
    assert "biology" in listed[1]
    assert "secrets" not in listed[1].lower()
    assert "secrets" not in got("/v1/models")[1].lower()
    asked = learner.client.post(f"{root}/api/v1/ask", json={"course": "secrets", "question": "What is in it?"})
    assert asked.status_code == 404
    for path in (
        "/metrics",
        "/instructor/",
        "/instructor/platforms",
        "/instructor/audit",
        "/api/v1/courses/secrets/documents",
    ):
        assert got(path)[0] in (403, 404), path


def test_nothing_of_a_launch_is_logged(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    address = browser.come(name="Zebrafinch")

    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]
    for secret in ("Zebrafinch", visit(address), cookie_of(browser, visit(address).removeprefix("/s/"))):
        assert not [line for line in ours if secret in line]


# The platform's keys


def keys_over(platform: FakePlatform, now: list[float]) -> PlatformKeys:
    return PlatformKeys(platform.fetch, lambda: now[0])


def with_keys(tool: Tool, keys: PlatformKeys) -> Tool:
    return Tool(tool.journal, tool.courses, tool.keys, keys, tool.base)


@pytest.fixture
def now() -> list[float]:
    return [1_000.0]


async def key_or_none(keys: PlatformKeys, tool: Tool, kid: str) -> Any:
    from ui.errors import UiError

    try:
        return await keys.key(tool.journal.platforms.all()[0], kid)
    except UiError:
        return None


@pytest.mark.anyio
async def test_a_platform_that_changes_its_key_is_asked_again(
    tool: Tool, platform: FakePlatform, now: list[float]
) -> None:
    keys = keys_over(platform, now)
    assert await key_or_none(keys, tool, "first")
    platform.jwks = {"keys": [jwk(rsa_key("next"), "second")]}
    now[0] += PAUSE + 1

    assert await key_or_none(keys, tool, "second")
    assert await key_or_none(keys, tool, "first") is None, "what was withdrawn counts no more"
    assert len(platform.fetches) == 2


@pytest.mark.anyio
async def test_unknown_keys_make_us_ask_seldom(tool: Tool, platform: FakePlatform, now: list[float]) -> None:
    keys = keys_over(platform, now)
    for number in range(50):
        assert await key_or_none(keys, tool, f"guessed-{number}") is None
        now[0] += 1

    assert len(platform.fetches) == 2
    assert await key_or_none(keys, tool, "first")


@pytest.mark.anyio
async def test_a_platform_that_cannot_be_asked_is_known_for_an_hour(
    tool: Tool, platform: FakePlatform, now: list[float]
) -> None:
    keys = keys_over(platform, now)
    assert await key_or_none(keys, tool, "first")
    platform.jwks = FetchFailed("down")
    now[0] += 3_000
    assert await key_or_none(keys, tool, "first"), "it need not be asked"
    now[0] += 3_000
    assert await key_or_none(keys, tool, "first") is None
    now[0] += PAUSE + 1
    platform.jwks = {"keys": [jwk(platform.key, "first")]}
    assert await key_or_none(keys, tool, "first")


@pytest.mark.anyio
@pytest.mark.parametrize(
    "row",
    [
        jwk(rsa_key("small", 1024), "first"),
        jwk(rsa_key("platform"), "first") | {"kty": "oct", "k": "c2VjcmV0"},
        jwk(rsa_key("platform"), "first", use="enc"),
        jwk(rsa_key("platform"), "first") | {"alg": "HS256"},
        json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key("platform"))) | {"kid": "first"},
        {"kid": "first"},
        {"kid": ["first"], "kty": "RSA"},
        {"kid": "first", "kty": "RSA", "n": "!", "e": "AQAB"},
        None,
    ],
    ids=["1024 bits", "symmetric", "for encryption", "for HS256", "private", "empty", "odd id", "no number", "nothing"],
)
async def test_a_key_that_may_not_sign_is_none(tool: Tool, platform: FakePlatform, now: list[float], row: Any) -> None:
    platform.jwks = {"keys": [row]}

    assert await key_or_none(keys_over(platform, now), tool, "first") is None


@pytest.mark.parametrize("jwks", [{}, {"keys": {}}, FetchFailed("It hangs.")])
def test_without_keys_nobody_comes(browser: Browser, platform: FakePlatform, jwks: Any) -> None:
    platform.jwks = jwks
    asked = browser.depart()

    refused = browser.launch(asked["state"], platform.signed(platform.claims(asked["nonce"])))
    assert refused.status_code == 502
    assert "Traceback" not in refused.text


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
