"""How many requests a source gets in an hour, and when it may get the next ones."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.fantasy.collecting.rules import MOST_AN_HOUR, allowed_at, requests_left

NOW = datetime(2024, 3, 2, 18, tzinfo=UTC)
RUNS = st.lists(st.tuples(st.integers(0, 7200).map(lambda ago: NOW - timedelta(seconds=ago)), st.integers(0, 4)))
HOURS = st.integers(1, 3600).map(lambda seconds: timedelta(seconds=seconds))


@given(RUNS, st.integers(1, MOST_AN_HOUR), HOURS)
def test_the_next_requests_are_allowed_as_soon_as_the_hour_has_room_and_no_earlier(
    asked: list[tuple[datetime, int]], requests: int, hour: timedelta
) -> None:
    allowed = allowed_at(asked, requests, NOW, hour)
    assert NOW <= allowed <= NOW + hour
    assert requests_left(asked, allowed, hour) >= requests
    assert allowed == NOW or requests_left(asked, allowed - timedelta.resolution, hour) < requests


def test_more_than_an_hour_allows_is_never_allowed() -> None:
    with pytest.raises(ValueError, match="more than the 20"):
        allowed_at([], MOST_AN_HOUR + 1, NOW)
