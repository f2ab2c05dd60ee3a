"""Merging two listings opens neither of them again, and what one shows of the start counts for both."""

from datetime import UTC, datetime, timedelta

import pytest

from pickvs.markets.values import Fixture
from tests.support.administration import act, hold_to_the_ledger, merge, set_start, unmerge
from tests.support.contestants import make_user, outcome, pick, settled
from tests.support.games import game
from tests.support.markets import CAPTURED, TIP_OFF, final, fixture, list_game, listed, odds, playing, record, store
from tests.support.picking import submit
from tests.support.snapshot import rows

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATE = ("void", "after_start")
WIN = ("win", None)
ONE, TWO = "1" * 32, "2" * 32
FIRST = datetime(2026, 7, 4, 17, 10, tzinfo=UTC)
MORNING = FIRST - 6 * HOUR
OTHER = fixture(TWO, tip_off=TIP_OFF + DAY)
"""A second listing of the game of TIP_OFF, under the wrong date."""
OVER = TIP_OFF + DAY + 3 * HOUR


def baseball(provider_id: str, tip_off: datetime) -> Fixture:
    return fixture(provider_id, home="Detroit Tigers", away="Minnesota Twins", tip_off=tip_off, sport="baseball_mlb")


def two_of_baseball() -> tuple[int, int]:
    """List two games of one day, four hours apart."""
    store(odds(baseball(ONE, FIRST)), odds(baseball(TWO, FIRST + 4 * HOUR)), at=MORNING)
    return listed(ONE).id, listed(TWO).id


def two_listings() -> tuple[int, int]:
    """List one game twice, under its own date and the next."""
    return list_game().id, list_game(OTHER, at=CAPTURED + MINUTE).id


@pytest.mark.parametrize(("at", "status"), [(FIRST - MINUTE, "scheduled"), (FIRST, "review"), (FIRST + HOUR, "review")])
def test_a_separated_game_goes_by_its_own_tip_off(database: str, admin: int, at: datetime, status: str) -> None:
    first, second = two_of_baseball()
    quote = listed(ONE).quote("moneyline", "home")
    picker = make_user(database, "bob")
    pick(picker, listed(ONE), "moneyline", "home", at=MORNING)
    assert merge(admin, first, second, at=MORNING + MINUTE).status == 200
    assert game(database, first)["commence_time"] == FIRST + 4 * HOUR
    assert unmerge(admin, first, at=at).status == 200
    now = game(database, first)
    assert (now["status"], now["commence_time"]) == (status, FIRST)
    told = rows(database, "SELECT user_id, data ->> 'starts_at' AS start FROM notices WHERE kind = 'game.moved'")
    assert [(one["user_id"], datetime.fromisoformat(one["start"])) for one in told] == (
        [(picker, FIRST)] if status == "scheduled" else []
    )
    wanted = {"game_id": first, "market": "moneyline", "selection": "home", "quote_id": quote.id}
    assert submit(make_user(database), wanted, at=at + MINUTE).status == 409
    kept = rows(database, "SELECT commence_time_before AS at FROM game_merges ORDER BY id")
    assert [one["at"] for one in kept] == [FIRST, FIRST + 4 * HOUR]


def test_a_separated_game_has_its_own_final_and_tip_off_again(database: str, admin: int) -> None:
    """The survivor was reopened in the meantime, so the absorbed game waited in review, by the survivor's tip-off."""
    absorbed, survivor = two_listings()
    made = pick(make_user(database), listed(), "moneyline", "home", at=TIP_OFF - MINUTE)
    record(final(fixture(), 110, 105), at=TIP_OFF + 3 * HOUR)
    record(final(OTHER, 90, 105), at=OVER)
    assert merge(admin, absorbed, survivor, at=OVER + HOUR).status == 200
    assert act(admin, "reopen", survivor, at=OVER + 2 * DAY).status == 200
    settled(OVER + 2 * DAY)
    assert game(database, absorbed)["commence_time"] == TIP_OFF + DAY
    assert unmerge(admin, absorbed, at=OVER + 3 * DAY).status == 200
    now = game(database, absorbed)
    assert (now["status"], now["commence_time"], outcome(database, made)) == ("finished", TIP_OFF, WIN)
    hold_to_the_ledger(database)


