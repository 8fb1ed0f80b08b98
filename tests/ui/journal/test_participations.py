from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.ui.journal.test_platforms import MOODLE, later
from ui.journal import Journal, participations
from ui.learner import Activity

COLUMN = "https://moodle.example/columns/7?type_id=1"


@pytest.fixture
def activity(journal: Journal) -> Activity:
    return Activity(journal.platforms.put(MOODLE).id, "4", COLUMN)


def test_taking_part_is_told_once_however_often_it_happens(journal: Journal, activity: Activity) -> None:
    for _ in range(3):
        journal.participations.note("lti:4", activity)
    (taken,) = journal.participations.take_due()
    assert (taken.activity, taken.tries) == (activity, 1)

    journal.participations.settle(taken.key, "told")
    journal.participations.note("lti:4", activity)
    assert journal.participations.take_due() == []


def test_each_learner_and_each_column_is_told_apart(journal: Journal, activity: Activity) -> None:
    other = Activity(activity.platform_id, "5", COLUMN)
    elsewhere = Activity(activity.platform_id, "4", f"{COLUMN}&other=1")
    for one in (activity, other, elsewhere):
        journal.participations.note(f"lti:{one.subject}", one)

    assert [one.activity for one in journal.participations.take_due()] == [activity, other, elsewhere]
    assert [one.activity for one in journal.participations.take_due(1)] == [], "somebody is at all of them"


def test_what_nobody_finished_comes_again(journal: Journal, activity: Activity, monkeypatch) -> None:
    journal.participations.note("lti:4", activity)
    journal.participations.take_due()
    later(monkeypatch, participations, minutes=5.1)

    assert [one.tries for one in journal.participations.take_due()] == [2]


def test_what_was_put_off_comes_then(journal: Journal, activity: Activity, monkeypatch) -> None:
    journal.participations.note("lti:4", activity)
    (taken,) = journal.participations.take_due()
    journal.participations.put_off(taken.key, datetime.now(UTC) + timedelta(hours=2))
    later(monkeypatch, participations, hours=1.9)
    assert journal.participations.take_due() == []
    later(monkeypatch, participations, hours=2.1)
    (again,) = journal.participations.take_due()
    assert again.tries == 2

    journal.participations.put_off(again.key, datetime.now(UTC), counts=False)
    assert [one.tries for one in journal.participations.take_due()] == [2]


def test_with_a_platform_goes_what_it_was_to_be_told(journal: Journal, activity: Activity) -> None:
    journal.participations.note("lti:4", activity)
    journal.platforms.remove(activity.platform_id)

    assert journal.participations.take_due() == []
    assert not journal.privacy.knows("lti:4")
