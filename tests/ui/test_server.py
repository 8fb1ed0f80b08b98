import pytest

from ui.errors import ServeRefused
from ui.server import is_loopback, listen


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "::1"])
def test_this_machine_itself_needs_no_accounts(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "learn.example", "", "localhost.evil.example"])
def test_anything_else_does(host):
    with pytest.raises(ServeRefused, match="no learning platform; add one first"):
        listen(host, 0, is_guarded=False)


def test_nobody_is_let_in_through_another_server_either():
    with pytest.raises(ServeRefused, match=r"people come by learn\.example, and there are no accounts"):
        listen("127.0.0.1", 0, is_guarded=False, public_host="learn.example")
    listen("127.0.0.1", 0, is_guarded=False, public_host="localhost").close()
    listen("127.0.0.1", 0, is_guarded=True, public_host="learn.example").close()


def test_with_accounts_the_network_is_served():
    listening = listen("0.0.0.0", 0, is_guarded=True)

    assert listening.getsockname()[0] == "0.0.0.0"
    listening.close()
