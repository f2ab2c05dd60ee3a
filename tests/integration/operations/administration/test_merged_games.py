"""Administrators merge two listings of one game: the picks of both are settled by one result, and it can be undone."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from pickvs.core import clock
from tests.support.administration import hold_to_the_ledger
from tests.support.contestants import make_user, outcome, pick, settled
from tests.support.games import game, ids, score
from tests.support.gateway import Answer, call
from tests.support.markets import CAPTURED, TIP_OFF, final, fixture, list_game, listed, odds, record, store
from tests.support.snapshot import everything, row, rows

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OVER = TIP_OFF + 3 * HOUR
OTHER_ID = "b" * 32
REASON = "one game under two names"
DUPLICATE = ("void", "duplicate")


def merge(admin: int, absorbed: int, into: int, *, at: Any = OVER, **more: Any) -> Answer:
    body = {"into": into, "reason": REASON, **more}
    with clock.held_at(at):
        return call(
            "merge_games", "POST", f"/admin/games/{absorbed}/merge", body=body, user=(admin, "the-admin"), role="admin"
        )


def unmerge(admin: int, absorbed: int, *, at: Any = OVER + HOUR, **more: Any) -> Answer:
    with clock.held_at(at):
        return call(
            "unmerge_games",
            "POST",
            f"/admin/games/{absorbed}/unmerge",
            body={"reason": REASON, **more},
            user=(admin, "the-admin"),
            role="admin",
        )


def two_listings(database: str, *, swapped: bool = False) -> tuple[int, int]:
    """Return the ids of two games that are one: the second was taken for another game on the next day."""
    first = list_game()
    home, away = ("Los Angeles Lakers", "Denver Nuggets") if swapped else ("Denver Nuggets", "Los Angeles Lakers")
    second = list_game(fixture(OTHER_ID, home=home, away=away, tip_off=TIP_OFF + 24 * HOUR), at=CAPTURED + MINUTE)
    return first.id, second.id


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("merged_first", [False, True])
def test_the_survivors_result_settles_the_absorbed_games_picks(
    database: str, admin: int, swapped: bool, merged_first: bool
) -> None:
    listed = list_game()
    made = pick(make_user(database), listed, "spread", "home", at=CAPTURED)
    first, second = two_listings(database, swapped=swapped)
    home, away = ("Los Angeles Lakers", "Denver Nuggets") if swapped else ("Denver Nuggets", "Los Angeles Lakers")
    played = final(
        fixture(OTHER_ID, home=home, away=away, tip_off=TIP_OFF + 24 * HOUR), *((105, 110) if swapped else (110, 105))
    )
    over = OVER + 24 * HOUR
    if merged_first:
        assert merge(admin, first, second, at=TIP_OFF - MINUTE).status == 200
    record(played, at=over)
    settled(over)
    if not merged_first:
        answer = merge(admin, first, second, at=over)
        assert (answer.status, answer.body["picks_changed"], answer.body["sides"]) == (
            200,
            1,
            "swapped" if swapped else "same",
        )
    assert outcome(database, made) == ("win", None)
    assert score(database, first) == ("finished", 110, 105)
    # A correction of the survivor reaches the absorbed game's picks as well.
    corrected = final(played.fixture, *((120, 60) if swapped else (60, 120)))
    record(corrected, at=over + HOUR)
    settled(over + HOUR)
    assert outcome(database, made) == ("loss", None)


def test_what_was_recorded_stays_where_it_was_recorded(database: str, admin: int) -> None:
    first, second = two_listings(database)
    pick(make_user(database), list_game(at=CAPTURED + 2 * MINUTE), "total", "over", at=CAPTURED + 3 * MINUTE)
    recorded = ("picks", "bookmaker_odds", "game_provider_ids")
    before = everything(database)
    assert merge(admin, first, second, at=TIP_OFF - MINUTE).status == 200
    after = everything(database)
    assert [before[table] for table in recorded] == [after[table] for table in recorded]
    assert after["quotes"] != before["quotes"]  # withdrawn
    assert row(database, "SELECT action, game_id, reason FROM audit_log") == {
        "action": "merge_games",
        "game_id": first,
        "reason": REASON,
    }


def test_the_absorbed_games_ids_speak_for_the_survivor(database: str, admin: int) -> None:
    first, second = two_listings(database)
    merge(admin, second, first, at=TIP_OFF - HOUR / 2)
    store(odds(fixture(OTHER_ID, tip_off=TIP_OFF)), at=TIP_OFF - HOUR / 3)
    assert ids(database)[OTHER_ID] == second
    record(final(fixture(OTHER_ID), 101, 100), at=OVER)
    settled(OVER)
    assert (score(database, first), score(database, second)) == (("finished", 101, 100), ("finished", 101, 100))


def test_of_two_picks_on_one_market_the_first_counts_until_the_merge_is_undone(database: str, admin: int) -> None:
    first, second = two_listings(database)
    user = make_user(database)
    later = pick(user, listed(), "total", "over", at=CAPTURED + 20 * MINUTE)
    earlier = pick(user, listed(OTHER_ID), "total", "under", at=CAPTURED + 10 * MINUTE)
    other = pick(make_user(database, "bert"), listed(OTHER_ID), "total", "under", at=CAPTURED + 30 * MINUTE)
    record(final(fixture(), 110, 100), at=OVER)
    settled(OVER)
    assert outcome(database, later) == ("loss", None)
    assert merge(admin, second, first).status == 200
    assert [outcome(database, made) for made in (later, earlier, other)] == [DUPLICATE, ("win", None), ("win", None)]
    explained = call("explain_pick", "GET", f"/picks/{later}/explanation", user=(user, "ada"))
    assert explained.body["pick"]["void_reason"] == "duplicate"
    assert explained.body["entries"][-1]["reckoning"]["agrees"]

    assert unmerge(admin, second).status == 200
    assert [outcome(database, made) for made in (later, earlier, other)] == [("loss", None), (None, None), (None, None)]
    assert game(database, second)["commence_time"] == TIP_OFF + 24 * HOUR
    hold_to_the_ledger(database)


def test_a_void_that_a_merge_has_replaced_comes_back(database: str, admin: int) -> None:
    """The example: an unreadable name made a second game, and the first one's picks void."""
    listed = list_game()
    made = pick(make_user(database), listed, "moneyline", "home", at=CAPTURED)
    store(odds(fixture(tip_off=TIP_OFF + 24 * HOUR)), at=CAPTURED + MINUTE)
    settled(CAPTURED + MINUTE)
    moved_to = ids(database)["a" * 32]
    assert outcome(database, made) == ("void", "game_void")
    tip_off = game(database, listed.id)["commence_time"]
    over = OVER + 24 * HOUR
    record(final(fixture(tip_off=TIP_OFF + 24 * HOUR), 110, 105), at=over)
    settled(over)

    before = everything(database, but=("ingestion_runs",))
    dry = merge(admin, listed.id, moved_to, at=over, dry_run=True)
    assert (dry.status, dry.body["dry_run"], dry.body["picks_changed"]) == (200, True, 1)
    assert everything(database, but=("ingestion_runs",)) == before
    real = merge(admin, listed.id, moved_to, at=over)
    assert real.body | {"dry_run": True} == dry.body
    assert outcome(database, made) == ("win", None)

    assert unmerge(admin, listed.id, at=over + HOUR).status == 200
    assert outcome(database, made) == ("void", "game_void")
    assert game(database, listed.id)["status"] == "postponed"
    assert game(database, listed.id)["commence_time"] == tip_off
    assert merge(admin, listed.id, moved_to, at=over + 2 * HOUR).status == 200
    assert outcome(database, made) == ("win", None)


