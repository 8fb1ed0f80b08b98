"""An activity that an instructor picks, as the platform gets it back, and what learners then begin with."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import Any, cast

import jwt
import pytest
from starlette.testclient import TestClient

from rag import Assistant
from tests.ui.conftest import FakeAssistant, course_document
from tests.ui.lti.conftest import BASE, CONTEXT, INSTRUCTOR, LEARNER, Browser, FakePlatform, without_chat
from tests.ui.lti.lms import Platform
from tests.ui.lti.test_launch import visit
from tests.ui.test_chat import opened
from tests.ui.test_sign_in import csrf_of
from ui.conversation import Conversation
from ui.handlers import Handlers
from ui.lti.id_token import CLAIM
from ui.lti.launching import Tool
from ui.texts.chat import ENGLISH

RETURN = "https://moodle.example/mod/lti/contentitem_return.php?course=7"
SETTINGS = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
ITEMS = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items"


def linking(**changes: Any) -> dict[str, Any]:
    settings = {"deep_link_return_url": RETURN, "accept_types": ["ltiResourceLink"], "data": "opaque \N{SNOWMAN}"}
    wanted = {name: value for name, value in (settings | changes).items() if value is not None}
    return {"message_type": "LtiDeepLinkingRequest", "resource_link": None, "roles": [INSTRUCTOR], SETTINGS: wanted}


def picked(browser: Browser, address: str, start: str) -> Any:
    page = browser.client.get(address)
    return browser.client.post(address, data={"csrf": csrf_of(page.text), "start": start})


@pytest.mark.parametrize(
    ("start", "title", "custom"),
    [
        ("", "Cells", {}),
        ("quiz", "Cells", {"coursecite_start": "quiz"}),
        ("section:Meiosis", "Cells: Meiosis", {"coursecite_start": "section:Meiosis"}),
    ],
)
@pytest.mark.usefixtures("tied")
def test_the_platform_gets_what_was_picked(
    browser: Browser, tool: Tool, start: str, title: str, custom: dict[str, str]
) -> None:
    address = browser.come(**linking())
    assert address.endswith("/lti/deep-link")
    response = picked(browser, address, start)

    assert unescape(re.search(r'action="([^"]+)"', response.text)[1]) == RETURN
    assert "form-action https://moodle.example;" in response.headers["content-security-policy"]
    token = re.search(r'name="JWT" value="([^"]+)"', response.text)[1]
    (public,) = tool.keys.jwks()["keys"]
    issuer = browser.platform.registration.issuer
    claims = jwt.decode(token, jwt.PyJWK(public), ["RS256"], audience=issuer, issuer="client")
    assert claims[ITEMS] == [{"type": "ltiResourceLink", "title": title, "url": f"{BASE}/", "custom": custom}]
    assert claims[f"{CLAIM}message_type"] == "LtiDeepLinkingResponse"
    assert claims[f"{CLAIM}deployment_id"] == "1"
    assert claims["https://purl.imsglobal.org/spec/lti-dl/claim/data"] == "opaque \N{SNOWMAN}"
    assert claims["nonce"]
    platform = Platform(here=issuer, tool=BASE)
    platform.get_registration().set_tool_key_set(tool.keys.jwks())
    assert platform.validate_deeplinking_resp({"JWT": token}) == claims[ITEMS]


@pytest.mark.parametrize("wanted", [False, True])
@pytest.mark.parametrize("told", [False, True])
def test_an_activity_has_a_column_where_the_platform_is_told_and_the_instructor_wants_it(
    tool: Tool, platform: FakePlatform, told: bool, wanted: bool
) -> None:
    tool.journal.platforms.put(replace(platform.registration, participation=told))
    tool.journal.platforms.tie(1, str(CONTEXT["id"]), "biology", "tess")
    telling = replace(tool, reports=True)
    browser = Browser(TestClient(without_chat(telling), base_url=BASE, follow_redirects=False), platform)
    address = browser.come(**linking())
    page = browser.client.get(address).text
    assert ('name="reporting"' in page) is told
    form = {"csrf": csrf_of(page), "start": "quiz"} | ({"reporting": "yes"} if wanted else {})
    token = re.search(r'name="JWT" value="([^"]+)"', browser.client.post(address, data=form).text)[1]

    (item,) = jwt.decode(token, options={"verify_signature": False})[ITEMS]
    expected = {"label": "Cells", "scoreMaximum": 1} if told and wanted else None
    assert item.get("lineItem") == expected


def test_the_course_is_chosen_first(browser: Browser) -> None:
    address = browser.come(**linking())
    sent = browser.client.get(address)
    assert sent.headers["location"] == "choose"
    choose = f"{visit(address)}/lti/choose"
    chosen = browser.client.post(choose, data={"csrf": csrf_of(browser.client.get(choose).text), "course": "biology"})

    assert chosen.headers["location"] == address
    assert "Meiosis" in browser.client.get(address).text


@pytest.mark.usefixtures("tied")
def test_nothing_but_the_courses_own_is_picked(browser: Browser) -> None:
    address = browser.come(**linking())

    assert picked(browser, address, "section:Of another course").status_code == 403
    assert browser.client.post(address, data={"start": "quiz"}).status_code == 403


@pytest.mark.usefixtures("tied")
def test_learners_make_no_activities_and_a_visit_for_another_purpose_makes_none(browser: Browser) -> None:
    assert browser.client.get(browser.come(**linking() | {"roles": [LEARNER]})).status_code == 403
    assert browser.client.get(f"{visit(browser.come(roles=[INSTRUCTOR]))}/lti/deep-link").status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"deep_link_return_url": None},
        {"deep_link_return_url": "javascript:alert(1)"},
        {"deep_link_return_url": "http://moodle.example/"},
        {"deep_link_return_url": ["https://moodle.example"]},
        {"accept_types": ["file"]},
        {"accept_types": None},
    ],
)
def test_what_cannot_be_answered_is_refused(browser: Browser, changes: dict[str, Any]) -> None:
    asked = browser.depart()
    token = browser.platform.signed(browser.platform.claims(asked["nonce"], **linking(**changes)))

    assert browser.launch(asked["state"], token).status_code == 403


# What learners then begin with


def begun(tool: Tool, start: str) -> tuple[Conversation, Any]:
    conversation = Conversation()
    handlers = Handlers(tool.courses)
    return conversation, opened(handlers, conversation, f"?course=biology&start={start}")


def suggested(shown: Any) -> list[str]:
    return [example["text"] for example in shown.messages.examples]


def test_a_section_is_suggested_first(tool: Tool) -> None:
    _, shown = begun(tool, "section:Meiosis")

    assert suggested(shown)[0] == ENGLISH.about_section("Meiosis")


@pytest.mark.parametrize("start", ["section:Call+this+number", "section:", "<script>", "quizzes"])
def test_what_no_section_is_called_begins_as_ever(tool: Tool, start: str) -> None:
    _, shown = begun(tool, start)
    _, plain = begun(tool, "")

    assert suggested(shown) == suggested(plain)


def test_a_quiz_begins_at_once_beside_head_and_shelf(tool: Tool) -> None:
    parts = {"Mitosis": "Mitosis is the division of one nucleus into two equal nuclei."}
    assistant = FakeAssistant(course_document(parts=parts), "Cells")
    current = tool.courses["biology"].current
    assert current
    current.use(cast(Assistant, assistant))
    conversation, shown = begun(tool, "quiz")

    assert conversation.quiz
    assert "What is mitosis?" in str(shown.messages[-1].content)
    assert "Cells" in str(shown.head)
    assert "nav" in str(shown.shelf)
    assert ENGLISH.quiz_status in str(shown.status)


def test_a_course_without_anything_to_ask_begins_as_ever(tool: Tool) -> None:
    conversation, shown = begun(tool, "quiz")

    assert not conversation.quiz
    assert "Cells" in str(shown.head)
