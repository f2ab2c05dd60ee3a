"""The minute of an alarm: never before the work is due, never in the past, the same for all of one minute."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pickvs.agenda.rules import SPARE_AFTER, WAITS, alarm_name, alarm_time, next_and_spare

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(due_at=MOMENTS, at=MOMENTS)
def test_an_alarm_is_for_the_next_minute_by_which_the_work_is_due_and_aws_still_accepts_it(
    due_at: datetime, at: datetime
) -> None:
    minute = alarm_time(due_at, at)
    earliest = max(due_at, at + timedelta(seconds=5))
    assert (minute.second, minute.microsecond) == (0, 0)
    assert earliest <= minute < earliest + timedelta(minutes=1)
    assert alarm_time(minute, at) == minute


def test_work_of_one_minute_shares_an_alarm() -> None:
    at = datetime(2026, 1, 9, 12, tzinfo=UTC)
    names = {alarm_name("fetch_odds", alarm_time(at + timedelta(seconds=each), at)) for each in (61, 90, 120)}
    assert names == {"fetch_odds-20260109T1202"}
    assert alarm_name("fetch_odds", alarm_time(at + timedelta(seconds=121), at)) == "fetch_odds-20260109T1203"


def test_every_wait_is_longer_than_the_one_before() -> None:
    assert list(WAITS) == sorted(set(WAITS))


@given(st.lists(MOMENTS, unique=True, max_size=10).map(sorted))
def test_a_run_sets_the_next_alarm_and_a_spare_one(minutes: list[datetime]) -> None:
    wanted = next_and_spare(minutes)
    assert wanted[:1] == minutes[:1]
    if minutes:
        assert wanted[-1] in minutes
        later = [each for each in minutes if each >= minutes[0] + SPARE_AFTER]
        assert wanted[1:] == [later[0] if later else minutes[-1]]
