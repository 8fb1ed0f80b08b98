from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ui.errors import LaunchRefused, PlatformInvalid
from ui.journal import Journal, Registration, Visitor, launches, platforms, visits

MOODLE = Registration(
    "Moodle",
    "https://moodle.example",
    "client",
    "https://moodle.example/mod/lti/auth.php",
    "https://moodle.example/mod/lti/token.php",
    "https://moodle.example/mod/lti/certs.php",
    frozenset({"1", "2"}),
    frozenset({"https://moodle.example"}),
)


@pytest.fixture
def visitor(journal: Journal) -> Visitor:
    platform = journal.platforms.put(MOODLE)
    return Visitor(platform.id, "course-7", "Biology 101", "lti:4@https://moodle.example", "Anna", "learner")


def later(monkeypatch: pytest.MonkeyPatch, module, **delta: float) -> None:
    """Let time have passed for what a module of the journal looks up."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(UTC) + timedelta(**delta)

    monkeypatch.setattr(module, "datetime", Clock)


def test_a_platform_is_found_as_it_was_registered(journal: Journal) -> None:
    put = journal.platforms.put(MOODLE)

    assert put.registration == MOODLE
    assert journal.platforms.all() == [put]
    assert journal.platforms.find(MOODLE.issuer, "client") == put
    assert journal.platforms.find(MOODLE.issuer) == put
    assert journal.platforms.find(MOODLE.issuer, "other") is None
    assert journal.platforms.find("https://other.example", "client") is None


def test_the_same_issuer_and_client_are_one_platform(journal: Journal) -> None:
    first = journal.platforms.put(MOODLE)
    again = journal.platforms.put(replace(MOODLE, name="Our Moodle", courses=frozenset({"biology"})))
    other = journal.platforms.put(replace(MOODLE, client_id="second"))

    assert (again.id, again.registration.name, again.registration.courses) == (first.id, "Our Moodle", {"biology"})
    assert other.id != first.id
    assert journal.platforms.find(MOODLE.issuer) is None, "it says no longer which one is meant"


def test_a_course_is_tied_and_tied_anew(journal: Journal, visitor: Visitor) -> None:
    tied = journal.platforms.tied
    assert tied(visitor.platform_id, "course-7") is None

    journal.platforms.tie(visitor.platform_id, "course-7", "biology", "tess")
    assert tied(visitor.platform_id, "course-7") == "biology"
    journal.platforms.tie(visitor.platform_id, "course-7", "chemistry", "tess")
    assert tied(visitor.platform_id, "course-7") == "chemistry"
    assert tied(visitor.platform_id, "course-8") is None


def test_with_a_platform_go_its_visits_and_ties(journal: Journal, visitor: Visitor) -> None:
    token, _ = journal.visits.start(visitor, with_cookie=False)
    journal.platforms.tie(visitor.platform_id, "course-7", "biology", "tess")
    journal.launches.ask("state", visitor.platform_id, {"nonce": "n"})
    journal.platforms.remove(visitor.platform_id)

    assert journal.visits.find(token) is None
    assert journal.launches.take_asked("state") is None
    assert journal.platforms.tied(visitor.platform_id, "course-7") is None
    assert not journal.platforms.exist()
    with pytest.raises(PlatformInvalid, match="coursecite lti list"):
        journal.platforms.remove(visitor.platform_id)


def test_a_launch_is_there_once_and_not_for_long(journal: Journal, visitor: Visitor, monkeypatch) -> None:
    journal.launches.ask("state", visitor.platform_id, {"nonce": "n"})
    assert journal.launches.take_said("state") is None, "the platform has said nothing yet"
    taken = journal.launches.take_asked("state")
    assert taken
    assert (taken.platform_id, taken.content) == (visitor.platform_id, {"nonce": "n"})
    assert journal.launches.take_asked("state") is None

    journal.launches.say("state", visitor.platform_id, "lti:4", {"sub": "4"})
    assert journal.launches.take_asked("state") is None
    later(monkeypatch, launches, seconds=61)
    assert journal.launches.take_said("state") is None


def test_so_many_may_be_on_their_way(journal: Journal, visitor: Visitor, monkeypatch) -> None:
    monkeypatch.setattr(launches, "MOST", 2)
    for state in ("first", "second"):
        journal.launches.ask(state, visitor.platform_id, {})
    with pytest.raises(LaunchRefused, match="Too many"):
        journal.launches.ask("third", visitor.platform_id, {})

    assert journal.launches.take_asked("first"), "those under way go on"
    journal.launches.say("first", visitor.platform_id, "lti:4", {})
    later(monkeypatch, launches, minutes=11)
    journal.launches.ask("third", visitor.platform_id, {})


def test_a_visit_follows_its_course(journal: Journal, visitor: Visitor) -> None:
    token, cookie = journal.visits.start(visitor, with_cookie=False)
    found = journal.visits.find(token)
    assert found
    assert (cookie, found.visitor, found.course) == ("", visitor, None)
    assert found.learner.courses == frozenset()

    journal.platforms.tie(visitor.platform_id, "course-7", "biology", "tess")
    tied = journal.visits.find(token)
    assert tied
    assert tied.learner.courses == {"biology"}


def test_a_visit_with_a_cookie_needs_it(journal: Journal, visitor: Visitor) -> None:
    token, cookie = journal.visits.start(visitor, with_cookie=True)
    _, other = journal.visits.start(visitor, with_cookie=True)

    assert journal.visits.find(token) is None
    assert journal.visits.find(token, other) is None
    assert journal.visits.find(token, cookie) is not None
    journal.visits.end(token)
    assert journal.visits.find(token, cookie) is None


@pytest.mark.parametrize(("with_cookie", "hours"), [(True, 12.1), (False, 3.1)])
def test_a_visit_ends_by_itself(journal: Journal, visitor: Visitor, monkeypatch, with_cookie: bool, hours: float):
    token, cookie = journal.visits.start(visitor, with_cookie=with_cookie)
    later(monkeypatch, visits, hours=hours)

    assert journal.visits.find(token, cookie) is None


def test_an_invitation_is_good_for_one_platform_and_one_day(journal: Journal, monkeypatch) -> None:
    first, second = journal.platforms.invite(), journal.platforms.invite(private_network=True)

    assert journal.platforms.invited(first) is False
    assert journal.platforms.accept(MOODLE, first).registration == MOODLE
    other = replace(MOODLE, client_id="other")
    for worthless in (first, "guessed"):
        with pytest.raises(PlatformInvalid, match="not valid any more"):
            journal.platforms.invited(worthless)
        with pytest.raises(PlatformInvalid, match="not valid any more"):
            journal.platforms.accept(other, worthless)
    assert journal.platforms.invited(second) is True
    with pytest.raises(PlatformInvalid, match="registered here already"):
        journal.platforms.accept(replace(MOODLE, auth_url="https://evil.example"), second)
    assert journal.platforms.invited(second) is True, "it was of no use yet"
    later(monkeypatch, platforms, hours=24.1)
    with pytest.raises(PlatformInvalid, match="not valid any more"):
        journal.platforms.accept(other, second)
    assert [one.registration for one in journal.platforms.all()] == [MOODLE]


def test_of_many_who_use_an_invitation_at_once_one_is_registered(journal: Journal) -> None:
    invitation = journal.platforms.invite()
    outcomes: list[str] = []

    def accept(number: int) -> None:
        try:
            journal.platforms.accept(replace(MOODLE, client_id=f"client-{number}"), invitation)
            outcomes.append("registered")
        except PlatformInvalid:
            outcomes.append("refused")

    threads = [threading.Thread(target=accept, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [*["refused"] * 5, "registered"]
    assert len(journal.platforms.all()) == 1


def test_what_is_kept_of_a_visitor_is_handed_out_and_deleted(journal: Journal, visitor: Visitor) -> None:
    token, _ = journal.visits.start(visitor, with_cookie=False)
    journal.platforms.tie(visitor.platform_id, "course-7", "biology", visitor.learner_id)
    assert journal.privacy.knows(visitor.learner_id)
    exported = journal.privacy.export(visitor.learner_id)
    assert [visit["name"] for visit in exported["visits"]] == ["Anna"]
    assert exported["courses_chosen"][0]["course_id"] == "biology"
    assert token not in str(exported)

    journal.privacy.delete(visitor.learner_id)
    assert journal.visits.find(token) is None
    assert not journal.privacy.knows(visitor.learner_id)
    assert journal.platforms.tied(visitor.platform_id, "course-7") == "biology"
