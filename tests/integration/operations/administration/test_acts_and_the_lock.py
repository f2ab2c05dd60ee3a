"""No administrator's act makes a game pickable whose real counterpart has begun."""

from datetime import timedelta

import psycopg
import pytest

from pickvs.core import clock
from pickvs.operations.administration.results.rules import MAY_HAVE_BEGUN
from tests.support.administration import act, merge, set_start, unmerge
from tests.support.contestants import make_user, outcome, pick, settled
from tests.support.games import game
from tests.support.gateway import call
from tests.support.markets import CAPTURED, TIP_OFF, final, fixture, list_game, odds, playing, record, store
from tests.support.picking import submit
from tests.support.snapshot import row, rows

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OVER = TIP_OFF + 3 * HOUR
LATER = TIP_OFF + 5 * HOUR
"""A tip-off that is announced, on the game's date, although the game has been played."""
NEXT_NIGHT = TIP_OFF + 20 * HOUR
OTHER_ID = "b" * 32


def status(database: str, game_id: int) -> tuple[str, str | None]:
    now = game(database, game_id)
    return now["status"], now["review_reason"]


def test_a_game_that_was_never_seen_under_way_is_scheduled_again(database: str, admin: int) -> None:
    listed = list_game()
    act(admin, "void", listed.id, at=CAPTURED + MINUTE)
    assert act(admin, "reopen", listed.id, at=CAPTURED + 2 * MINUTE).status == 200
    assert status(database, listed.id) == ("scheduled", None)


@pytest.mark.parametrize("seen", ["live", "final", "scores while it is cancelled"])
def test_a_game_that_was_seen_under_way_is_not(database: str, admin: int, seen: str) -> None:
    listed = list_game(fixture(tip_off=LATER))
    if seen.startswith("scores"):
        act(admin, "void", listed.id, at=TIP_OFF - MINUTE)
    played = fixture(tip_off=TIP_OFF)
    record(final(played, 110, 105) if seen == "final" else playing(played, 10, 5), at=TIP_OFF + HOUR)
    # The announced tip-off goes back into the future: the row says so, and no provider can.
    with psycopg.connect(database) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE games SET commence_time = %s", (LATER,))
    act(admin, "void", listed.id, at=TIP_OFF + HOUR)
    assert act(admin, "reopen", listed.id, at=TIP_OFF + HOUR + MINUTE).status == 200
    assert status(database, listed.id) == ("review", MAY_HAVE_BEGUN)
    store(odds(fixture(tip_off=LATER)), at=TIP_OFF + 2 * HOUR)
    assert status(database, listed.id)[0] == "review"
    with clock.held_at(TIP_OFF + 2 * HOUR):
        upcoming = call("list_upcoming_games", "GET", "/games/upcoming", user=(admin, "the-admin"))
    assert upcoming.body["games"] == []


def test_a_game_whose_other_listing_has_begun_is_not(database: str, admin: int) -> None:
    listed = list_game(fixture(tip_off=TIP_OFF + 20 * HOUR))
    act(admin, "void", listed.id, at=CAPTURED + MINUTE)
    other = list_game(fixture("b" * 32, tip_off=TIP_OFF), at=CAPTURED + 2 * MINUTE)
    assert other.id != listed.id
    record(playing(fixture("b" * 32, tip_off=TIP_OFF), 10, 5), at=TIP_OFF + HOUR)
    assert act(admin, "reopen", listed.id, at=TIP_OFF + HOUR).status == 200
    assert status(database, listed.id) == ("review", MAY_HAVE_BEGUN)


def test_a_game_whose_other_listing_is_past_its_tip_off_is_not(database: str, admin: int) -> None:
    """No capture came since, so the other listing is still scheduled."""
    listed = list_game(fixture(tip_off=TIP_OFF + 20 * HOUR))
    list_game(fixture("b" * 32, tip_off=TIP_OFF), at=CAPTURED + MINUTE)
    for at, expected in ((TIP_OFF - MINUTE, ("scheduled", None)), (TIP_OFF, ("review", MAY_HAVE_BEGUN))):
        assert act(admin, "void", listed.id, at=at).status == 200
        assert act(admin, "reopen", listed.id, at=at).status == 200
        assert status(database, listed.id) == expected


