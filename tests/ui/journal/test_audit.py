import pytest

from ui.learner import LOCAL, Learner

IDA = Learner("account:1", "ida", "instructor")


def test_acts_are_kept_in_the_order_in_which_they_were_done(journal):
    journal.audit.note(IDA, "course_created", "biology", "Cells \x00 <b>")
    journal.audit.note(LOCAL, "file_uploaded", "biology", "x" * 1000)

    newest, first = journal.audit.latest()
    assert (first.actor, first.name, first.act, first.course_id) == ("account:1", "ida", "course_created", "biology")
    assert first.subject == "Cells \N{REPLACEMENT CHARACTER} <b>"
    assert first.created.tzinfo is not None
    assert (newest.name, newest.subject) == ("", "x" * 300)
    assert journal.audit.latest(1) == [newest]


def test_nothing_else_of_it_can_be_changed(journal):
    assert {name for name in dir(journal.audit) if not name.startswith("_")} == {"note", "latest"}


@pytest.mark.parametrize("again", ["ida", "Ida"])
def test_who_was_deleted_is_not_named_any_more_but_what_was_done_stays(journal, again):
    ida = journal.accounts.add("ida", "instructor", "correct horse battery")
    journal.audit.note(LOCAL, "account_added", subject="ida")
    journal.audit.note(ida, "file_deleted", "biology", "a.md")
    journal.privacy.delete(journal.accounts.of(again).id)

    acts = [(one.actor, one.name, one.act, one.subject) for one in journal.audit.latest()]
    assert acts == [(None, "", "file_deleted", "a.md"), ("local", "", "account_added", "")]
