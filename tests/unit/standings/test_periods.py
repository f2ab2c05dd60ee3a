from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.standings.rules import PERIODS, Days, Period, period_days, sporting_day

NBA = (8, 1)
NEW_YORK = ZoneInfo("America/New_York")
ZONES = [ZoneInfo(name) for name in ("Pacific/Honolulu", "America/New_York", "Europe/London", "Pacific/Auckland")]

moments = st.timedeltas(timedelta(), timedelta(days=1500)).map(lambda since: datetime(2023, 1, 1, tzinfo=UTC) + since)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2024, 3, 9, 19, tzinfo=NEW_YORK), date(2024, 3, 9)),
        (datetime(2024, 3, 10, 0, 30, tzinfo=NEW_YORK), date(2024, 3, 9)),
        (datetime(2024, 3, 10, 3, 0, tzinfo=UTC), date(2024, 3, 9)),
        (datetime(2024, 3, 10, 9, 0, tzinfo=UTC), date(2024, 3, 9)),
        # The clocks have gone forward meanwhile: it is noon all the same.
        (datetime(2024, 3, 10, 15, 59, 59, tzinfo=UTC), date(2024, 3, 9)),
        (datetime(2024, 3, 10, 16, 0, tzinfo=UTC), date(2024, 3, 10)),
        (datetime(2024, 11, 3, 16, 59, 59, tzinfo=UTC), date(2024, 11, 2)),
        (datetime(2024, 11, 3, 17, 0, tzinfo=UTC), date(2024, 11, 3)),
    ],
)
def test_a_day_lasts_until_the_noon_after_it(at: datetime, day: date) -> None:
    assert sporting_day(NEW_YORK, at) == day


@given(at=moments, wait=st.timedeltas(timedelta(), timedelta(days=3)), zone=st.sampled_from(ZONES))
def test_no_day_comes_back(at: datetime, wait: timedelta, zone: ZoneInfo) -> None:
    assert sporting_day(zone, at) <= sporting_day(zone, at + wait)


@pytest.mark.parametrize(
    ("period", "day", "first", "last"),
    [
        ("all", date(2024, 2, 29), None, None),
        ("day", date(2024, 2, 29), date(2024, 2, 29), date(2024, 2, 29)),
        ("week", date(2024, 3, 3), date(2024, 2, 26), date(2024, 3, 3)),
        ("week", date(2024, 3, 4), date(2024, 3, 4), date(2024, 3, 10)),
        ("month", date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29)),
        ("month", date(2023, 12, 31), date(2023, 12, 1), date(2023, 12, 31)),
        ("season", date(2024, 2, 29), date(2023, 8, 1), date(2024, 7, 31)),
        ("season", date(2024, 8, 1), date(2024, 8, 1), date(2025, 7, 31)),
        ("season", date(2024, 7, 31), date(2023, 8, 1), date(2024, 7, 31)),
    ],
)
def test_a_period_covers_dates(period: Period, day: date, first: date | None, last: date | None) -> None:
    assert period_days(period, NBA, day) == Days(first, last)


@given(
    day=st.dates(date(2020, 1, 1), date(2030, 1, 1)), period=st.sampled_from([one for one in PERIODS if one != "all"])
)
def test_one_period_follows_the_other_without_a_gap(day: date, period: Period) -> None:
    found = period_days(period, NBA, day)
    assert found.first
    assert found.last
    assert found.first <= day <= found.last
    assert period_days(period, NBA, found.first) == period_days(period, NBA, found.last) == found
    assert period_days(period, NBA, found.last + timedelta(days=1)).first == found.last + timedelta(days=1)
