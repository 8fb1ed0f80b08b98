from datetime import UTC, datetime

import pytest

from ui.errors import WidgetInvalid
from ui.journal import Widget


def test_a_widget_is_allowed_changed_and_removed(journal):
    journal.widgets.put("biology", ["HTTPS://Learn.Example/", "http://localhost:8000"], 3, 10)
    assert journal.widgets.of("biology") == Widget(
        "biology", frozenset({"https://learn.example", "http://localhost:8000"}), 3, 10
    )
    journal.widgets.put("biology", ["https://other.example"])
    journal.widgets.put("atoms", ["https://other.example"])
    assert [one.course_id for one in journal.widgets.all()] == ["atoms", "biology"]
    assert journal.widgets.of("biology").origins == {"https://other.example"}

    journal.widgets.remove("biology")
    assert journal.widgets.of("biology") is None
    with pytest.raises(WidgetInvalid, match="has no widget"):
        journal.widgets.remove("biology")


def test_it_is_known_when_visitors_asked_within_a_day(journal):
    journal.turns.begin_conversation("widget:a", "biology", "What?")
    journal.turns.begin_conversation("widgetx", "biology", "What?")
    journal.turns.begin_conversation("widget:a", "atoms", "What?")

    [asked] = journal.widgets.asked_within_a_day("biology")

    assert (datetime.now(UTC) - asked).total_seconds() < 60


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "*",
        "https://*",
        "learn.example",
        "https://learn.example/path",
        "https://learn.example; script-src *",
        "https://a.example https://b.example",
        "https://learn.example\n",
        "javascript:alert(1)",
        "'self'",
        "https://ü.example",
        "https://user@learn.example",
    ],
)
def test_what_is_no_web_site_gets_into_no_header(journal, origin):
    if origin.endswith("\n"):
        assert journal.widgets.put("biology", [origin]).origins == {"https://learn.example"}
        return
    with pytest.raises(WidgetInvalid):
        journal.widgets.put("biology", [origin])
    assert journal.widgets.all() == []


@pytest.mark.parametrize("numbers", [(0, 1), (1, 0), (-1, 1), (1, 10**9)])
def test_numbers_that_make_no_sense_are_refused(journal, numbers):
    with pytest.raises(WidgetInvalid):
        journal.widgets.put("biology", ["https://learn.example"], *numbers)
    with pytest.raises(WidgetInvalid):
        journal.widgets.put("biology", [])
