"""Before a tip-off a sport is asked about every quarter of an hour, and at no other time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pickvs.predictions.statistics.injuries.rules import CLOSE, EVERY, is_close, next_asking

NIGHT = datetime(2026, 1, 16, 23, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
minutes = st.integers(0, 48 * 60).map(lambda each: NIGHT + each * MINUTE)


def asked(at: datetime, tip_offs: list[datetime]) -> list[datetime]:
    """Return all times of asking, each found at the one before."""
    found = []
    while (asking := next_asking(at, tip_offs)) is not None:
        found.append(asking)
        at = asking
    return found


def test_a_game_is_asked_about_eight_times_a_few_minutes_after_each_report() -> None:
    assert asked(NIGHT - timedelta(days=1), [NIGHT]) == [
        NIGHT - CLOSE + 5 * MINUTE + number * EVERY for number in range(8)
    ]


@given(at=minutes, tip_offs=st.lists(minutes, max_size=8))
def test_each_quarter_close_before_a_tip_off_and_no_other_is_asked_at(at: datetime, tip_offs: list[datetime]) -> None:
    later = [at + number * MINUTE for number in range(1, 49 * 60)]
    wanted = [
        each
        for each in later
        if each.minute % 15 == 5 and any(tip_off - CLOSE <= each < tip_off for tip_off in tip_offs)
    ]
    assert asked(at, tip_offs) == wanted
    assert all(is_close(each, tip_offs) for each in wanted)
