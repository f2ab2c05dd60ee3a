"""The arithmetic of rate limits, without the statement that applies it."""

from datetime import UTC, datetime, timedelta

import pytest

from pickvs.accounts.limits.rules import Limit, place, seconds_until

AT = datetime(2024, 1, 15, 19, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LIMIT = Limit(10, timedelta(hours=1))


def test_a_limit_is_its_interval_and_its_tolerance():
    assert LIMIT.interval == timedelta(minutes=6)
    assert LIMIT.tolerance == timedelta(minutes=54)
    assert Limit(1, timedelta(minutes=1)).tolerance == timedelta(0)


@pytest.mark.parametrize(
    ("ahead", "remaining"),
    [
        (timedelta(days=-1), 10),
        (timedelta(0), 10),
        (SECOND, 9),
        (timedelta(minutes=6), 9),
        (timedelta(minutes=6) + SECOND, 8),
        (timedelta(minutes=54), 1),
        (timedelta(minutes=54) + SECOND, 0),
        (timedelta(hours=1), 0),
        (timedelta(hours=5), 0),
    ],
)
def test_what_is_left(ahead, remaining):
    assert LIMIT.remaining(AT + ahead, AT) == remaining


def test_what_is_left_of_a_window_that_cannot_be_divided():
    limit = Limit(7, timedelta(seconds=10))
    assert limit.remaining(AT, AT) == 7
    assert limit.remaining(AT + limit.interval, AT) == 6
    assert limit.remaining(AT + limit.interval * 7, AT) == 0


@pytest.mark.parametrize(
    ("moment", "seconds"),
    [(AT - SECOND, 0), (AT, 0), (AT + SECOND / 1000, 1), (AT + SECOND, 1), (AT + 1.5 * SECOND, 2)],
)
def test_seconds_are_rounded_up(moment, seconds):
    assert seconds_until(moment, AT) == seconds


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("test-invoke-source-ip", "test-invoke-source-ip"),
    ],
)
def test_one_caller_s_addresses_are_one_place(address, counted):
    assert place(address) == counted
