import pytest

from ui.sign_in.throttle import Throttle


class Clock:
    now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def throttle(clock):
    return Throttle(clock)


def guesses(throttle, clock, seconds, name="ida", address="192.0.2.1"):
    """How many guesses somebody has in that time who never waits longer than told."""
    end, made = clock.now + seconds, 0
    while clock.now <= end:
        wait = throttle.attempt(name, address)
        made += not wait
        clock.now += wait or 0.01
    return made


def test_each_wrong_guess_takes_longer_than_the_one_before(throttle, clock):
    assert [throttle.attempt("ida", "192.0.2.1") for _ in range(5)] == [0.0] * 5

    waits = []
    for _ in range(8):
        waits.append(throttle.attempt("ida", "192.0.2.1"))
        clock.now += waits[-1]
        assert throttle.attempt("ida", "192.0.2.1") == 0

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_day_is_enough_for_few_guesses(throttle, clock):
    assert guesses(throttle, clock, 24 * 3600) < 1_500


def test_many_attempts_at_the_same_time_are_no_way_around(throttle):
    assert sum(throttle.attempt("ida", "192.0.2.1") == 0 for _ in range(50)) == 5


def test_guesses_at_many_names_from_one_address_are_slowed_down(throttle):
    assert sum(throttle.attempt(f"name {number}", "192.0.2.1") == 0 for number in range(100)) == 30


def test_guesses_from_one_ipv6_network_are_guesses_from_one_address(throttle):
    assert sum(throttle.attempt("ida", f"2001:db8::{number:x}") == 0 for number in range(50)) == 5


def test_nobody_is_kept_out_for_long_by_guesses_from_elsewhere(throttle):
    for number in range(500):
        throttle.attempt("ida", f"192.0.2.{number % 256}" if number < 256 else f"198.51.100.{number % 256}")

    assert throttle.attempt("ida", "203.0.113.9") <= 10


def test_whoever_mistyped_and_then_did_not_begins_afresh(throttle):
    for _ in range(4):
        throttle.attempt("ida", "192.0.2.1")
    assert throttle.attempt(" IDA", "192.0.2.1") == 0
    throttle.succeeded("ida", "192.0.2.1")

    assert [throttle.attempt("ida", "192.0.2.1") for _ in range(5)] == [0.0] * 5


def test_a_class_behind_one_address_signs_in(throttle):
    for number in range(200):
        assert throttle.attempt(f"pupil {number}", "192.0.2.1") == 0
        throttle.succeeded(f"pupil {number}", "192.0.2.1")


def test_after_a_quarter_of_an_hour_it_is_forgotten(throttle, clock):
    for _ in range(6):
        throttle.attempt("ida", "192.0.2.1")
    clock.now += 15 * 60 + 1

    assert [throttle.attempt("ida", "192.0.2.1") for _ in range(5)] == [0.0] * 5


def test_its_memory_is_bounded(throttle):
    for number in range(30_000):
        throttle.attempt(f"name {number}", f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")

    assert len(throttle._failures) <= 20_000
