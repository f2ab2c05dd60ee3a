"""GET /games/{game_id}/odds through the deployed file."""

import base64
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from pickvs.core import clock
from tests.support.gateway import Answer, call
from tests.support.markets import (
    CAPTURED,
    TIP_OFF,
    book,
    final,
    fixture,
    list_game,
    moneyline,
    odds,
    record,
    spread,
    store,
)

MINUTE = timedelta(minutes=1)


def ask(game_id: object, at: datetime = CAPTURED + 10 * MINUTE, **query: str) -> Answer:
    with clock.held_at(at):
        return call("get_line_history", "GET", f"/games/{game_id}/odds", query=query or None)


def moves(answer: Answer, selection: str = "home") -> list[tuple[Any, ...]]:
    assert answer.status == 200, answer.body
    return [
        (row["bookmaker"], row["event"], row["closing"], row["line"], row["price"], row["captured_at"][14:16])
        for row in answer.body["odds"]
        if row["selection"] == selection
    ]


@pytest.fixture
def moved(database: str) -> int:
    """A game whose line opens at 23:10 and moves at 23:11. One book withdraws it at 23:12 and restores it at 23:13."""
    game = list_game(markets=(moneyline("a", -140, 120), moneyline("b", -145, 125)))
    store(odds(markets=(moneyline("a", -150, 130), moneyline("b", -145, 125))), at=CAPTURED + MINUTE)
    store(odds(markets=(moneyline("a", -150, 130),)), at=CAPTURED + 2 * MINUTE)
    store(odds(markets=(moneyline("a", -150, 130), moneyline("b", -155, 135))), at=CAPTURED + 3 * MINUTE)
    return game.id


HISTORY = [
    ("a", "open", None, -140, "10"),
    ("a", "move", None, -150, "11"),
    ("b", "open", None, -145, "10"),
    ("b", "withdrawn", None, None, "12"),
    ("b", "move", None, -155, "13"),
]


def with_closing(*closing: bool) -> list[tuple[Any, ...]]:
    return [(*row[:2], close, *row[2:]) for row, close in zip(HISTORY, closing, strict=True)]


def test_open_every_move_and_what_was_withdrawn(moved: int) -> None:
    answer = ask(moved)
    assert moves(answer) == with_closing(False, False, False, False, False)
    assert (answer.body["game_id"], answer.body["next_cursor"]) == (moved, None)
    assert answer.headers["cache-control"] == "public, max-age=30"
    assert answer.body["odds"][0] == {
        "bookmaker": "a",
        "market": "moneyline",
        "selection": "home",
        "event": "open",
        "closing": False,
        "line": None,
        "price": -140,
        "captured_at": "2024-01-10T23:10:00Z",
        "provider_updated_at": None,
    }


def test_the_last_before_the_tip_off_closes(moved: int) -> None:
    closed = with_closing(False, True, False, False, True)
    assert moves(ask(moved, TIP_OFF - timedelta(microseconds=1))) == with_closing(*[False] * 5)
    assert moves(ask(moved, TIP_OFF)) == closed
    record(final(fixture(), 110, 105), at=TIP_OFF + timedelta(hours=3))
    assert moves(ask(moved, TIP_OFF + timedelta(hours=4))) == closed


def test_what_was_off_the_board_at_tip_off_closes_without_a_price(moved: int) -> None:
    store(odds(markets=(moneyline("b", -155, 135),)), at=CAPTURED + 4 * MINUTE)
    assert moves(ask(moved, TIP_OFF))[2] == ("a", "withdrawn", True, None, None, "14")


def test_a_change_after_the_tip_off_is_no_close(database: str, moved: int) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE games SET commence_time = %s", (CAPTURED + 2 * MINUTE,))
    assert moves(ask(moved)) == with_closing(False, True, False, True, False)


def test_a_game_that_is_off_never_closes(database: str, moved: int) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE games SET status = 'postponed'")
    assert moves(ask(moved, TIP_OFF)) == with_closing(*[False] * 5)


