"""When drafts open, and the clock that does not run at night, also when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.fantasy.drafts.clock import Hours, after_running, fitted, reminder_at, running
from pickvs.fantasy.drafts.wall_time import first_shown
from pickvs.fantasy.drafts.windows import NoWindow, opening
from pickvs.fantasy.leagues.rules import MONDAY_MORNING, NIGHT, QuietHours

NEW_YORK = ZoneInfo("America/New_York")
HOURS = Hours(NEW_YORK, NIGHT)
MINUTE = timedelta(minutes=1)

# Around both changes of the clock in New York in 2024: 10 March and 3 November.
moments = st.builds(
    lambda day, minutes: day + minutes * MINUTE,
    st.sampled_from([datetime(2024, 3, 8, tzinfo=UTC), datetime(2024, 11, 1, tzinfo=UTC)]),
    st.integers(0, 4 * 24 * 60),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text + "Z")


@pytest.mark.parametrize(
    ("event", "lock", "opens", "clock"),
    [
        ("São Paulo 2023", "2023-11-03T18:00", "2023-10-30T12:00", 11_790),
        ("Abu Dhabi 2023, in winter time", "2023-11-25T14:00", "2023-11-20T13:00", 13_590),
        ("China 2024", "2024-04-19T07:30", "2024-04-15T12:00", 10_710),
        ("Melbourne 2026, after a change of clocks", "2026-03-13T05:00", "2026-03-09T12:00", None),
        ("a race on Monday", "2026-03-09T20:00", "2026-03-08T20:00", None),
        ("a lock before the weekly time", "2026-03-09T11:00", "2026-03-08T11:00", None),
    ],
)
def test_a_window_opens_in_the_week_of_its_lock(event: str, lock: str, opens: str, clock: int | None) -> None:
    assert opening(utc(lock), MONDAY_MORNING, NEW_YORK, None) == utc(opens), event
    if clock is not None:  # a clock of 4 h for 20 slots
        assert fitted(14_400, utc(opens), utc(lock), 20, HOURS) == clock


def test_windows_of_a_double_header_do_not_overlap() -> None:
    first, second = utc("2024-07-05T14:00"), utc("2024-07-07T10:00")
    assert opening(first, MONDAY_MORNING, NEW_YORK, None) == utc("2024-07-01T12:00")
    assert opening(second, MONDAY_MORNING, NEW_YORK, first) == first
    # A lock of the week before does not open a window early.
    assert opening(second, MONDAY_MORNING, NEW_YORK, utc("2024-06-28T10:00")) == utc("2024-07-01T12:00")
    # Not even 24 hours are left: the draft before goes first.
    assert opening(second, MONDAY_MORNING, NEW_YORK, utc("2024-07-07T09:00")) == utc("2024-07-07T09:00")
    with pytest.raises(NoWindow):
        opening(first, MONDAY_MORNING, NEW_YORK, first)


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        ("America/New_York", date(2024, 3, 10), time(2, 30), "2024-03-10T07:00"),  # does not exist: the jump
        ("America/New_York", date(2024, 11, 3), time(1, 30), "2024-11-03T05:30"),  # comes twice: the first
        ("Europe/Paris", date(2024, 3, 31), time(2), "2024-03-31T01:00"),
        ("Australia/Lord_Howe", date(2024, 10, 6), time(2, 10), "2024-10-05T15:30"),  # jumps by half an hour
        ("Pacific/Apia", date(2011, 12, 30), time(12), "2011-12-30T10:00"),  # a day that does not exist
        ("Asia/Kathmandu", date(2024, 1, 1), time(0), "2023-12-31T18:15"),
    ],
)
def test_wall_times_where_the_clock_jumps(zone: str, day: date, at: time, expected: str) -> None:
    assert first_shown(day, at, ZoneInfo(zone)) == utc(expected)


@pytest.mark.parametrize(
    ("begin", "end", "quiet", "minutes"),
    [
        ("2024-03-10T04:00", "2024-03-10T12:00", NIGHT, 0),  # 23:00 EST to 08:00 EDT, 8 hours
        ("2024-11-03T03:00", "2024-11-03T13:00", NIGHT, 0),  # 23:00 EDT to 08:00 EST, 10 hours
        ("2024-03-10T06:00", "2024-03-10T09:00", QuietHours(time(2), time(3)), 180),  # skipped
        ("2024-03-10T06:00", "2024-03-10T09:00", QuietHours(time(2, 15), time(2, 45)), 180),  # skipped
        ("2024-03-10T06:00", "2024-03-10T09:00", QuietHours(time(2, 30), time(4)), 120),  # from the jump on
        ("2024-11-03T04:00", "2024-11-03T08:00", QuietHours(time(1), time(1, 30)), 210),  # counted once
        ("2024-11-03T04:00", "2024-11-03T08:00", QuietHours(time(1), time(2)), 120),  # both hours before 02:00
    ],
)
def test_quiet_hours_when_clocks_change(begin: str, end: str, quiet: QuietHours, minutes: int) -> None:
    assert running(utc(begin), utc(end), Hours(NEW_YORK, quiet)) == minutes * MINUTE


@given(begin=moments, minutes=st.integers(0, 4_000))
def test_running_time_is_what_a_watch_counts(begin: datetime, minutes: int) -> None:
    shown = ((begin + number * MINUTE).astimezone(NEW_YORK).time() for number in range(minutes))
    counted = sum(time(8) <= each < time(23) for each in shown)
    assert running(begin, begin + minutes * MINUTE, HOURS) == counted * MINUTE


@given(begin=moments, minutes=st.integers(1, 1_440), quiet=st.sampled_from([None, NIGHT, QuietHours(time(1), time(3))]))
def test_a_clock_ends_at_the_first_moment_at_which_it_has_run(
    begin: datetime, minutes: int, quiet: QuietHours | None
) -> None:
    hours, amount = Hours(NEW_YORK, quiet), minutes * MINUTE
    end = after_running(begin, amount, hours)
    assert running(begin, end, hours) == amount
    assert running(begin, end - timedelta(seconds=1), hours) < amount


def test_the_clock_is_cut_to_fit_and_never_below_a_minute() -> None:
    begin = utc("2024-04-15T12:00")
    assert fitted(7200, begin, utc("2024-04-19T07:30"), 20, HOURS) == 7200
    assert fitted(7200, begin, begin + 40 * MINUTE, 20, HOURS) == 60
    assert fitted(7200, begin, begin, 0, HOURS) == 60
    assert fitted(None, begin, begin, 20, HOURS) is None


def test_a_reminder_comes_with_a_quarter_left_of_running_time() -> None:
    assert reminder_at(utc("2024-07-02T02:00"), 7200, HOURS) == utc("2024-07-02T12:30")  # 22:00 + 1 h, 08:00 + 30 min
    assert reminder_at(utc("2024-07-02T14:00"), 400, HOURS) is None
    assert reminder_at(utc("2024-07-02T14:00"), None, HOURS) is None
