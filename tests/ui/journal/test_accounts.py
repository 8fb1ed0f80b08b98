from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import update

from ui.errors import AccountInvalid
from ui.journal.schema import AccountRow, SessionRow

PASSWORD = "correct horse battery"


def test_somebody_with_an_account_is_known_by_name_and_password(journal):
    assert not journal.accounts.exist()
    ida = journal.accounts.add("  Ida  Ñandú ", "instructor", PASSWORD)

    assert journal.accounts.exist()
    assert (ida.name, ida.role) == ("Ida Ñandú", "instructor")
    assert journal.accounts.check("ida ñandú", PASSWORD) == ida
    assert journal.accounts.of("IDA ÑANDÚ") == ida
    assert [account.learner for account in journal.accounts.all()] == [ida]


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("ida", PASSWORD.upper()),
        ("ida", ""),
        ("ida", PASSWORD + "\x00"),
        ("ida", "\ud800"),
        ("", PASSWORD),
        ("nobody", PASSWORD),
        ("\x00ida\udce9", PASSWORD),
        ("ida' OR 1=1 --", PASSWORD),
    ],
)
def test_nobody_else_is(journal, name, password):
    journal.accounts.add("ida", "admin", PASSWORD)

    assert journal.accounts.check(name, password) is None


def test_an_unknown_name_costs_as_much_as_a_wrong_password(journal, monkeypatch):
    journal.accounts.add("ida", "admin", PASSWORD)
    compared = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda self, kept, password: compared.append(kept) or verify(self, kept, password)
    )

    journal.accounts.check("ida", "a wrong password")
    journal.accounts.check("nobody", "a wrong password")

    known, unknown = compared
    assert extract_parameters(known) == extract_parameters(unknown)


def test_the_password_itself_is_not_kept(journal):
    journal.accounts.add("ida", "admin", PASSWORD)
    with journal._database.reading() as session:
        kept = session.query(AccountRow).one().password_hash

    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


@pytest.mark.parametrize("password", ["", "short", "x" * 1_001, "aaaaaaaaaaaa", "ida.instructor"])
def test_a_bad_password_is_refused(journal, password):
    with pytest.raises(AccountInvalid, match="choose another one"):
        journal.accounts.add("Ida.Instructor", "instructor", password)

    assert not journal.accounts.exist()


@pytest.mark.parametrize("name", ["", " ", "a:b", "x" * 101, "tab\x07", "\u202eadi", "\ud800"])
def test_a_bad_name_is_refused(journal, name):
    with pytest.raises(AccountInvalid, match="printable"):
        journal.accounts.add(name, "learner", PASSWORD)


def test_a_name_is_taken_once(journal):
    ida = journal.accounts.add("Ida", "instructor", PASSWORD)
    with pytest.raises(AccountInvalid, match="already"):
        journal.accounts.add("ＩＤＡ", "admin", PASSWORD)

    assert [account.learner for account in journal.accounts.all()] == [ida]


def test_a_name_given_again_is_another_person(journal):
    """Else whoever gets the name would find the conversations of who had it before."""
    before = journal.accounts.add("ida", "learner", PASSWORD)
    assert journal.accounts.remove("ida") == before

    assert journal.accounts.add("ida", "learner", PASSWORD).id != before.id


@pytest.mark.parametrize("call", ["remove", "set_password"])
def test_what_is_not_there_cannot_be_changed(journal, call):
    with pytest.raises(AccountInvalid, match="no account called nobody"):
        getattr(journal.accounts, call)("nobody", *([PASSWORD] if call == "set_password" else []))


def test_a_token_stands_for_whoever_signed_in(journal):
    ida = journal.accounts.add("ida", "admin", PASSWORD)
    first, second = journal.sessions.start(ida), journal.sessions.start(ida)

    assert first != second
    assert journal.sessions.learner(first) == ida
    with journal._database.reading() as session:
        assert not {first, second} & {row.token_hash for row in session.query(SessionRow)}

    journal.sessions.end(first)
    assert journal.sessions.learner(first) is None
    assert journal.sessions.learner(second) == ida


@pytest.mark.parametrize("token", ["", "guess", "\x00", "\ud800", "x" * 100_000])
def test_a_guess_stands_for_nobody(journal, token):
    journal.sessions.start(journal.accounts.add("ida", "admin", PASSWORD))

    assert journal.sessions.learner(token) is None


def test_a_token_expires(journal):
    ida = journal.accounts.add("ida", "admin", PASSWORD)
    token = journal.sessions.start(ida)
    with journal._database.writing() as session:
        session.execute(update(SessionRow).values(expires=datetime.now(UTC) - timedelta(seconds=1)))

    assert journal.sessions.learner(token) is None
    journal.sessions.start(ida)
    with journal._database.reading() as session:
        assert session.query(SessionRow).count() == 1


def test_another_password_signs_out_everywhere(journal):
    ida = journal.accounts.add("ida", "admin", PASSWORD)
    token = journal.sessions.start(ida)

    journal.accounts.set_password("IDA", "another good one")

    assert journal.sessions.learner(token) is None
    assert journal.accounts.check("ida", PASSWORD) is None
    assert journal.accounts.check("ida", "another good one") == ida


def test_whoever_was_removed_is_signed_out(journal):
    token = journal.sessions.start(journal.accounts.add("ida", "admin", PASSWORD))
    journal.accounts.remove("ida")

    assert journal.sessions.learner(token) is None
