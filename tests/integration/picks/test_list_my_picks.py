"""GET /picks/me through the deployed file, on the real database."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from tests.support.contest import TIP_OFF, Contest
from tests.support.gateway import Answer, call
from tests.support.picking import set_pick_rules, submit, want

AT = TIP_OFF + timedelta(hours=4)


def mine(user: int, **query: str) -> Answer:
    return call("list_my_picks", "GET", "/picks/me", query=query or None, user=(user, "somebody"))


def picks(user: int, **query: str) -> list[dict[str, Any]]:
    answer = mine(user, **query)
    assert answer.status == 200, answer.body
    return list(answer.body["picks"])


def ids(user: int, **query: str) -> list[int]:
    return [pick["id"] for pick in picks(user, **query)]


def settle_now() -> None:
    with transaction() as connection:
        settle(connection, AT)


def moneyline(contest: Contest, user: int, game: int | None = None) -> int:
    return contest.pick(user, contest.quote(game or contest.game(), "moneyline", "home", None, -110))


# ------------------------------------------------------------------------------------------------------- one pick


def test_somebody_without_picks(contest: Contest) -> None:
    assert mine(contest.user()).body == {"picks": [], "next_cursor": None}


def test_a_pick_is_listed_as_it_was_answered_when_it_was_made(
    contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_pick_rules(monkeypatch)
    anna, game = contest.user(), contest.game()
    spread = contest.quote(game, "spread", "home", Decimal("-2.5"), 105)
    winner = contest.quote(game, "moneyline", "away", None, 140)
    wanted = want(contest, spread, stake_units=1.5), want(contest, winner)
    made = submit(anna, *wanted, at=TIP_OFF - timedelta(hours=3)).body["picks"]
    assert picks(anna) == sorted(made, key=lambda pick: -pick["id"])


def test_a_settled_pick_has_the_fields_of_the_contract(contest: Contest) -> None:
    anna, game = contest.user(), contest.game()
    quote = contest.quote(game, "spread", "away", Decimal("2.5"), -110)
    pick = contest.pick(anna, quote, Decimal("1.5"))
    result = contest.final(game, 101, 100)
    contest.connection.execute(
        "INSERT INTO settlement_ledger VALUES (%s, %s, 1, 'win', 1.3636, 1.5, 2.5, -118, 2.0661, %s)",
        (pick, result, AT),
    )
    teams = contest.connection.execute("SELECT home_team, away_team FROM games").fetchone()
    assert teams is not None
    assert picks(anna) == [
        {
            "id": pick,
            "game": {
                "id": game,
                **teams,
                "commence_time": "2024-01-05T00:30:00Z",
                "status": "finished",
                "home_score": 101,
                "away_score": 100,
            },
            "market": "spread",
            "selection": "away",
            "line": 2.5,
            "price": -110,
            "stake_units": 1.5,
            "placed_at": "2024-01-04T12:30:00Z",
            "result": "win",
            "result_units": 1.3636,
            "graded_at": "2024-01-05T04:30:00Z",
            "void_reason": None,
            "closing_line": 2.5,
            "closing_price": -118,
            "clv_percent": 2.0661,
            "clv_reason": None,
            "clv_points": None,
        }
    ]


def test_an_entry_that_was_taken_back_leaves_the_pick_pending(contest: Contest) -> None:
    anna, game = contest.user(), contest.game()
    moneyline(contest, anna, game)
    before = picks(anna)
    contest.final(game, 101, 100)
    settle_now()
    assert [(pick["result"], pick["result_units"]) for pick in picks(anna)] == [("win", 0.9091)]
    contest.reopen(game)
    settle_now()
    assert picks(anna) == before


def test_a_corrected_result_replaces_the_earlier_one(contest: Contest) -> None:
    anna, game = contest.user(), contest.game()
    pick = moneyline(contest, anna, game)
    contest.final(game, 101, 100)
    settle_now()
    contest.final(game, 101, 102)
    settle_now()
    assert [entry[:2] for entry in contest.ledger(pick)] == [(1, "win"), (-1, "win"), (1, "loss")]
    assert [(row["result"], row["result_units"]) for row in picks(anna)] == [("loss", -1.0)]
    contest.void(game)
    settle_now()
    assert [(row["result"], row["result_units"]) for row in picks(anna)] == [("void", 0.0)]


def test_nobody_sees_the_picks_of_others(contest: Contest) -> None:
    anna, bert, game = contest.user(), contest.user(), contest.game()
    of_anna, of_bert = moneyline(contest, anna, game), moneyline(contest, bert)
    assert ids(anna) == [of_anna]
    assert ids(bert) == [of_bert]
    assert ids(contest.user()) == []


def test_a_cursor_of_another_user_shows_only_own_picks(contest: Contest) -> None:
    anna, bert = contest.user(), contest.user()
    rows = [(moneyline(contest, anna), moneyline(contest, bert)) for _ in range(3)]
    cursor = mine(anna, limit="1").body["next_cursor"]
    assert ids(bert, cursor=cursor) == [of_bert for _, of_bert in reversed(rows[:2])]


# -------------------------------------------------------------------------------------------------------- filters


@pytest.fixture
def five(contest: Contest) -> dict[str, int]:
    """One pick of each status, all by one user (id under `anna`)."""
    anna = contest.user()
    made: dict[str, int] = {}
    for day, (status, score) in enumerate({"win": (9, 5), "loss": (5, 9), "push": (7, 7), "void": None}.items()):
        game = contest.game(TIP_OFF + timedelta(days=day))
        made[status] = contest.pick(anna, contest.quote(game, "spread", "home", Decimal(0), -110))
        contest.final(game, *score) if score else contest.void(game)
    made["pending"] = moneyline(contest, anna, contest.game(TIP_OFF + timedelta(days=4)))
    settle_now()
    return made | {"anna": anna}


def test_by_status(five: dict[str, int]) -> None:
    anna = five.pop("anna")
    for status, pick in five.items():
        assert ids(anna, status=status) == [pick]
    assert sorted(ids(anna)) == sorted(five.values())


def test_by_status_after_a_reopening(contest: Contest) -> None:
    anna, game = contest.user(), contest.game()
    pick = moneyline(contest, anna, game)
    contest.final(game, 101, 100)
    settle_now()
    contest.reopen(game)
    settle_now()
    assert (ids(anna, status="pending"), ids(anna, status="win")) == ([pick], [])


def test_by_market(five: dict[str, int]) -> None:
    anna = five["anna"]
    assert ids(anna, market="moneyline") == [five["pending"]]
    assert ids(anna, market="total") == []
    assert len(ids(anna, market="spread")) == 4


def test_by_sport(contest: Contest) -> None:
    anna = contest.user()
    moneyline(contest, anna, contest.game(sport="curling"))
    pick = moneyline(contest, anna)
    assert ids(anna, sport="basketball_nba") == [pick]


def test_by_the_time_of_the_game(five: dict[str, int]) -> None:
    anna = five["anna"]
    assert ids(anna, **{"from": "2024-01-06T00:30:00Z"}) == [
        five[status] for status in ("pending", "void", "push", "loss")
    ]
    assert ids(anna, to="2024-01-06T00:30:00Z") == [five["win"]]
    assert ids(anna, **{"from": "2024-01-06T00:30:00Z", "to": "2024-01-06T00:30:00.000001Z"}) == [five["loss"]]
    assert ids(anna, **{"from": "2024-01-05T19:30:00-05:00", "to": "2024-01-07T01:30:00+01:00"}) == [five["loss"]]


def test_filters_narrow_together(five: dict[str, int]) -> None:
    anna = five["anna"]
    assert ids(anna, status="push", market="spread", sport="basketball_nba", to="2024-01-08T00:00:00Z") == [
        five["push"]
    ]
    assert ids(anna, status="push", market="moneyline") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "won"}, "status"),
        ({"status": "PENDING"}, "status"),
        ({"status": ""}, "status"),
        ({"sport": "chess"}, "sport"),
        ({"sport": "basketball_nba\0"}, "sport"),
        ({"sport": "x" * 61}, "sport"),
        ({"market": "h2h"}, "market"),
        ({"from": "2024-01-05T00:30:00"}, "from"),
        ({"from": "2024-01-05Z"}, "from"),
        ({"from": "yesterday"}, "from"),
        ({"from": "1704414600"}, "from"),
        ({"from": "0001-01-01T00:00:00+14:00"}, "from"),
        ({"to": "9999-12-31T23:59:59-14:00"}, "to"),
        ({"to": "2024-02-30T00:00:00Z"}, "to"),
        ({"from": "2024-01-05T00:00:00Z", "to": "2024-01-05T00:00:00Z"}, "to"),
        ({"from": "2024-01-05T00:00:00Z", "to": "2024-01-04T00:00:00Z"}, "to"),
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"since": "2024-01-05T00:00:00Z"}, "since"),
        ({"user_id": "1"}, "user_id"),
    ],
)
def test_bad_filters_are_named(query: dict[str, str], field: str) -> None:
    answer = mine(7, **query)  # no database here: the handler runs no query
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {field}


@pytest.mark.parametrize("cursor", ["", "x", "W10", "WyIxIl0", "WzEsMl0", "WzkyMjMzNzIwMzY4NTQ3NzU4MDhd", "é" * 9])
def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    mine(7, cursor=cursor).problem(422, "INVALID_CURSOR")


def test_without_an_identity_nothing_is_shown() -> None:
    call("list_my_picks", "GET", "/picks/me").problem(401, "UNAUTHENTICATED")


# ---------------------------------------------------------------------------------------------------------- pages


def pages(user: int, **query: str) -> Iterator[list[dict[str, Any]]]:
    cursor: dict[str, str] = {}
    while True:
        body = mine(user, **query, **cursor).body
        yield body["picks"]
        if body["next_cursor"] is None:
            return
        cursor = {"cursor": body["next_cursor"]}


def test_pages_join_to_the_whole_list_while_picks_are_made(contest: Contest) -> None:
    anna, bert = contest.user(), contest.user()
    made = []
    for _ in range(23):
        made.append(moneyline(contest, anna))
        moneyline(contest, bert)
    whole = picks(anna)
    assert [pick["id"] for pick in whole] == made[::-1]
    paged: list[dict[str, Any]] = []
    for page in pages(anna, limit="5"):
        assert len(page) == 5 or len(paged) == 20
        paged += page
        moneyline(contest, anna)
    assert paged == whole


def test_filtered_pages_join_to_the_whole_filtered_list(contest: Contest) -> None:
    anna, games = contest.user(), [contest.game() for _ in range(12)]
    for number, game in enumerate(games):
        moneyline(contest, anna, game)
        contest.pick(anna, contest.quote(game, "total", "over", Decimal(200), -110))
        if number % 3 == 0:
            contest.final(game, 120, 90)
    settle_now()
    whole = picks(anna, status="pending", market="total")
    assert len(whole) == 8
    for limit in (1, 3, 4, 8, 100):
        assert [
            pick for page in pages(anna, status="pending", market="total", limit=str(limit)) for pick in page
        ] == whole


def test_the_last_page_is_known_to_be_the_last(contest: Contest) -> None:
    anna = contest.user()
    for _ in range(4):
        moneyline(contest, anna)
    assert [len(page) for page in pages(anna, limit="2")] == [2, 2]
    assert [len(page) for page in pages(anna, limit="4")] == [4]