@pytest.mark.parametrize("of", ["the game", "its other listing"])
def test_a_game_whose_tip_off_a_score_contradicts_is_not(database: str, admin: int, of: str) -> None:
    listed = list_game()
    other = fixture("b" * 32, tip_off=TIP_OFF + 20 * HOUR)
    list_game(other, at=CAPTURED + MINUTE)
    record(final(fixture() if of == "the game" else other, 110, 105), at=CAPTURED + 2 * MINUTE)
    assert act(admin, "void", listed.id, at=TIP_OFF - 40 * MINUTE).status == 200
    assert act(admin, "reopen", listed.id, at=TIP_OFF - 30 * MINUTE).status == 200
    assert status(database, listed.id) == ("review", MAY_HAVE_BEGUN)
    if of == "the game":
        store(odds(), at=TIP_OFF - 25 * MINUTE)
        assert status(database, listed.id) == ("review", MAY_HAVE_BEGUN)
    quote = listed.quote("moneyline", "home")
    wanted = {"game_id": listed.id, "market": "moneyline", "selection": "home", "quote_id": quote.id}
    assert submit(make_user(database), wanted, at=TIP_OFF - 20 * MINUTE).status == 409
    # It is played by then, so it may have a score, with a start that is not to come.
    answer = act(admin, "result", listed.id, (110, 105), at=TIP_OFF - 10 * MINUTE)
    assert answer.body["after"]["began_at"] == f"{TIP_OFF - 10 * MINUTE:%Y-%m-%dT%H:%M:%SZ}"


def test_a_dry_run_of_a_start_is_exact_and_changes_nothing(database: str, admin: int) -> None:
    listed = list_game()
    made = pick(make_user(database), listed, "moneyline", "home", at=TIP_OFF - 10 * MINUTE)
    record(final(fixture(), 110, 105), at=OVER)
    settled(OVER)
    began = TIP_OFF - 20 * MINUTE
    dry = set_start(admin, listed.id, began, at=OVER + HOUR, dry_run=True)
    assert outcome(database, made) == ("win", None)
    real = set_start(admin, listed.id, began, at=OVER + HOUR)
    assert (real.status, real.body | {"dry_run": True}) == (200, dry.body)
    assert outcome(database, made) == ("void", "after_start")
    assert row(database, "SELECT action FROM audit_log") == {"action": "set_start"}
    # The administrator's word stands against the provider's, and can be taken back.
    record(final(fixture(tip_off=TIP_OFF + MINUTE), 110, 105), at=OVER + 2 * HOUR)
    settled(OVER + 2 * HOUR)
    assert outcome(database, made) == ("void", "after_start")
    assert set_start(admin, listed.id, began, at=OVER + 3 * HOUR).body["code"] == "RESULT_UNCHANGED"
    assert set_start(admin, listed.id, TIP_OFF, at=OVER + 3 * HOUR).status == 200
    assert outcome(database, made) == ("win", None)
    explained = call("explain_pick", "GET", f"/picks/{made}/explanation", user=(2, "ada"))
    assert [entry["result"] for entry in explained.body["entries"]] == ["win", "win", "void", "void", "win"]
    assert all(entry["reckoning"] is None or entry["reckoning"]["agrees"] for entry in explained.body["entries"])
    assert "placed after the game began" in explained.body["entries"][2]["reckoning"]["comparison"]


def test_a_start_locks_a_game_that_has_no_result_yet(database: str, admin: int) -> None:
    listed = list_game(fixture(tip_off=LATER))
    made = pick(make_user(database), listed, "moneyline", "home", at=TIP_OFF)
    began = TIP_OFF - MINUTE
    assert set_start(admin, listed.id, began, at=TIP_OFF + MINUTE).status == 200
    assert status(database, listed.id) == ("live", None)
    store(odds(fixture(tip_off=LATER)), at=TIP_OFF + 2 * MINUTE)
    assert status(database, listed.id) == ("live", None)
    record(final(fixture(tip_off=TIP_OFF + 2 * MINUTE), 110, 105), at=OVER)
    settled(OVER)
    assert outcome(database, made) == ("void", "after_start")


def test_a_start_to_come_or_of_a_game_that_is_off_is_refused(database: str, admin: int) -> None:
    listed = list_game()
    assert set_start(admin, listed.id, TIP_OFF, at=TIP_OFF - MINUTE).body["code"] == "START_IN_FUTURE"
    act(admin, "void", listed.id, at=CAPTURED + MINUTE)
    assert set_start(admin, listed.id, CAPTURED, at=TIP_OFF).body["code"] == "NO_RESULT"


