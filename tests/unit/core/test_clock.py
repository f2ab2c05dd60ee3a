import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from pickvs.core import clock

MOMENT = datetime(2024, 1, 15, 19, 30, tzinfo=timezone(timedelta(hours=-5)))


def test_now_is_the_present_in_utc():
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().tzinfo is UTC


def test_a_held_clock_stands_still_and_is_read_in_utc():
    with clock.held_at(MOMENT):
        assert clock.now() == clock.now() == MOMENT
        assert clock.now().tzinfo is UTC


def test_it_goes_on_afterwards_even_after_an_error():
    with pytest.raises(KeyError), clock.held_at(MOMENT):
        raise KeyError
    assert clock.now() > MOMENT + timedelta(days=300)


def test_holds_within_holds():
    with clock.held_at(MOMENT):
        with clock.held_at(MOMENT + timedelta(days=1)):
            assert clock.now() == MOMENT + timedelta(days=1)
        assert clock.now() == MOMENT


def test_another_thread_is_not_held():
    seen = []
    with clock.held_at(MOMENT):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join(timeout=5)
    assert seen[0] > MOMENT + timedelta(days=300)


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="timezone-aware"), clock.held_at(MOMENT.replace(tzinfo=None)):
        pass
