"""The commands for learning platforms, as a person calls them."""

from __future__ import annotations

import json
import socket
import stat
import threading

import jwt
import pytest
from typer.testing import CliRunner

from tests.ui.conftest import FakeAssistant, in_event_loop, offered
from ui.cli import app
from ui.courses import Courses
from ui.errors import KeysUnusable
from ui.journal import Journal
from ui.lti.keys import KNOWN_AFTER, ToolKeys

ISSUER = "https://moodle.example"
MOODLE = ("lti", "add", ISSUER, "client", "--kind", "moodle", "--deployment", "1")


@pytest.fixture
def run(sqlite_address, tmp_path):
    environment = {"COURSECITE_DATABASE": sqlite_address, "COURSECITE_DATA": str(tmp_path), "COLUMNS": "200"}

    def run_with(*arguments, code=0):
        ended = CliRunner().invoke(app, arguments, env=environment)
        assert ended.exit_code == code, ended.output
        return ended

    return run_with


def test_a_moodle_is_registered_by_its_issuer_alone(run, sqlite_journal):
    assert "people may come from moodle.example" in run(*MOODLE).stdout

    assert "add an account for yourself" in run(*MOODLE).output
    sqlite_journal.accounts.add("ida", "admin", "correct horse battery")
    assert "add an account for yourself" not in run(*MOODLE).output
    (platform,) = sqlite_journal.platforms.all()
    known = platform.registration
    assert known.auth_url == "https://moodle.example/mod/lti/auth.php"
    assert known.jwks_url == "https://moodle.example/mod/lti/certs.php"
    assert (known.deployments, known.origins, known.courses) == ({"1"}, {ISSUER}, None)
    assert ISSUER in run("lti", "list").stdout


def test_canvas_shows_its_pages_elsewhere(run, sqlite_journal):
    issuer = "https://canvas.instructure.com"
    given = ["--kind", "canvas", "--deployment", "1:a", "--deployment", "2:b", "--origin", "https://uni.example/x"]
    run("lti", "add", issuer, "10000", *given, "--course", "biology", "--name", "Uni")

    known = sqlite_journal.platforms.all()[0].registration
    assert known.auth_url == "https://sso.canvaslms.com/api/lti/authorize_redirect"
    assert known.origins == {issuer, "https://sso.canvaslms.com", "https://uni.example"}
    assert (known.name, known.deployments, known.courses) == ("Uni", {"1:a", "2:b"}, {"biology"})


def test_a_platform_is_changed_by_adding_it_again_and_removed_by_its_number(run, sqlite_journal):
    run(*MOODLE)
    run(*MOODLE, "--deployment", "2", "--name", "Ours")
    (platform,) = sqlite_journal.platforms.all()
    assert (platform.registration.name, platform.registration.deployments) == ("Ours", {"1", "2"})

    assert "Nobody comes from Ours any more." in run("lti", "remove", str(platform.id)).stdout
    assert "coursecite lti list" in run("lti", "remove", str(platform.id), code=1).output
    assert "There are no platforms" in run("lti", "list").output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["http://moodle.example", "client", "--kind", "moodle", "--deployment", "1"], "issuer"),
        (["javascript:alert(1)", "client", "--kind", "moodle", "--deployment", "1"], "issuer"),
        (["https://a@evil.example", "client", "--kind", "moodle", "--deployment", "1"], "issuer"),
        (["https://moodle.example", "client", "--deployment", "1"], "--auth-url"),
        (["https://moodle.example", "", "--kind", "moodle", "--deployment", "1"], "An id has"),
        (["https://moodle.example", "client", "--kind", "moodle", "--deployment", ""], "An id has"),
        ([*MOODLE[2:], "--origin", "nowhere"], "--origin"),
        ([*MOODLE[2:], "--jwks-url", "file:///etc/passwd"], "--jwks-url"),
    ],
)
def test_what_cannot_be_a_platform_is_not_registered(run, sqlite_journal, arguments, says):
    assert says in run("lti", "add", *arguments, code=1).output
    assert not sqlite_journal.platforms.exist()