def test_odds_do_not_open_a_game_that_was_reopened_beside_one_that_has_begun(database: str, admin: int) -> None:
    listed = list_game(fixture(tip_off=NEXT_NIGHT))
    act(admin, "void", listed.id, at=CAPTURED + MINUTE)
    list_game(fixture(OTHER_ID), at=CAPTURED + 2 * MINUTE)
    record(playing(fixture(OTHER_ID), 10, 5), at=TIP_OFF + HOUR)
    act(admin, "reopen", listed.id, at=TIP_OFF + HOUR)
    store(odds(fixture(tip_off=NEXT_NIGHT)), at=TIP_OFF + HOUR + MINUTE)
    assert status(database, listed.id) == ("review", MAY_HAVE_BEGUN)
    record(playing(fixture(tip_off=NEXT_NIGHT)), at=TIP_OFF + 2 * HOUR)
    assert status(database, listed.id) == ("scheduled", None)


def test_a_listing_that_was_called_off_after_its_tip_off_may_have_been_the_game(database: str, admin: int) -> None:
    listed = list_game(fixture(tip_off=NEXT_NIGHT))
    act(admin, "void", listed.id, at=CAPTURED + MINUTE)
    other = list_game(fixture(OTHER_ID), at=CAPTURED + 2 * MINUTE)
    act(admin, "void", other.id, at=TIP_OFF + HOUR)
    act(admin, "reopen", listed.id, at=TIP_OFF + HOUR + MINUTE)
    assert status(database, listed.id) == ("review", MAY_HAVE_BEGUN)


def test_the_next_game_of_the_same_teams_has_no_result_before_its_tip_off(database: str, admin: int) -> None:
    list_game(fixture(OTHER_ID))
    tomorrow = list_game(fixture(tip_off=NEXT_NIGHT), at=CAPTURED + MINUTE)
    record(final(fixture(OTHER_ID), 110, 105), at=TIP_OFF + 3 * HOUR)
    answer = act(admin, "result", tomorrow.id, (99, 1), at=TIP_OFF + 4 * HOUR)
    assert (answer.status, answer.body["code"]) == (409, "GAME_NOT_STARTED")


def test_odds_do_not_open_a_separated_game_that_may_have_begun(database: str, admin: int) -> None:
    listed = list_game(fixture(tip_off=LATER))
    survivor = list_game(fixture(OTHER_ID, tip_off=NEXT_NIGHT), at=CAPTURED + MINUTE)
    assert merge(admin, listed.id, survivor.id, at=CAPTURED + 2 * MINUTE).status == 200
    record(final(fixture(OTHER_ID, tip_off=NEXT_NIGHT), 110, 105), at=TIP_OFF + 2 * HOUR)
    assert unmerge(admin, listed.id, at=TIP_OFF + 2 * HOUR + MINUTE).status == 200
    store(odds(fixture(tip_off=LATER)), at=TIP_OFF + 2 * HOUR + 2 * MINUTE)
    assert status(database, listed.id)[0] == "review"


def test_a_game_called_off_in_review_is_no_longer_quoted(database: str, admin: int) -> None:
    listed = list_game()
    record(final(fixture(), 110, 105), at=CAPTURED + MINUTE)
    act(admin, "void", listed.id, at=CAPTURED + 2 * MINUTE)
    assert rows(database, "SELECT FROM quotes WHERE superseded_at IS NULL") == []


def test_odds_do_not_open_a_game_that_was_reopened_after_its_tip_off(database: str, admin: int) -> None:
    listed = list_game()
    list_game(fixture(OTHER_ID, tip_off=TIP_OFF - 20 * HOUR), at=TIP_OFF - 30 * HOUR)
    record(playing(fixture(OTHER_ID, tip_off=TIP_OFF - 20 * HOUR), 10, 5), at=TIP_OFF - 19 * HOUR)
    act(admin, "void", listed.id, at=TIP_OFF + MINUTE)
    act(admin, "reopen", listed.id, at=TIP_OFF + 2 * MINUTE)
    store(odds(fixture(tip_off=TIP_OFF + 20 * MINUTE)), at=TIP_OFF + 3 * MINUTE)
    assert status(database, listed.id)[0] == "review"