def test_an_absorbed_game_never_accepts_picks_and_reveals_none(database: str, admin: int) -> None:
    first, second = two_listings(database)
    user = make_user(database)
    made = pick(user, listed(), "total", "over", at=CAPTURED)
    assert merge(admin, first, second, at=TIP_OFF - MINUTE).status == 200
    store(odds(), at=TIP_OFF - MINUTE / 2)
    assert rows(database, "SELECT FROM quotes WHERE game_id = %s AND superseded_at IS NULL", first) == []
    # After the absorbed game's announced tip-off, the survivor still accepts picks that could copy this one.
    settled(TIP_OFF + HOUR)
    with clock.held_at(TIP_OFF + HOUR):
        assert call("get_pick", "GET", f"/picks/{made}", user=(make_user(database, "eve"), "eve")).status == 404
        assert call("get_pick", "GET", f"/picks/{made}", user=(user, "ada")).status == 200


@pytest.mark.parametrize(
    ("absorbed", "into", "more", "status", "code"),
    [
        (1, 1, {}, 409, "SAME_GAME"),
        (1, 99, {}, 404, "GAME_NOT_FOUND"),
        (99, 1, {}, 404, "GAME_NOT_FOUND"),
        (1, 2, {"sides": "swapped"}, 409, "SIDES_DIFFER"),
        (1, 3, {}, 409, "SIDES_UNKNOWN"),
        (1, 3, {"sides": "swapped"}, 200, None),
        (4, 1, {}, 409, "OTHER_SPORT"),
        (5, 1, {"sides": "same"}, 409, "NOT_THE_SURVIVOR"),
        (1, 2, {"reason": ""}, 422, "INVALID_VALUE"),
    ],
)
def test_refusals(
    database: str, admin: int, absorbed: int, into: int, more: dict[str, Any], status: int, code: str | None
) -> None:
    two_listings(database)
    list_game(fixture("c" * 32, home="Miami Heat", away="Utah Jazz"))
    list_game(fixture("d" * 32, home="Dallas Wings", away="Chicago Sky", sport="basketball_wnba"))
    list_game(fixture("e" * 32, home="Chicago Bulls", away="Atlanta Hawks", tip_off=CAPTURED + MINUTE), at=CAPTURED)
    record(
        final(fixture("e" * 32, home="Chicago Bulls", away="Atlanta Hawks", tip_off=CAPTURED + MINUTE), 1, 0),
        at=CAPTURED + HOUR / 2,
    )
    answer = merge(admin, absorbed, into, at=TIP_OFF - MINUTE, **more)
    assert (answer.status, answer.body.get("code")) == (status, code)


