"""When data was last good: the latest time counts, in whatever order the runs end."""

from datetime import UTC, datetime, timedelta

import pytest

from pickvs.core.database import transaction
from pickvs.jobs.freshness import last_good, note_good

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("hours", [(0, 1), (1, 0), (1, 1)])
def test_an_older_run_makes_nothing_older(hours: tuple[int, int]) -> None:
    for hour in hours:
        with transaction() as connection:
            note_good(connection, job="a job", subject="a sport", parts=["a"], at=NOON + timedelta(hours=hour))
    with transaction() as connection:
        note_good(connection, job="a job", subject="a sport", parts=["another"], at=NOON)
        note_good(connection, job="another job", subject="a sport", parts=["a"], at=NOON)
        assert last_good(connection, "a job") == {
            ("a job", "a sport", "a"): NOON + timedelta(hours=1),
            ("a job", "a sport", "another"): NOON,
        }
