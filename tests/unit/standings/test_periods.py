from datetime import UTC, datetime, timedelta, timezone

import pytest

from pickvs.standings.rules import Period, period_start

NBA = (8, 1)


@pytest.mark.parametrize(
    ("period", "at", "start"),
    [
        ("all", datetime(2024, 2, 29, 12, tzinfo=UTC), None),
        ("day", datetime(2024, 2, 29, 23, 59, tzinfo=UTC), datetime(2024, 2, 29, tzinfo=UTC)),
        ("day", datetime(2024, 3, 1, 1, tzinfo=timezone(timedelta(hours=2))), datetime(2024, 2, 29, tzinfo=UTC)),
        ("week", datetime(2024, 3, 3, 23, tzinfo=UTC), datetime(2024, 2, 26, tzinfo=UTC)),
        ("week", datetime(2024, 3, 4, 0, tzinfo=UTC), datetime(2024, 3, 4, tzinfo=UTC)),
        ("month", datetime(2024, 2, 29, 12, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC)),
        ("season", datetime(2024, 2, 29, 12, tzinfo=UTC), datetime(2023, 8, 1, tzinfo=UTC)),
        ("season", datetime(2024, 8, 1, 0, tzinfo=UTC), datetime(2024, 8, 1, tzinfo=UTC)),
        ("season", datetime(2024, 7, 31, 23, tzinfo=UTC), datetime(2023, 8, 1, tzinfo=UTC)),
    ],
)
def test_a_period_begins(period: Period, at: datetime, start: datetime | None) -> None:
    assert period_start(period, NBA, at) == start
