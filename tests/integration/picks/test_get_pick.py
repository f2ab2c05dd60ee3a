"""GET /picks/{pick_id} through the deployed file: open picks and sealed picks."""

from datetime import datetime, timedelta
from typing import get_args

import pytest

from pickvs.core import clock
from pickvs.markets.values import GameStatus
from tests.support.contest import TIP_OFF, Contest
from tests.support.gateway import Answer, call
from tests.support.ledger import SETTLED_AT, explain, get_pick, moneyline, settle_now
from tests.support.picking import LOCK_MARGIN_SECONDS, set_pick_rules

LOCK = TIP_OFF - timedelta(seconds=LOCK_MARGIN_SECONDS)
TICK = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def _pick_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    set_pick_rules(monkeypatch)


def without_id(answer: Answer) -> dict[str, object]:
    return {name: value for name, value in answer.problem(404, "PICK_NOT_FOUND").items() if name != "request_id"}


def test_a_pick_is_shown_as_in_the_list_with_who_made_it(contest: Contest) -> None:
    anna, game = contest.user("Anna"), contest.game()
    pick = moneyline(contest, anna, game)
    contest.final(game, 101, 100)
    settle_now()
    with clock.held_at(SETTLED_AT):
        [listed] = call("list_my_picks", "GET", "/picks/me", user=(anna, "Anna")).body["picks"]
    assert (listed["result"], listed["result_units"]) == ("win", 0.9091)
    for reader in (anna, contest.user()):
        assert get_pick(reader, pick).body == {**listed, "username": "Anna"}


@pytest.mark.parametrize("at", [TIP_OFF - timedelta(days=1), LOCK - TICK])
def test_before_the_lock_a_pick_is_its_makers_alone(contest: Contest, at: datetime) -> None:
    anna, bert = contest.user(), contest.user()
    pick = moneyline(contest, anna)
    assert get_pick(anna, pick, at).status == explain(anna, pick, at).status == 200
    for ask in (get_pick, explain):
        assert without_id(ask(bert, pick, at)) == without_id(ask(bert, pick + 1, at))


@pytest.mark.parametrize("at", [LOCK, LOCK + TICK, TIP_OFF])
def test_from_the_lock_on_everybody_sees_it(contest: Contest, at: datetime) -> None:
    pick, bert = moneyline(contest, contest.user()), contest.user()
    assert (get_pick(bert, pick, at).status, get_pick(bert, pick, at).body["result"]) == (200, None)
    assert explain(bert, pick, at).status == 200


@pytest.mark.parametrize("status", get_args(GameStatus.__value__))
def test_before_the_lock_only_a_game_that_is_played_shows_its_picks(contest: Contest, status: GameStatus) -> None:
    game = contest.game()
    pick, bert = moneyline(contest, contest.user(), game), contest.user()
    if status == "finished":
        contest.final(game, 1, 0)
    else:
        contest.connection.execute("UPDATE games SET status = %s WHERE id = %s", (status, game))
    # A game may go to review before its tip-off, where another source may still be open.
    expected = 200 if status in {"live", "finished"} else 404
    assert get_pick(bert, pick, LOCK - TICK).status == expected
    assert explain(bert, pick, LOCK - TICK).status == expected


def test_a_void_pick_of_a_game_that_may_come_back_is_sealed_until_its_tip_off(contest: Contest) -> None:
    game, bert = contest.game(), contest.user()
    pick, early = moneyline(contest, contest.user(), game), TIP_OFF - timedelta(hours=9)
    contest.void(game, early)
    settle_now()
    get_pick(bert, pick, early).problem(404, "PICK_NOT_FOUND")
    assert get_pick(bert, pick, TIP_OFF).body["result"] == "void"


def test_a_game_moved_to_later_seals_its_picks_again(contest: Contest) -> None:
    game, bert = contest.game(), contest.user()
    pick = moneyline(contest, contest.user(), game)
    later = TIP_OFF + timedelta(hours=2)
    contest.connection.execute("UPDATE games SET commence_time = %s WHERE id = %s", (later, game))
    get_pick(bert, pick, TIP_OFF).problem(404, "PICK_NOT_FOUND")
    assert get_pick(bert, pick, later).status == 200


@pytest.mark.parametrize("pick", ["0", "-1", "x", str(2**63), "1.5"])
def test_what_cannot_be_an_id(pick: str) -> None:
    for ask in (get_pick, explain):  # no database here: the handler runs no query
        answer = ask(7, pick)
        answer.problem(422, "INVALID_VALUE")
        assert answer.fields() == {"pick_id"}


def test_an_unknown_pick(contest: Contest) -> None:
    get_pick(contest.user(), 2**63 - 1).problem(404, "PICK_NOT_FOUND")


def test_without_an_identity_nothing_is_shown() -> None:
    call("get_pick", "GET", "/picks/1").problem(401, "UNAUTHENTICATED")
    call("explain_pick", "GET", "/picks/1/explanation").problem(401, "UNAUTHENTICATED")
