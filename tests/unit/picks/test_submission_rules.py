"""Whether a pick can be made: each reason by hand, all combinations of reasons, and arbitrary times and odds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.markets.values import GameStatus
from pickvs.picks.rules import (
    PRECEDENCE,
    Offer,
    Refusal,
    RefusalCode,
    Side,
    Situation,
    TipOff,
    decide,
    is_locked,
    is_stake,
    leading,
)

TIP_OFF = datetime(2024, 1, 5, 0, 30, tzinfo=UTC)
NOW = TIP_OFF - timedelta(hours=3)
MARGIN = timedelta(seconds=120)
MAX_AGE = timedelta(hours=26)
TICK = timedelta(microseconds=1)

SIDE: Side = (41, "spread", "home")
SHOWN = Offer(9001, SIDE, Decimal("-2.5"), -110, NOW - timedelta(hours=1))
OPEN = Situation(TipOff(TIP_OFF, "scheduled"), SHOWN, SHOWN, taken=False, now=NOW)


def decided(seen: Situation, *, lock_margin: timedelta = MARGIN, side: Side = SIDE) -> Offer | RefusalCode:
    answer = decide(side, seen, lock_margin=lock_margin, max_odds_age=MAX_AGE)
    return answer.code if isinstance(answer, Refusal) else answer


# ------------------------------------------------------------------------------------------------------- by hand


def test_the_quote_that_was_shown_is_still_in_force() -> None:
    assert decided(OPEN) == SHOWN


def test_an_unknown_game() -> None:
    assert decided(replace(OPEN, game=None)) == "GAME_NOT_FOUND"


def test_an_unknown_quote() -> None:
    assert decided(replace(OPEN, named=None)) == "INVALID_VALUE"


@pytest.mark.parametrize("side", [(42, "spread", "home"), (41, "moneyline", "home"), (41, "spread", "away")])
def test_a_quote_of_something_else(side: Side) -> None:
    assert decided(OPEN, side=side) == "INVALID_VALUE"


@pytest.mark.parametrize("margin", [timedelta(0), MARGIN])
def test_the_lock_falls_at_the_margin_before_tip_off_to_the_microsecond(margin: timedelta) -> None:
    lock = TIP_OFF - margin
    assert decided(replace(OPEN, now=lock - TICK), lock_margin=margin) == SHOWN
    assert decided(replace(OPEN, now=lock), lock_margin=margin) == "GAME_LOCKED"
    assert decided(replace(OPEN, now=lock + TICK), lock_margin=margin) == "GAME_LOCKED"


@pytest.mark.parametrize("status", get_args(GameStatus.__value__))
def test_only_scheduled_games_take_picks(status: GameStatus) -> None:
    expected = SHOWN if status == "scheduled" else "GAME_LOCKED"
    assert decided(replace(OPEN, game=TipOff(TIP_OFF, status))) == expected


def test_a_market_is_picked_once() -> None:
    assert decided(replace(OPEN, taken=True)) == "DUPLICATE_PICK"


def test_a_withdrawn_market() -> None:
    assert decided(replace(OPEN, current=None)) == "ODDS_STALE"


def test_odds_may_be_as_old_as_allowed_and_no_older() -> None:
    def captured(age: timedelta) -> Situation:
        return replace(OPEN, current=replace(SHOWN, captured_at=NOW - age))

    assert decided(captured(MAX_AGE)) == captured(MAX_AGE).current
    assert decided(captured(MAX_AGE + TICK)) == "ODDS_STALE"


def test_a_capture_from_a_clock_that_is_ahead_is_not_stale() -> None:
    ahead = replace(SHOWN, captured_at=NOW + timedelta(seconds=2))
    assert decided(replace(OPEN, current=ahead)) == ahead


@pytest.mark.parametrize(
    "newer",
    [
        replace(SHOWN, quote_id=9003, price=-115),
        replace(SHOWN, quote_id=9003, line=Decimal(-3)),
        replace(SHOWN, quote_id=9003, line=Decimal("2.5")),
        replace(SHOWN, quote_id=9003, line=Decimal(0)),
    ],
)
def test_odds_that_moved(newer: Offer) -> None:
    assert decided(replace(OPEN, current=newer)) == "ODDS_MOVED"


def test_the_refusal_of_moved_odds_names_the_quote_in_force() -> None:
    answer = decide(
        SIDE,
        replace(OPEN, current=replace(SHOWN, quote_id=9003, price=-115)),
        lock_margin=MARGIN,
        max_odds_age=MAX_AGE,
    )
    assert isinstance(answer, Refusal)
    assert answer.field == "quote_id"
    assert "9003" in answer.message


def test_odds_that_moved_and_came_back_are_taken_at_the_quote_in_force() -> None:
    again = replace(SHOWN, quote_id=9005, line=Decimal("-2.50"), captured_at=NOW)
    assert decided(replace(OPEN, current=again)) == again


def test_a_line_of_zero_is_a_line() -> None:
    level = replace(SHOWN, line=Decimal(0))
    assert decided(replace(OPEN, named=level, current=level)) == level
    moneyline: Side = (41, "moneyline", "home")
    without = replace(SHOWN, side=moneyline, line=None)
    assert decided(replace(OPEN, named=without, current=without), side=moneyline) == without


# ------------------------------------------------------------------------------------------- several reasons at once


def test_of_several_reasons_the_first_is_given() -> None:
    """Every combination of reasons that can occur together, in the order in which they are reported."""
    moved = replace(SHOWN, quote_id=9003, price=-115)
    seen: set[RefusalCode] = set()
    for unknown, foreign, locked, taken, withdrawn, stale, is_moved in product([False, True], repeat=7):
        offered = moved if is_moved else SHOWN
        if stale:
            offered = replace(offered, captured_at=NOW - MAX_AGE - TICK)
        situation = Situation(
            game=None if unknown else TipOff(TIP_OFF, "live" if locked else "scheduled"),
            named=replace(SHOWN, side=(41, "total", "over")) if foreign else SHOWN,
            current=None if withdrawn else offered,
            taken=taken,
            now=NOW,
        )
        reasons = [unknown, foreign, locked, taken, withdrawn or stale, is_moved]
        expected = next((code for code, applies in zip(PRECEDENCE, reasons, strict=True) if applies), None)
        assert decided(situation) == (expected or offered)
        seen |= {expected} if expected else set()
    assert seen == set(PRECEDENCE)


@pytest.mark.parametrize("first", range(len(PRECEDENCE)))
def test_the_code_of_a_submission_is_the_first_of_its_picks_codes(first: int) -> None:
    rest = PRECEDENCE[first:]
    assert leading(rest) == leading(tuple(reversed(rest))) == PRECEDENCE[first]


# ------------------------------------------------------------------------------------------------------ any values

moments = st.datetimes(datetime(2023, 1, 1), datetime(2025, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
margins = st.timedeltas(timedelta(0), timedelta(hours=1))
ages = st.timedeltas(timedelta(hours=1), timedelta(days=31))
lines = st.none() | st.integers(-60, 60).map(lambda halves: Decimal(halves) / 2)
prices = st.integers(100, 2000) | st.integers(-2000, -100)


@given(now=moments, tip_off=moments, margin=margins, status=st.sampled_from(get_args(GameStatus.__value__)))
def test_nothing_is_open_within_the_margin_or_unless_scheduled(
    now: datetime, tip_off: datetime, margin: timedelta, status: GameStatus
) -> None:
    is_open = status == "scheduled" and tip_off - now > margin
    assert is_locked(TipOff(tip_off, status), now, margin) is not is_open


@given(now=moments, tip_off=moments, margin=margins, longer=margins, later=margins)
def test_a_locked_game_stays_locked(
    now: datetime, tip_off: datetime, margin: timedelta, longer: timedelta, later: timedelta
) -> None:
    game = TipOff(tip_off, "scheduled")
    if is_locked(game, now, margin):
        assert is_locked(game, now + later, margin)
        assert is_locked(game, now, margin + longer)


@given(
    now=moments,
    before=st.timedeltas(timedelta(0), timedelta(days=4)),
    margin=margins,
    max_age=ages,
    age=st.timedeltas(timedelta(hours=-1), timedelta(days=60)),
    named=st.tuples(lines, prices),
    offered=st.tuples(lines, prices),
    same=st.booleans(),
)
def test_a_pick_is_made_at_what_was_shown_or_not_at_all(
    now: datetime,
    before: timedelta,
    margin: timedelta,
    max_age: timedelta,
    age: timedelta,
    named: tuple[Decimal | None, int],
    offered: tuple[Decimal | None, int],
    same: bool,
) -> None:
    offered = named if same else offered
    current = Offer(9002, SIDE, *offered, now - age)
    situation = Situation(
        TipOff(now + before, "scheduled"), Offer(9001, SIDE, *named, now - age), current, taken=False, now=now
    )
    answer = decide(SIDE, situation, lock_margin=margin, max_odds_age=max_age)
    if isinstance(answer, Offer):
        assert answer is current
        assert (answer.line, answer.price) == named
        assert before > margin
        assert age <= max_age
    else:
        assert answer.code in {"GAME_LOCKED", "ODDS_STALE", "ODDS_MOVED"}
        assert before <= margin or age > max_age or named != offered


# ---------------------------------------------------------------------------------------------------------- stakes


def test_the_stakes() -> None:
    halves = [Decimal(number) / 10 for number in range(-10, 70)]
    assert [stake for stake in halves if is_stake(stake)] == [Decimal(number) / 2 for number in range(1, 11)]


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_whatever_is_a_stake_can_be_stored_exactly(units: Decimal) -> None:
    allowed = {Decimal(number) / 2 for number in range(1, 11)}
    assert is_stake(units) is (units.is_finite() and units in allowed)