@pytest.mark.parametrize("by", ["the clock", "a contradiction"])
def test_a_game_that_may_have_begun_is_not_absorbed_by_one_to_come(database: str, admin: int, by: str) -> None:
    first, second = two_of_baseball()
    at = FIRST if by == "the clock" else FIRST - HOUR
    assert merge(admin, first, second, at=MORNING, dry_run=True).status == 200
    if by == "a contradiction":
        record(final(baseball(ONE, FIRST), 5, 3), at=FIRST - 2 * HOUR)
    assert merge(admin, first, second, at=at).body["code"] == "NOT_THE_SURVIVOR"
    assert merge(admin, second, first, at=at).status == 200


def test_the_clock_says_nothing_about_a_postponed_game(database: str, admin: int) -> None:
    first = list_game().id
    store(odds(fixture(tip_off=TIP_OFF + DAY)), at=CAPTURED + MINUTE)
    assert game(database, first)["status"] == "postponed"
    assert merge(admin, first, listed().id, at=TIP_OFF + HOUR).status == 200


@pytest.mark.parametrize("known_by", ["an observation", "an administrator"])
@pytest.mark.parametrize("merged", ["before the final", "after the final"])
def test_what_the_absorbed_listing_shows_of_the_start_counts_until_it_is_separated(
    database: str, admin: int, known_by: str, merged: str
) -> None:
    absorbed, survivor = two_listings()
    began = TIP_OFF + MINUTE
    if known_by == "an observation":
        record(playing(fixture(), 10, 8), at=began)
    else:
        assert set_start(admin, absorbed, began, at=TIP_OFF + 2 * HOUR).status == 200
    before = pick(make_user(database), listed(), "moneyline", "home", at=TIP_OFF - MINUTE)
    after = pick(make_user(database, "late"), listed(TWO), "moneyline", "home", at=TIP_OFF + HOUR)
    if merged == "after the final":
        record(final(OTHER, 110, 105), at=OVER)
        settled(OVER)
        assert outcome(database, after) == WIN
    assert merge(admin, absorbed, survivor, at=OVER + HOUR).status == 200
    if merged == "before the final":
        record(final(OTHER, 110, 105), at=OVER + 2 * HOUR)
        settled(OVER + 2 * HOUR)
    assert (outcome(database, before), outcome(database, after)) == (WIN, LATE)
    results = rows(database, "SELECT began_at FROM game_results WHERE outcome = 'final' ORDER BY id DESC LIMIT 2")
    assert [one["began_at"] for one in results] == [began, began]
    # A correction of the score does not take it back.
    record(final(OTHER, 120, 105), at=OVER + 3 * HOUR)
    settled(OVER + 3 * HOUR)
    assert outcome(database, after) == LATE

    assert unmerge(admin, absorbed, at=OVER + 4 * HOUR).status == 200
    assert (outcome(database, before), outcome(database, after)) == ((None, None), WIN)
    assert game(database, survivor)["under_way_at"] in (None, OVER, OVER + 2 * HOUR)
    assert merge(admin, absorbed, survivor, at=OVER + 5 * HOUR).status == 200
    assert outcome(database, after) == LATE
    hold_to_the_ledger(database)


def test_an_earlier_start_of_the_survivor_stays(database: str, admin: int) -> None:
    survivor, absorbed = two_listings()
    made = pick(make_user(database), listed(), "moneyline", "home", at=TIP_OFF - MINUTE)
    began = TIP_OFF - HOUR / 2
    record(final(fixture(tip_off=began), 110, 105), at=TIP_OFF + 3 * HOUR)
    record(playing(OTHER, 10, 8), at=TIP_OFF + DAY + HOUR)
    settled(OVER)
    assert merge(admin, absorbed, survivor, at=OVER + HOUR).status == 200
    assert unmerge(admin, absorbed, at=OVER + 2 * HOUR).status == 200
    found = rows(database, "SELECT began_at FROM game_results WHERE game_id = %s", survivor)
    assert [one["began_at"] for one in found] == [began, began, began]
    assert outcome(database, made) == LATE


def test_reopening_takes_back_the_word_about_every_listing(database: str, admin: int) -> None:
    absorbed, survivor = two_listings()
    made = pick(make_user(database), listed(TWO), "moneyline", "home", at=TIP_OFF + HOUR)
    assert set_start(admin, absorbed, TIP_OFF, at=TIP_OFF + 2 * HOUR).status == 200
    record(final(OTHER, 110, 105), at=OVER)
    assert merge(admin, absorbed, survivor, at=OVER).status == 200
    assert outcome(database, made) == LATE
    assert act(admin, "reopen", survivor, at=OVER + HOUR).status == 200
    record(final(OTHER, 110, 105), at=OVER + 2 * HOUR)
    settled(OVER + 2 * HOUR)
    assert outcome(database, made) == WIN
