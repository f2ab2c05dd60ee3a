"""When a game counts as late, how ages are measured, and how shares are computed."""

from datetime import UTC, datetime, timedelta

import pytest

from pickvs.operations.monitoring.rules import age_seconds, latest_due_tip_off, percentage

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def before(**time: float) -> datetime:
    return NOW - timedelta(**time)


@pytest.mark.parametrize(
    ("results_at", "due"),
    [
        (NOW, before(hours=6)),
        (before(hours=3), before(hours=9)),
        (before(hours=18), before(hours=24)),
        (before(hours=18, seconds=1), before(hours=24)),
        (before(days=40), before(hours=24)),
        (None, before(hours=24)),
    ],
)
def test_a_game_is_late_after_the_first_scores_that_should_have_it_and_at_the_latest_a_day_after_tip_off(
    results_at, due
):
    assert latest_due_tip_off(NOW, results_at) == due


@pytest.mark.parametrize(
    ("since", "age"), [(before(seconds=90.5), 90.5), (NOW, 0), (NOW + timedelta(seconds=3), 0), (None, None)]
)
def test_an_age_is_never_negative_and_absent_without_a_beginning(since, age):
    assert age_seconds(since, NOW) == age


@pytest.mark.parametrize(("part", "whole", "share"), [(0, 3, 0), (1, 3, 100 / 3), (3, 3, 100), (0, 0, None)])
def test_a_share_of_nothing_is_none(part, whole, share):
    assert percentage(part, whole) == share
