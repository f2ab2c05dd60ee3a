"""GET /leaderboard through the deployed file."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from tests.support.contest import TIP_OFF, Contest
from tests.support.gateway import Answer, call

AT = TIP_OFF + timedelta(hours=4)


def settle_now() -> None:
    with transaction() as connection:
        settle(connection, AT)


def board(**query: str) -> Answer:
    with clock.held_at(AT):
        return call("get_leaderboard", "GET", "/leaderboard", query=query or None)


def rows(**query: str) -> list[dict[str, Any]]:
    answer = board(**query)
    assert answer.status == 200, answer.body
    return list(answer.body["leaderboard"])


def test_an_empty_board(contest: Contest) -> None:
    assert contest
    assert board().body == {"leaderboard": [], "as_of": None, "next_cursor": None}


def test_a_row_has_the_fields_of_the_contract(contest: Contest) -> None:
    game, anna = contest.game(), contest.user("anna")
    contest.pick(anna, contest.quote(game, "moneyline", "home", None, -110), Decimal("1.5"))
    contest.pick(anna, contest.quote(game, "total", "under", Decimal(200), -110))
    contest.final(game, 120, 90)
    settle_now()
    assert board().body == {
        "leaderboard": [
            {
                "rank": 1,
                "username": "anna",
                "total_units": 0.3636,
                "total_wagered": 2.5,
                "roi": 14.54,
                "wins": 1,
                "losses": 1,
                "pushes": 0,
                "picks": 2,
                "win_rate": 50.0,
                "clv_percent": None,
            }
        ],
        "as_of": "2024-01-05T04:30:00Z",
        "next_cursor": None,
    }


def fill(contest: Contest, users: int) -> None:
    """`users` users with 21 picks on 7 games, most of them alike, so that there are many ties."""
    everybody = [contest.user() for _ in range(users)]
    for day in range(7):
        game = contest.game(TIP_OFF - timedelta(days=day))
        for market, sides, line in (
            ("moneyline", ("home", "away"), None),
            ("spread", ("home", "away"), Decimal("3.5")),
            ("total", ("over", "under"), Decimal("199.5")),
        ):
            quotes = [contest.quote(game, market, side, line, 110) for side in sides]
            for number, user in enumerate(everybody):
                contest.pick(user, quotes[(number + day) % 5 % 2])
        contest.final(game, 100 + day, 99)
    settle_now()


@pytest.mark.parametrize("query", [{}, {"sort": "roi"}, {"market": "spread"}, {"period": "season"}, {"period": "day"}])
def test_pages_join_to_the_whole_board(contest: Contest, query: dict[str, str]) -> None:
    fill(contest, 23)
    whole = rows(**query, limit="100")
    assert len(whole) == 23
    paged: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = board(**query, **cursor, limit="4").body
        paged += answer["leaderboard"]
        if answer["next_cursor"] is None:
            break
        assert len(answer["leaderboard"]) == 4
        cursor = {"cursor": answer["next_cursor"]}
    assert paged == whole
    values = [row["roi" if query.get("sort") == "roi" else "total_units"] for row in whole]
    assert values == sorted(values, reverse=True)
    assert [row["rank"] for row in whole] == [values.index(value) + 1 for value in values]


def test_filters_sum_only_their_part_of_the_ledger(contest: Contest) -> None:
    fill(contest, 3)
    everything = {row["username"]: row for row in rows()}
    by_market = [{row["username"]: row for row in rows(market=market)} for market in ("moneyline", "spread", "total")]
    for name, row in everything.items():
        assert row["picks"] == 21
        assert [part[name]["picks"] for part in by_market] == [7, 7, 7]
        assert sum(Decimal(str(part[name]["total_units"])) for part in by_market) == Decimal(str(row["total_units"]))
    assert {row["picks"] for row in rows(period="day")} == {3}
    assert {row["picks"] for row in rows(period="week")} == {15}
    assert {row["picks"] for row in rows(period="month")} == {15}
    assert {row["picks"] for row in rows(period="season", sport="basketball_nba")} == {21}


def test_ratios_need_twenty_graded_picks(contest: Contest) -> None:
    game, anna = contest.game(), contest.user("anna")
    contest.pick(anna, contest.quote(game, "moneyline", "home", None, -110))
    contest.final(game, 120, 90)
    settle_now()
    assert rows(sort="roi") == rows(sort="clv") == []
    assert len(rows(sort="units")) == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"period": "year"}, "period"),
        ({"market": "h2h"}, "market"),
        ({"sort": "luck"}, "sort"),
        ({"sport": "chess"}, "sport"),
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"sprot": "basketball_nba"}, "sprot"),
    ],
)
def test_bad_filters_are_named(contest: Contest, query: dict[str, str], field: str) -> None:
    assert contest
    answer = board(**query)
    answer.problem(422, "INVALID_VALUE")
    assert field in answer.fields()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "bm9wZQ",
        "WzFd",
        "WyJOYU4iLCIxIiwxLDFd",
        "WyJ4IiwiMSIsMSwxXQ",
        "WyIxZTk5OTk5OSIsIjEiLDEsMV0",
        "WyIxIiwiMSIsMSwxMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwXQ",
        "%00",
        "é" * 9,
    ],
)
def test_a_made_up_cursor_is_refused(contest: Contest, cursor: str) -> None:
    assert contest
    board(cursor=cursor).problem(422, "INVALID_CURSOR")
