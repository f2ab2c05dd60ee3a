"""An administrator's word on the start of a game, and the start of a result that an administrator sets."""

from datetime import timedelta

import pytest

from tests.support.administration import act, hold_to_the_ledger, merge, set_start, unmerge
from tests.support.contestants import make_user, outcome, pick, settled
from tests.support.markets import CAPTURED, TIP_OFF, final, fixture, list_game, playing, record
from tests.support.snapshot import row

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OVER = TIP_OFF + 3 * HOUR
LATE = ("void", "after_start")
WIN = ("win", None)
OTHER_ID = "b" * 32


@pytest.fixture
def made(database: str) -> int:
    """A pick on the home team of the only game, ten minutes before its announced tip-off."""
    return pick(make_user(database), list_game(), "moneyline", "home", at=TIP_OFF - 10 * MINUTE)


def test_of_a_live_game_stands_against_the_final_until_the_game_is_reopened(
    database: str, admin: int, made: int
) -> None:
    record(playing(fixture(), 10, 8), at=TIP_OFF + MINUTE)
    assert set_start(admin, 1, TIP_OFF, at=TIP_OFF + HOUR).status == 200
    earlier = fixture(tip_off=TIP_OFF - 5 * HOUR)
    for reported, at in (((110, 105), OVER), ((111, 105), OVER + HOUR)):
        record(final(earlier, *reported), at=at)
        settled(at)
        assert outcome(database, made) == WIN
    assert record(final(earlier, 111, 105), at=OVER + 2 * HOUR).counts["starts"] == 0

    assert act(admin, "reopen", 1, at=OVER + 3 * HOUR).status == 200
    record(final(earlier, 111, 105), at=OVER + 4 * HOUR)
    settled(OVER + 4 * HOUR)
    assert outcome(database, made) == LATE
    hold_to_the_ledger(database)


def test_that_was_wrong_is_taken_back_by_reopening(database: str, admin: int, made: int) -> None:
    assert set_start(admin, 1, TIP_OFF - HOUR, at=TIP_OFF + MINUTE).status == 200
    record(final(fixture(), 110, 105), at=OVER)
    settled(OVER)
    assert outcome(database, made) == LATE
    assert act(admin, "reopen", 1, at=OVER + HOUR).status == 200
    record(final(fixture(), 110, 105), at=OVER + 2 * HOUR)
    settled(OVER + 2 * HOUR)
    assert outcome(database, made) == WIN


@pytest.mark.parametrize("by_hand", [True, False])
def test_beats_an_observation(database: str, admin: int, made: int, by_hand: bool) -> None:
    record(playing(fixture(tip_off=TIP_OFF - 20 * MINUTE), 2, 0), at=TIP_OFF - 15 * MINUTE)
    answer = set_start(admin, 1, TIP_OFF, at=TIP_OFF + HOUR)
    assert answer.body["after"]["began_at"] == f"{TIP_OFF:%Y-%m-%dT%H:%M:%SZ}"
    if by_hand:
        assert act(admin, "result", 1, (110, 105), at=OVER).status == 200
    else:
        record(final(fixture(), 110, 105), at=OVER)
        settled(OVER)
    assert outcome(database, made) == WIN
    assert row(database, "SELECT began_at FROM game_results ORDER BY id DESC LIMIT 1")["began_at"] == TIP_OFF


@pytest.mark.parametrize("shown", ["by the final", "by a score"])
def test_outlasts_a_void(database: str, admin: int, made: int, shown: str) -> None:
    early = fixture(tip_off=TIP_OFF - HOUR)
    record(final(early, 110, 105) if shown == "by the final" else playing(early, 2, 0), at=TIP_OFF - 15 * MINUTE)
    settled(TIP_OFF - 15 * MINUTE)
    assert set_start(admin, 1, TIP_OFF, at=OVER + HOUR).status == 200
    assert act(admin, "void", 1, at=OVER + 2 * HOUR).body["after"]["began_at"] is None
    assert act(admin, "result", 1, (110, 105), at=OVER + 3 * HOUR).status == 200
    assert outcome(database, made) == WIN


@pytest.mark.parametrize("taken_off_by", ["void", "reopen"])
def test_a_result_by_hand_has_the_start_of_the_last_final(
    database: str, admin: int, made: int, taken_off_by: str
) -> None:
    record(final(fixture(), 110, 105), at=OVER)
    record(final(fixture(tip_off=TIP_OFF - HOUR), 110, 105), at=OVER + HOUR)
    settled(OVER + HOUR)
    assert outcome(database, made) == LATE
    taken_off = act(admin, "void" if taken_off_by == "void" else "reopen", 1, at=OVER + 2 * HOUR)
    assert taken_off.status == 200
    assert act(admin, "result", 1, (111, 105), at=OVER + 3 * HOUR).status == 200
    assert outcome(database, made) == LATE


def test_the_last_final_of_another_game_says_nothing_about_the_start(database: str, admin: int) -> None:
    """The games were merged by mistake: the final of the one was the other's for a while."""
    first = list_game().id
    second = list_game(fixture(OTHER_ID, tip_off=TIP_OFF + DAY), at=CAPTURED + MINUTE)
    made = pick(make_user(database), second, "moneyline", "home", at=TIP_OFF + HOUR)
    record(final(fixture(), 90, 80), at=OVER)
    assert merge(admin, second.id, first, at=OVER).status == 200
    assert outcome(database, made) == LATE
    assert unmerge(admin, second.id, at=OVER + HOUR).status == 200
    assert act(admin, "result", second.id, (110, 105), at=OVER + DAY).status == 200
    assert outcome(database, made) == WIN
    hold_to_the_ledger(database)