def test_lines_are_each_sides_own(database: str) -> None:
    game = list_game(markets=(spread("a", "-2.5"), spread("b", "-2.5"))).id
    store(odds(markets=(spread("a", "-3"), spread("b", "-2.5"))), at=CAPTURED + MINUTE)
    assert moves(ask(game, bookmaker="a"), "away") == [
        ("a", "open", False, 2.5, -110, "10"),
        ("a", "move", False, 3, -110, "11"),
    ]


def test_market_and_bookmaker_can_be_asked_for(database: str) -> None:
    game = list_game().id

    def found(**query: str) -> set[tuple[str, str]]:
        return {(row["bookmaker"], row["market"]) for row in ask(game, **query).body["odds"]}

    assert found() == {
        (name, market) for name in ("draftkings", "fanduel") for market in ("moneyline", "spread", "total")
    }
    assert found(market="spread") == {("draftkings", "spread"), ("fanduel", "spread")}
    assert found(bookmaker="fanduel") == {("fanduel", "moneyline"), ("fanduel", "spread"), ("fanduel", "total")}
    assert found(bookmaker="fanduel", market="total") == {("fanduel", "total")}
    assert found(bookmaker="nobody") == set()


def pages(game: int, **query: str) -> Iterator[list[dict[str, Any]]]:
    cursor = None
    while True:
        body = ask(game, **query, **({"cursor": cursor} if cursor else {})).body
        yield body["odds"]
        if (cursor := body["next_cursor"]) is None:
            return


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 9, 10, 11])
def test_pages_show_every_change_once_in_order(moved: int, limit: int) -> None:
    whole = ask(moved).body["odds"]
    assert len(whole) == 10
    paged = list(pages(moved, limit=str(limit)))
    assert [row for page in paged for row in page] == whole
    assert [len(page) for page in paged[:-1]] == [limit] * (len(paged) - 1)
    assert len(paged) == -(-10 // limit)


def test_pages_keep_to_their_filters(database: str) -> None:
    game = list_game(markets=book("a") + book("b") + book("c")).id
    whole = ask(game, market="total").body["odds"]
    assert len(whole) == 6
    assert [row for page in pages(game, market="total", limit="1") for row in page] == whole


def test_other_games_stay_out(moved: int) -> None:
    other = list_game(fixture("b" * 32, home="Utah Jazz"), at=CAPTURED + 5 * MINUTE).id
    assert len(ask(moved).body["odds"]) == 10
    assert {row["captured_at"] for row in ask(other).body["odds"]} == {"2024-01-10T23:15:00Z"}


def test_a_game_without_odds_has_no_history(database: str) -> None:
    game = list_game(markets=()).id
    assert ask(game).body == {"game_id": game, "odds": [], "next_cursor": None}


def test_an_unknown_game(database: str) -> None:
    ask(7).problem(404, "GAME_NOT_FOUND")


@pytest.mark.parametrize(
    ("game", "query", "field"),
    [
        ("0", {}, "game_id"),
        ("one", {}, "game_id"),
        ("1", {"market": "h2h"}, "market"),
        ("1", {"bookmaker": ""}, "bookmaker"),
        ("1", {"bookmaker": "a\0"}, "bookmaker"),
        ("1", {"limit": "101"}, "limit"),
        ("1", {"selection": "home"}, "selection"),
    ],
)
def test_a_bad_value_is_named(database: str, game: str, query: dict[str, str], field: str) -> None:
    answer = ask(game, **query)
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {field}


def cursor(*position: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


MOMENT = "2024-01-11T00:10:00+00:00"


@pytest.mark.parametrize(
    "bad",
    [
        "rubbish",
        cursor(1, "a", "moneyline", "home"),
        cursor(2, "a", "moneyline", "home", MOMENT),
        cursor(1, "a", "h2h", "home", MOMENT),
        cursor(1, "a", "moneyline", "nobody", MOMENT),
        cursor(1, "a", "moneyline", "home", "tomorrow"),
        cursor(1, "a\0", "moneyline", "home", MOMENT),
        cursor("1", "a", "moneyline", "home", MOMENT),
    ],
)
def test_a_cursor_that_this_list_did_not_write(database: str, bad: str) -> None:
    assert list_game().id == 1
    answer = ask(1, cursor=bad)
    answer.problem(422, "INVALID_CURSOR")
    assert answer.fields() == {"cursor"}
