"""A learning platform is told who took part: once, in the background, and only where it wants to know.

Its token and score endpoints are those of a platform library that is not ours, on a real port.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import anyio
import jwt
import pytest
from starlette.testclient import TestClient

from rag import Answer
from tests.ui.conftest import FakeAssistant
from tests.ui.journal.test_platforms import later
from tests.ui.lti.conftest import BASE, INSTRUCTOR, Browser, FakePlatform, without_chat
from tests.ui.lti.lms import CLIENT, DEPLOYMENT, Gradebook, lms_app
from tests.ui.lti.test_launch import visit
from tests.ui.serving import address_of, bound, serving
from ui.conversation import Conversation, Turn
from ui.errors import JournalError
from ui.journal import Journal, Participation, Registration, participations
from ui.keeping import Keeper
from ui.learner import Activity, Learner
from ui.lti import fetching
from ui.lti.claims import SCORE_SCOPE
from ui.lti.gradebooks import WAITS, Gradebooks
from ui.lti.launching import Tool

pytestmark = pytest.mark.loopback

COLUMN = "https://moodle.example/mod/lti/services.php/7/lineitems/3/lineitem?type_id=1"
ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"


# The claim


def claimed(tool: Tool, platform: FakePlatform, endpoint: Any, **changes: Any) -> Activity | None:
    """What a launch with that claim makes of whoever comes."""
    client = TestClient(without_chat(tool), base_url=BASE, follow_redirects=False)
    browser = Browser(client, platform, keeps_cookies=False)
    token = visit(browser.come(**{ENDPOINT: endpoint} | changes)).removeprefix("/s/")
    found = tool.journal.visits.find(token)
    assert found
    return found.learner.activity


def wanting(tool: Tool, platform: FakePlatform) -> Tool:
    """A server and a platform of which each has said that it wants this."""
    tool.journal.platforms.put(replace(platform.registration, participation=True))
    return replace(tool, reports=True)


CLAIM = {"scope": [SCORE_SCOPE], "lineitem": COLUMN}


@pytest.mark.usefixtures("tied")
def test_an_activity_with_a_column_is_told(tool: Tool, platform: FakePlatform) -> None:
    assert claimed(wanting(tool, platform), platform, CLAIM) == Activity(1, "4", COLUMN)


@pytest.mark.parametrize(
    ("endpoint", "changes"),
    [
        (None, {}),
        ("text", {}),
        ({"scope": [SCORE_SCOPE]}, {}),
        ({"scope": [SCORE_SCOPE], "lineitem": ["https://moodle.example"]}, {}),
        ({"scope": [SCORE_SCOPE], "lineitem": "http://moodle.example/3"}, {}),
        ({"scope": [SCORE_SCOPE], "lineitem": "file:///etc/passwd"}, {}),
        ({"scope": [SCORE_SCOPE], "lineitem": "https://moodle.example/" + "x" * 2_000}, {}),
        ({"scope": ["https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"], "lineitem": COLUMN}, {}),
        ({"scope": SCORE_SCOPE, "lineitem": COLUMN}, {}),
        (CLAIM, {"roles": [INSTRUCTOR]}),
    ],
    ids=str,
)
@pytest.mark.usefixtures("tied")
def test_whatever_else_a_platform_says_lets_in_and_tells_nothing(
    tool: Tool, platform: FakePlatform, endpoint: Any, changes: dict[str, Any]
) -> None:
    assert claimed(wanting(tool, platform), platform, endpoint, **changes) == Activity(1)


@pytest.mark.parametrize("who_wants_it", ["nobody", "the server", "the platform"])
@pytest.mark.usefixtures("tied")
def test_nothing_is_told_unless_both_want_it(tool: Tool, platform: FakePlatform, who_wants_it: str) -> None:
    tool.journal.platforms.put(replace(platform.registration, participation=who_wants_it == "the platform"))

    assert claimed(replace(tool, reports=who_wants_it == "the server"), platform, CLAIM) == Activity(1)


# Taking part


@pytest.fixture
def learner(tool: Tool) -> Learner:
    return Learner("lti:4", "", "learner", frozenset({"biology"}), activity=Activity(1, "4", COLUMN))


def ended(journal: Journal, learner: Learner, state: str = "finished", **about: Any) -> Conversation:
    """A turn that came to its end."""
    conversation = Conversation("biology", learner=learner)
    turn = Turn("What is mitosis?", Answer("", answered=True, sentences=()), FakeAssistant().document, **about)
    conversation.turns.append(turn)
    keeper = Keeper(journal)
    keeper.begin(conversation, turn)
    turn.state = cast("Any", state)
    keeper.end(conversation, turn)
    return conversation


def test_a_question_that_was_answered_is_taking_part(tool: Tool, learner: Learner) -> None:
    for _ in range(2):
        ended(tool.journal, learner)
    assert [one.activity for one in tool.journal.participations.take_due()] == [learner.activity]


@pytest.mark.parametrize("state", ["stopped", "failed"])
def test_one_that_was_not_is_none(tool: Tool, learner: Learner, state: str) -> None:
    ended(tool.journal, learner, state)
    assert tool.journal.participations.take_due() == []


def test_a_quiz_that_was_only_begun_is_none_and_its_answer_is(tool: Tool, learner: Learner) -> None:
    ended(tool.journal, learner, quiz=cast("Any", "a question"), aside=True)
    assert tool.journal.participations.take_due() == []
    ended(tool.journal, learner, lead="Right.", aside=True)
    assert len(tool.journal.participations.take_due()) == 1


@pytest.mark.parametrize("activity", [None, Activity(1)])
def test_who_came_by_nothing_that_wants_to_know_is_not_noted(
    tool: Tool, learner: Learner, activity: Activity | None
) -> None:
    ended(tool.journal, replace(learner, activity=activity))
    assert tool.journal.participations.take_due() == []


def test_an_answer_is_saved_though_taking_part_is_not(
    tool: Tool, learner: Learner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise JournalError("It is busy.")

    monkeypatch.setattr(participations.Participations, "note", broken)
    conversation = ended(tool.journal, learner)

    assert conversation.unsaved == ""
    assert [turn.state for turn in tool.journal.turns.of(learner.id, cast("int", conversation.id))] == ["finished"]
    assert "was not kept" in caplog.text


# Telling


class Lms:
    """A platform with a gradebook, and the server that tells it."""

    def __init__(self, tool: Tool, address: str, gradebook: Gradebook) -> None:
        self.gradebook = gradebook
        addresses = (f"{address}/auth", f"{address}/token", f"{address}/jwks")
        deployments = frozenset({DEPLOYMENT})
        self.registration = Registration(
            "LMS", address, CLIENT, *addresses, deployments, frozenset(), private_network=True, participation=True
        )
        self.journal = tool.journal
        self.platform = tool.journal.platforms.put(self.registration)
        self.gradebooks = Gradebooks(tool)

    def took_part(self, *subjects: str, column: str = "7") -> None:
        for subject in subjects:
            line_item = f"{self.registration.issuer}/columns/{column}?type_id=1"
            self.journal.participations.note(f"lti:{subject}", Activity(self.platform.id, subject, line_item))

    def tell(self) -> None:
        anyio.run(self.gradebooks.tell)

    @property
    def told(self) -> list[str]:
        """Whom it knows of."""
        return [score["userId"] for _, score in self.gradebook.scores]

    def left(self) -> dict[str, tuple[str, int]]:
        """What became of each."""
        kept = [self.journal.privacy.export(f"lti:{subject}")["participations"] for subject in "abc"]
        return {one["subject"]: (one["outcome"], one["tries"]) for rows in kept for one in rows}


@pytest.fixture
def lms(tool: Tool) -> Iterator[Lms]:
    with bound() as listening:
        address, gradebook = address_of(listening), Gradebook()
        with serving(lms_app(address, BASE, gradebook, tool.keys.jwks()), listening):
            yield Lms(tool, address, gradebook)


def test_the_platform_gets_one_point_of_one_and_nothing_else(lms: Lms, tool: Tool) -> None:
    lms.took_part("a", "b")
    lms.tell()
    lms.tell()

    assert lms.told == ["a", "b"]
    column, score = lms.gradebook.scores[0]
    assert column == "7"
    assert score.pop("timestamp").endswith("+00:00")
    assert score == {
        "userId": "a",
        "scoreGiven": 1,
        "scoreMaximum": 1,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
    }
    assert lms.left() == {"a": ("told", 1), "b": ("told", 1)}


def test_the_server_shows_by_its_key_who_it_is(lms: Lms, tool: Tool) -> None:
    lms.took_part("a", "b")
    lms.tell()

    (form,) = lms.gradebook.tokens  # one token does for both
    assert form["grant_type"] == "client_credentials"
    assert form["scope"] == SCORE_SCOPE
    (public,) = tool.keys.jwks()["keys"]
    claims = jwt.decode(
        form["client_assertion"],
        jwt.PyJWK(public),
        ["RS256"],
        audience=lms.registration.token_url,
        options={"require": ["iss", "sub", "aud", "iat", "exp", "jti"]},
    )
    assert (claims["iss"], claims["sub"]) == (CLIENT, CLIENT)


def test_a_token_that_is_refused_is_tried_again_later(
    lms: Lms, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    lms.gradebook.refuses["token"] = 400
    lms.took_part("a", "b", "c")
    with caplog.at_level(logging.WARNING):
        lms.tell()
    assert len(lms.gradebook.tokens) == 1, "not once for each of a class"
    assert lms.left() == {"a": ("waiting", 1), "b": ("waiting", 0), "c": ("waiting", 0)}
    assert "LMS was not told that somebody took part" in caplog.text
    assert "client_assertion" not in caplog.text

    lms.gradebook.refuses.clear()
    lms.tell()
    assert lms.told == [], "it is not time yet"
    later(monkeypatch, participations, minutes=1.1)
    lms.tell()
    assert sorted(lms.told) == ["a", "b", "c"]


@pytest.mark.parametrize("granted", ["", "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"])
def test_a_token_for_something_else_is_none(lms: Lms, granted: str, caplog: pytest.LogCaptureFixture) -> None:
    lms.gradebook.granted = granted
    lms.took_part("a")
    lms.tell()

    assert lms.told == []
    assert "does not let this tool report" in caplog.text
    assert lms.left() == {"a": ("waiting", 1)}


@pytest.mark.parametrize("status", [500, 503, 429, 302])
def test_a_platform_in_trouble_is_left_in_peace(lms: Lms, status: int) -> None:
    lms.gradebook.refuses["scores"] = status
    lms.took_part("a", "b")
    lms.tell()

    assert lms.left() == {"a": ("waiting", 1), "b": ("waiting", 0)}


def test_a_column_that_is_gone_is_given_up_and_others_are_told(lms: Lms) -> None:
    lms.took_part("a", column="gone")
    lms.took_part("b")
    lms.tell()

    assert lms.left() == {"a": ("given_up", 1), "b": ("told", 1)}


def test_one_whom_the_platform_does_not_want_keeps_nobody_else_back(lms: Lms) -> None:
    lms.gradebook.refuses["scores"] = 403
    lms.took_part("a", "b")
    lms.tell()

    assert lms.left() == {"a": ("waiting", 1), "b": ("waiting", 1)}


def test_a_token_that_is_taken_no_more_is_asked_for_anew(lms: Lms, monkeypatch: pytest.MonkeyPatch) -> None:
    lms.gradebook.refuses["scores"] = 401
    lms.took_part("a")
    lms.tell()
    lms.gradebook.refuses.clear()
    later(monkeypatch, participations, minutes=1.1)
    lms.tell()

    assert len(lms.gradebook.tokens) == 2
    assert lms.told == ["a"]


def test_a_platform_that_hangs_is_given_its_time_once(lms: Lms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    lms.gradebook.hangs = True
    lms.took_part("a", "b", "c")
    began = time.monotonic()
    lms.tell()

    assert time.monotonic() - began < 3
    assert lms.left() == {"a": ("waiting", 1), "b": ("waiting", 0), "c": ("waiting", 0)}


def test_it_is_tried_for_two_days_and_then_given_up(lms: Lms, monkeypatch: pytest.MonkeyPatch) -> None:
    lms.gradebook.refuses["scores"] = 500
    lms.took_part("a")
    passed = 0.0
    for wait in WAITS:
        lms.tell()
        assert lms.left()["a"][0] == "waiting"
        passed += wait.total_seconds() + 1
        later(monkeypatch, participations, seconds=passed)
        monkeypatch.setattr("ui.lti.gradebooks.datetime", participations.datetime)
    lms.tell()

    assert lms.left() == {"a": ("given_up", len(WAITS) + 1)}
    assert passed < 2 * 24 * 60 * 60


def test_a_platform_that_wants_it_no_more_is_not_told(lms: Lms) -> None:
    lms.took_part("a")
    lms.journal.platforms.put(replace(lms.registration, participation=False))
    lms.tell()

    assert lms.gradebook.tokens == []
    assert lms.left() == {"a": ("given_up", 1)}


def test_nothing_within_is_told(lms: Lms, caplog: pytest.LogCaptureFixture) -> None:
    """A platform of the whole world that names addresses of this network."""
    lms.journal.platforms.put(replace(lms.registration, private_network=False))
    lms.took_part("a")
    lms.tell()

    assert lms.gradebook.tokens == []
    assert "must not be asked" in caplog.text or "no address that may be asked" in caplog.text


def test_it_happens_in_the_background_and_outlives_what_goes_wrong(
    lms: Lms, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("ui.lti.gradebooks.EVERY", 0.02)
    real, broken = participations.Participations.take_due, [JournalError("It is busy."), RuntimeError("A defect.")]

    def taken(self: participations.Participations, most: int = 100) -> list[Participation]:
        if broken:
            raise broken.pop()
        return real(self, most)

    monkeypatch.setattr(participations.Participations, "take_due", taken)
    lms.took_part("a")
    with lms.gradebooks.told():
        for _ in range(500):
            if lms.left()["a"][0] == "told":
                break
            time.sleep(0.02)

    assert lms.told == ["a"]
    assert "It is busy." in caplog.text
    assert "A defect." in caplog.text
