"""When a second source is asked, and when one that refuses is off."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pickvs.ingestion.rules import Asked, Lacking, days_to_ask
from pickvs.jobs.rules import Off, off

DAY = datetime(2024, 1, 11, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TIP_OFF = DAY + 10 * MINUTE
LENGTH = timedelta(minutes=135)
TONIGHT = date(2024, 1, 10)


def test_three_refusals_within_an_hour_turn_a_source_off_until_the_next_utc_day() -> None:
    refused = [DAY + 20 * HOUR, DAY + 20 * HOUR + 30 * MINUTE, DAY + 21 * HOUR]
    assert off(refused[:2], refused[1]) is None
    expected = Off(refused[2], DAY + 24 * HOUR, 3)
    assert off(refused, refused[2]) == off(refused, DAY + 24 * HOUR - MINUTE) == expected
    assert off(refused, DAY + 24 * HOUR) is None
    assert off(refused, refused[2] - MINUTE) is None
    assert off([*refused[:2], refused[2] + timedelta(seconds=1)], DAY + 22 * HOUR) is None
    over_midnight = [DAY - 40 * MINUTE, DAY - MINUTE, DAY + MINUTE]
    assert off(over_midnight, DAY + HOUR) == Off(DAY + MINUTE, DAY + 24 * HOUR, 3)


@given(st.lists(st.integers(0, 2 * 24 * 60), max_size=12), st.integers(0, 2 * 24 * 60))
def test_a_source_is_off_exactly_if_the_rule_says_so(minutes: list[int], now: int) -> None:
    known = sorted(minute for minute in minutes if minute <= now)
    third = [last for place, last in enumerate(known) if place >= 2 and last - known[place - 2] <= 60]
    expected = any(last // (24 * 60) == now // (24 * 60) for last in third)
    found = off([DAY + minute * MINUTE for minute in minutes], DAY + now * MINUTE)
    assert (found is not None) == expected


def lacking(*, live: timedelta | None = None, tip_off: datetime = TIP_OFF, number: int = 1) -> Lacking:
    return Lacking(number, (tip_off - 5 * HOUR).date(), tip_off, None if live is None else DAY + live)


def needed(
    *games: Lacking, at: timedelta, first: timedelta | None = None, asked: dict[str, timedelta] | None = None
) -> dict[date, frozenset[int]]:
    return days_to_ask(
        games,
        first_answered_at=None if first is None else DAY + first,
        asked=[Asked(day, DAY + moment) for day, moment in (asked or {}).items()],
        typical_length=LENGTH,
        at=DAY + at,
    )


def test_a_source_without_an_answer_is_followed_by_the_second() -> None:
    tonight = {TONIGHT: frozenset({1})}
    assert needed(lacking(), at=3 * HOUR) == tonight, "the first failed"
    assert needed(lacking(), at=3 * HOUR, first=3 * HOUR) == tonight, "it did not show the game"
    assert needed(lacking(live=2 * HOUR), at=3 * HOUR, first=3 * HOUR) == tonight, "it showed it earlier only"
    assert needed(lacking(live=3 * HOUR), at=3 * HOUR, first=3 * HOUR) == {}, "it shows the game under way"
    assert needed(lacking(live=2 * HOUR), at=3 * HOUR, first=2 * HOUR) == tonight, "its answer is old"
    stuck = timedelta(minutes=10) + 2 * LENGTH
    assert needed(lacking(live=stuck), at=stuck - MINUTE, first=stuck - MINUTE) == {}
    assert needed(lacking(live=stuck), at=stuck, first=stuck) == tonight, "it shows it under way for too long"


def test_a_day_is_asked_about_once_for_all_its_games_and_not_again_at_once() -> None:
    both = lacking(), lacking(number=2, tip_off=TIP_OFF + HOUR)
    assert needed(*both, at=4 * HOUR) == {TONIGHT: frozenset({1, 2})}
    assert needed(*both, at=4 * HOUR, asked={"20240110": 4 * HOUR - 8 * MINUTE}) == {}
    assert needed(*both, at=4 * HOUR, asked={"20240110": 4 * HOUR - 9 * MINUTE}) == {TONIGHT: frozenset({1, 2})}
    assert needed(*both, at=4 * HOUR, asked={"20240109": 4 * HOUR}) == {TONIGHT: frozenset({1, 2})}
    old = 48 * HOUR
    assert needed(*both, at=old, asked={"20240110": old - 19 * HOUR}) == {}
    assert needed(*both, at=old, asked={"20240110": old - 20 * HOUR}) == {TONIGHT: frozenset({1, 2})}


def test_a_day_whose_run_failed_is_asked_about_again_after_nine_minutes_young_or_old() -> None:
    """Games are due every minute of a night: a source that is down must not be asked each time."""
    for at in (4 * HOUR, 48 * HOUR):
        for ago, again in ((8 * MINUTE, False), (9 * MINUTE, True)):
            runs = [Asked("20240110", DAY + at - 21 * HOUR), Asked("20240110", DAY + at - ago, answered=False)]
            found = days_to_ask([lacking()], first_answered_at=None, asked=runs, typical_length=LENGTH, at=DAY + at)
            assert bool(found) == again


def test_the_latest_day_is_asked_about_first() -> None:
    days = [lacking(number=number, tip_off=TIP_OFF - number * 24 * HOUR) for number in (2, 1, 3)]
    assert list(needed(*days, at=4 * HOUR)) == [date(2024, 1, 9), date(2024, 1, 8), date(2024, 1, 7)]
