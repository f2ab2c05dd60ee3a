"""Submissions between captures of odds. A listed quote can be picked; a moved quote is reported as moved."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from pickvs.core import clock
from tests.support import markets
from tests.support.contest import Contest
from tests.support.gateway import call
from tests.support.markets import CAPTURED, TIP_OFF, book, fixture, list_game, moneyline, odds, spread, store, total
from tests.support.picking import LOCK_MARGIN_SECONDS, set_pick_rules, stored, submit

AT = CAPTURED + timedelta(minutes=10)
LATER = CAPTURED + timedelta(minutes=20)
TICK = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def pick_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    set_pick_rules(monkeypatch)


def wanted(game: markets.ListedGame, market: Any, selection: Any) -> dict[str, Any]:
    quote = game.quote(market, selection)
    return {"game_id": game.id, "market": market, "selection": selection, "quote_id": quote.id}


def listed(user: int, at: datetime) -> list[dict[str, Any]]:
    with clock.held_at(at):
        answer = call("list_upcoming_games", "GET", "/games/upcoming", user=(user, "somebody"))
    assert answer.status == 200, answer.body
    return [
        {"game_id": game["id"], "market": market["market"]}
        | {name: quote[name] for name in ("selection", "quote_id", "line", "price")}
        for game in answer.body["games"]
        for market in game["markets"]
        for quote in market["quotes"]
    ]


def test_every_listed_quote_can_be_picked_until_the_game_locks(contest: Contest) -> None:
    list_game()
    users = {quote["quote_id"]: contest.user() for quote in listed(contest.user(), AT)}
    assert len(users) == 6
    last = TIP_OFF - timedelta(seconds=LOCK_MARGIN_SECONDS) - TICK
    for quote in listed(contest.user(), last):
        shown = (quote.pop("line"), quote.pop("price"))
        answer = submit(users[quote["quote_id"]], quote, at=last)
        assert answer.status == 201, answer.body
        [pick] = answer.body["picks"]
        assert (pick["line"], pick["price"]) == shown
    assert len(stored(contest)) == 6
    assert listed(contest.user(), last + TICK) == []


def test_a_capture_without_news_keeps_the_quotes(contest: Contest) -> None:
    game = list_game()
    store(odds(), at=LATER)
    assert submit(contest.user(), wanted(game, "spread", "home"), at=LATER).status == 201


def test_a_market_that_moved_and_one_that_was_withdrawn(contest: Contest) -> None:
    game = list_game()
    moved = [
        market
        for bookmaker in ("draftkings", "fanduel")
        for market in (moneyline(bookmaker, -140, 120), spread(bookmaker, "-3.5", -105, -115))
    ]
    store(odds(fixture(), (*moved, total("draftkings", "220.5"))), at=LATER)
    anna = contest.user()
    assert submit(anna, wanted(game, "moneyline", "home"), at=LATER).status == 201
    submit(anna, wanted(game, "total", "over"), at=LATER).problem(409, "ODDS_STALE")
    [quote] = submit(anna, wanted(game, "spread", "away"), at=LATER).problem(409, "ODDS_MOVED")["quotes"]
    assert {name: quote[name] for name in ("index", "selection", "line", "price", "books")} == {
        "index": 0,
        "selection": "away",
        "line": 3.5,
        "price": -115,
        "books": 2,
    }
    again = wanted(game, "spread", "away") | {"quote_id": quote["quote_id"]}
    assert submit(anna, again, at=LATER).body["picks"][0]["line"] == 3.5


def test_a_market_that_moved_and_came_back_is_picked_at_the_quote_in_force(contest: Contest) -> None:
    game = list_game()
    store(odds(fixture(), (*book("draftkings"), spread("fanduel", "-4"))), at=LATER)
    store(odds(), at=LATER + timedelta(minutes=1))
    now_offered = markets.listed().quote("spread", "home")
    assert now_offered.id != game.quote("spread", "home").id
    assert submit(contest.user(), wanted(game, "spread", "home"), at=LATER + timedelta(minutes=2)).status == 201
    [pick] = stored(contest)
    assert (pick["quote_id"], pick["line"], pick["price"]) == (now_offered.id, now_offered.line, now_offered.price)


def test_a_postponed_game_takes_no_picks(contest: Contest) -> None:
    game = list_game()
    store(odds(fixture(tip_off=TIP_OFF + timedelta(days=2))), at=LATER)
    submit(contest.user(), wanted(game, "moneyline", "home"), at=LATER).problem(409, "GAME_LOCKED")