def test_merges_form_no_chains_and_absorbed_games_are_not_decided(database: str, admin: int) -> None:
    first, second = two_listings(database)
    third = list_game(fixture("c" * 32, tip_off=TIP_OFF + 48 * HOUR)).id
    assert merge(admin, first, second, at=CAPTURED).status == 200
    for absorbed, into in ((first, third), (second, third), (third, first)):
        assert merge(admin, absorbed, into, at=CAPTURED + MINUTE).body["code"] == "GAME_MERGED"
    assert merge(admin, third, second, at=CAPTURED + MINUTE).status == 200
    with clock.held_at(CAPTURED + 2 * MINUTE):
        answer = call(
            "void_game",
            "POST",
            f"/admin/games/{first}/void",
            body={"reason": REASON},
            user=(admin, "the-admin"),
            role="admin",
        )
    assert answer.body["code"] == "GAME_MERGED"
    assert unmerge(admin, second).body["code"] == "NOT_MERGED"


def test_merges_are_facts(database: str, admin: int) -> None:
    first, second = two_listings(database)
    merge(admin, first, second, at=CAPTURED)
    with psycopg.connect(database) as connection, pytest.raises(psycopg.errors.RestrictViolation):
        connection.execute("UPDATE game_merges SET reason = 'another'")
