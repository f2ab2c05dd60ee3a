"""An id that a provider uses for one game after another, and ids of one game that turn out to be two."""

from datetime import UTC, datetime, timedelta

import pytest

from pickvs.jobs.sources import Skipped
from pickvs.markets.values import Fixture
from tests.support.contestants import make_user, outcome, pick, settled
from tests.support.games import reasons, score
from tests.support.markets import (
    CAPTURED,
    TIP_OFF,
    book,
    final,
    fixture,
    list_game,
    listed,
    odds,
    playing,
    record,
    store,
)
from tests.support.snapshot import rows

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FIRST = datetime(2026, 7, 4, 17, 10, tzinfo=UTC)
MORNING, NIGHT = FIRST - 6 * HOUR, FIRST + 12 * HOUR
OVER = TIP_OFF + 3 * HOUR
ONE, TWO = "1" * 32, "2" * 32
THREE_BOOKS = book("draftkings") + book("fanduel") + book("betmgm")
WON = ("win", None)


def baseball(provider_id: str, tip_off: datetime) -> Fixture:
    return fixture(provider_id, home="Detroit Tigers", away="Minnesota Twins", tip_off=tip_off, sport="baseball_mlb")


@pytest.mark.parametrize("second_is_listed_later", [False, True])
@pytest.mark.parametrize(("own", "other"), [(ONE, TWO), (TWO, ONE)])
def test_of_two_ids_that_part_at_the_finals_the_first_one_keeps_the_game(
    database: str, own: str, other: str, second_is_listed_later: bool
) -> None:
    if second_is_listed_later:
        store(odds(baseball(own, FIRST)), at=MORNING)
    # A placeholder: the second game of a doubleheader is announced half an hour after the first.
    store(odds(baseball(own, FIRST), THREE_BOOKS), odds(baseball(other, FIRST + 30 * MINUTE)), at=MORNING + MINUTE)
    made = pick(make_user(database), listed(own), "moneyline", "home", at=MORNING + HOUR)
    record(final(baseball(own, FIRST + MINUTE), 3, 2), final(baseball(other, FIRST + 215 * MINUTE), 1, 9), at=NIGHT)
    settled(NIGHT)
    assert outcome(database, made) == WON


@pytest.mark.parametrize(("own", "other"), [(ONE, TWO), (TWO, ONE)])
def test_more_bookmakers_do_not_give_the_game_to_the_other_id(database: str, own: str, other: str) -> None:
    store(odds(baseball(own, FIRST), THREE_BOOKS), odds(baseball(other, FIRST + 30 * MINUTE)), at=MORNING)
    made = pick(make_user(database), listed(own), "moneyline", "home", at=MORNING)
    store(odds(baseball(own, FIRST)), odds(baseball(other, FIRST + 215 * MINUTE), THREE_BOOKS), at=MORNING + HOUR)
    assert listed(own).id != listed(other).id
    record(final(baseball(own, FIRST + MINUTE), 3, 2), final(baseball(other, FIRST + 215 * MINUTE), 1, 9), at=NIGHT)
    settled(NIGHT)
    assert outcome(database, made) == WON


def test_the_second_final_alone_does_not_grade_the_first_game(database: str) -> None:
    store(odds(baseball(ONE, FIRST)), odds(baseball(TWO, FIRST + 30 * MINUTE)), at=MORNING)
    made = pick(make_user(database), listed(ONE), "moneyline", "home", at=MORNING)
    record(final(baseball(TWO, FIRST + 4 * HOUR), 1, 9), playing(baseball(ONE, FIRST), 3, 2), at=NIGHT)
    settled(NIGHT)
    assert outcome(database, made) == (None, None)


def test_odds_of_the_second_game_make_it_when_the_first_is_over(database: str) -> None:
    store(odds(baseball(ONE, FIRST)), odds(baseball(TWO, FIRST + 30 * MINUTE)), at=MORNING)
    first = listed(ONE).id
    record(final(baseball(ONE, FIRST), 3, 2), at=FIRST + 3 * HOUR)
    store(odds(baseball(TWO, FIRST + 4 * HOUR)), at=FIRST + 3 * HOUR + MINUTE)
    assert listed(TWO).id != first
    assert score(database, first) == ("finished", 3, 2)


@pytest.mark.parametrize(
    "later",
    [
        (final(baseball(ONE, FIRST + 4 * HOUR), 1, 9),),
        (final(baseball(ONE, FIRST + 4 * HOUR), 1, 9), final(baseball(TWO, FIRST), 3, 2)),
        (final(baseball(ONE, FIRST + DAY), 1, 9),),
    ],
    ids=["the second game", "exchanged", "the next day"],
)
def test_an_id_used_again_does_not_change_the_result_of_a_game_that_is_over(
    database: str, later: tuple[object, ...]
) -> None:
    store(odds(baseball(ONE, FIRST)), odds(baseball(TWO, FIRST + 4 * HOUR)), at=MORNING)
    game = listed(ONE).id
    made = pick(make_user(database), listed(ONE), "moneyline", "home", at=MORNING)
    record(final(baseball(ONE, FIRST), 3, 2), at=FIRST + 3 * HOUR)
    record(*later, at=FIRST + DAY + 3 * HOUR)  # type: ignore[arg-type]
    settled(FIRST + DAY + 3 * HOUR)
    assert (outcome(database, made), score(database, game)) == (WON, ("finished", 3, 2))