def test_a_platform_is_told_who_took_part_only_where_that_was_said(run, sqlite_journal):
    run(*MOODLE)
    assert "participation" not in run("lti", "list").stdout
    run(*MOODLE, "--participation")
    assert sqlite_journal.platforms.all()[0].registration.participation
    assert "participation" in run("lti", "list").stdout


def test_in_a_private_network_a_platform_may_speak_http(run, sqlite_journal):
    run("lti", "add", "http://127.0.0.1:8000", "c", "--kind", "moodle", "--deployment", "1", "--private-network")

    assert sqlite_journal.platforms.all()[0].registration.origins == {"http://127.0.0.1:8000"}


def test_keys_are_made_once_and_are_their_owners_alone(run, tmp_path):
    (first,) = json.loads(run("lti", "keys").stdout)["keys"]
    (again,) = json.loads(run("lti", "keys").stdout)["keys"]

    assert first == again
    assert set(first) == {"kty", "n", "e", "kid", "alg", "use"}, "nothing private is printed"
    assert stat.S_IMODE((tmp_path / "lti-keys.json").stat().st_mode) == 0o600


def test_a_new_key_is_known_before_it_signs(run, tmp_path):
    now = 1_000_000.0
    keys = ToolKeys(tmp_path, lambda: now)
    (first,) = keys.all()
    assert signer(keys) == first.kid

    second = keys.rotate()
    assert [key.kid for key in keys.all()] == [second.kid, first.kid]
    assert signer(keys) == first.kid
    now += KNOWN_AFTER + 1
    assert signer(keys) == second.kid
    third = keys.rotate()
    assert [key.kid for key in keys.all()] == [third.kid, second.kid]
    assert signer(keys) == second.kid


def signer(keys):
    """The id of the key that signs; it is among those published, and its signature holds."""
    token = keys.sign({"iss": "tool"})
    kid = jwt.get_unverified_header(token)["kid"]
    (public,) = [key for key in keys.jwks()["keys"] if key["kid"] == kid]
    assert jwt.decode(token, jwt.PyJWK(public), ["RS256"]) == {"iss": "tool"}
    return kid


def test_rotated_by_command(run):
    before = json.loads(run("lti", "keys").stdout)["keys"]
    made = run("lti", "rotate-keys").stdout
    after = json.loads(run("lti", "keys").stdout)["keys"]

    assert after[1:] == before
    assert after[0]["kid"] in made


@pytest.mark.parametrize("content", ["", "{}", '{"keys": [{"kid": "a", "made": 1, "pem": "no key"}]}', "\xff"])
def test_keys_that_cannot_be_read_are_said_to_be_so(tmp_path, content):
    (tmp_path / "lti-keys.json").write_text(content, encoding="latin-1")

    with pytest.raises(KeysUnusable, match="lti-keys"):
        ToolKeys(tmp_path).jwks()


@pytest.mark.loopback
@pytest.mark.parametrize("setting", ["", "1"])
def test_a_server_tells_gradebooks_where_its_settings_say_so(
    sqlite_address, tmp_path, monkeypatch: pytest.MonkeyPatch, setting
):
    working = []

    def run_server(_app, listening, *_):
        listening.close()
        working.extend(thread for thread in threading.enumerate() if thread.name == "telling gradebooks")

    courses = Courses([offered("biology", FakeAssistant())])
    monkeypatch.setattr("ui.cli.open_courses", lambda *_: (courses, None))
    monkeypatch.setattr("ui.cli.open_journal", lambda _settings: Journal.open(sqlite_address))
    monkeypatch.setattr("ui.server.run", run_server)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {"COURSECITE_DATA": str(tmp_path), "COURSECITE_PARTICIPATION": setting}
    ended = in_event_loop(lambda: CliRunner().invoke(app, ["serve", "--port", str(port)], env=environment))

    assert ended.exit_code == 0, ended.output
    assert len(working) == (1 if setting else 0)
    assert not any(thread.is_alive() for thread in working), "it ends with the server"