def test_an_id_used_again_the_next_day_is_the_next_game_in_a_sport_without_doubleheaders(database: str) -> None:
    made = pick(make_user(database), list_game(), "moneyline", "home", at=CAPTURED)
    record(final(fixture(), 110, 105), at=OVER)
    record(final(fixture(tip_off=TIP_OFF + DAY), 90, 100), at=OVER + DAY)
    settled(OVER + DAY)
    assert outcome(database, made) == WON


@pytest.mark.parametrize("finals", [(3 * HOUR,), (3 * HOUR, 5 * HOUR), (16 * HOUR,)])
def test_a_game_that_is_over_keeps_its_result_whenever_its_final_was_recorded_or_corrected(
    database: str, finals: tuple[timedelta, ...]
) -> None:
    made = pick(make_user(database), list_game(baseball(ONE, FIRST), at=MORNING), "moneyline", "home", at=MORNING)
    for number, later in enumerate(finals):
        record(final(baseball(ONE, FIRST), 3 + number, 2), at=FIRST + later)
    again = FIRST + finals[-1] + 3 * HOUR
    record(final(baseball(ONE, FIRST + 4 * HOUR), 1, 9), at=again)
    settled(again)
    assert outcome(database, made) == WON


@pytest.mark.parametrize("other", ["unreadable", "missing", "misspelled"])
def test_one_of_two_ids_that_leaves_alone_waits_for_the_other(database: str, other: str) -> None:
    store(odds(baseball(ONE, FIRST)), at=MORNING)
    store(odds(baseball(ONE, FIRST)), odds(baseball(TWO, FIRST + 30 * MINUTE)), at=MORNING + MINUTE)
    made = pick(make_user(database), listed(ONE), "moneyline", "home", at=MORNING + HOUR)
    two = final(baseball(TWO, FIRST + 4 * HOUR), 1, 9)
    misspelled = final(fixture(ONE, home="Tigres", away="Gemelos", tip_off=FIRST, sport="baseball_mlb"), 3, 2)
    unreadable = (Skipped("commence_time is missing", ONE),) if other == "unreadable" else ()
    record(two, *([misspelled] if other == "misspelled" else []), at=NIGHT, skipped=unreadable)
    settled(NIGHT)
    assert outcome(database, made) == (None, None)
    record(two, final(baseball(ONE, FIRST), 3, 2), at=NIGHT + HOUR)
    settled(NIGHT + HOUR)
    assert outcome(database, made) == WON


def test_odds_of_one_of_two_ids_do_not_take_a_game_that_has_tipped_off_along(database: str) -> None:
    store(odds(baseball(ONE, FIRST)), odds(baseball(TWO, FIRST + 30 * MINUTE)), at=MORNING)
    known = listed(ONE).id
    store(odds(baseball(TWO, FIRST + 4 * HOUR)), at=FIRST + 10 * MINUTE)
    assert score(database, known) == ("review", None, None)


@pytest.mark.parametrize("apart", [30 * MINUTE, 3 * HOUR])
def test_a_postponed_game_that_joins_a_doubleheader_is_void_and_leaves_the_other_alone(
    database: str, apart: timedelta
) -> None:
    moved = list_game(baseball(ONE, FIRST), at=MORNING)
    there = list_game(baseball(TWO, FIRST + DAY + apart), at=MORNING + MINUTE)
    user = make_user(database)
    made = [pick(user, of, "moneyline", "home", at=MORNING + 2 * MINUTE) for of in (moved, there)]
    store(odds(baseball(ONE, FIRST + DAY)), odds(baseball(TWO, FIRST + DAY + apart)), at=MORNING + HOUR)
    record(
        final(baseball(ONE, FIRST + DAY), 1, 9),
        final(baseball(TWO, FIRST + DAY + 215 * MINUTE), 3, 2),
        at=NIGHT + DAY,
    )
    settled(NIGHT + DAY)
    assert [outcome(database, each) for each in made] == [("void", "game_void"), WON]


@pytest.mark.parametrize("wrong", [-DAY, -5 * HOUR, DAY / 4])
def test_a_move_that_the_source_takes_back_brings_the_picks_back(database: str, wrong: timedelta) -> None:
    tip_off = TIP_OFF.replace(hour=5, minute=30) + (DAY if TIP_OFF.hour > 5 else timedelta(0))  # 22:30 in Denver
    over = tip_off + 7 * HOUR
    known = list_game(fixture(tip_off=tip_off), at=tip_off - 8 * HOUR)
    made = pick(make_user(database), known, "moneyline", "home", at=tip_off - 7 * HOUR)
    record(final(fixture(tip_off=tip_off + wrong), 110, 105), at=over)
    settled(over)
    voided = outcome(database, made)
    record(final(fixture(tip_off=tip_off), 110, 105), at=over + HOUR)
    settled(over + HOUR)
    assert outcome(database, made) == WON
    if voided == ("void", "game_void"):
        [other] = rows(database, "SELECT id, status, home_score FROM games WHERE id <> %s", known.id)
        assert (other["status"], other["home_score"]) == ("postponed", None)
        assert [outcome_ for outcome_, _ in reasons(database, other["id"])] == ["final", "void"]


def test_after_the_window_the_source_cannot_take_a_move_back(database: str) -> None:
    made = pick(make_user(database), list_game(), "moneyline", "home", at=CAPTURED)
    record(final(fixture(tip_off=TIP_OFF - DAY), 110, 105), at=OVER)
    record(final(fixture(), 110, 105), at=OVER + 73 * HOUR)
    settled(OVER + 73 * HOUR)
    assert outcome(database, made) == ("void", "game_void")
