"""GET /leaderboard through the deployed file."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.core.paging import read_cursor, write_cursor
from pickvs.standings.rules import skill
from tests.support.boards import kept
from tests.support.contest import TIP_OFF, Contest
from tests.support.full_board import AT, fill, settle_now
from tests.support.gateway import Answer, call


def board(**query: str) -> Answer:
    with clock.held_at(AT):
        return call("get_leaderboard", "GET", "/leaderboard", query=query or None)


def rows(**query: str) -> list[dict[str, Any]]:
    answer = board(**query)
    assert answer.status == 200, answer.body
    return list(answer.body["leaderboard"])


def test_an_empty_board(contest: Contest) -> None:
    assert contest
    assert board().body == {
        "leaderboard": [],
        "starts_on": None,
        "ends_on": None,
        "as_of": None,
        "next_cursor": None,
    }


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
                "skill": 0.08,
                "skill_low": -9.7,
                "skill_high": 9.85,
            }
        ],
        "starts_on": None,
        "ends_on": None,
        "as_of": "2024-01-05T04:30:00Z",
        "next_cursor": None,
    }


VALUES = {"units": "total_units", "roi": "roi", "clv": "clv_percent", "skill": "skill"}


QUERIES: list[dict[str, str]] = [
    {},
    *({"sort": sort} for sort in VALUES),
    {"market": "spread"},
    {"period": "season", "sport": "basketball_nba", "sort": "skill"},
    {"period": "day"},
]


def test_pages_join_to_the_whole_board(contest: Contest, subtests: pytest.Subtests) -> None:
    fill(contest, 23)
    for query in QUERIES:
        with subtests.test(query=query):
            check_pages(query)


def check_pages(query: dict[str, str]) -> None:
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
    values = [row[VALUES[query.get("sort", "units")]] for row in whole]
    assert values == sorted(values, reverse=True)
    assert [row["rank"] for row in whole] == [values.index(value) + 1 for value in values]
    assert len(set(values)) < len(values)
    ties = [(-row["rank"], row["roi"], row["picks"], -int(row["username"].removeprefix("user-"))) for row in whole]
    assert ties == sorted(ties, reverse=True)


def test_a_deep_page_has_the_right_ranks_after_the_board_has_changed(contest: Contest) -> None:
    users = fill(contest, 9)
    cursor = board(limit="4").body["next_cursor"]
    assert [row["rank"] for row in board(limit="4", cursor=cursor).body["leaderboard"]] == [
        row["rank"] for row in rows()[4:8]
    ]
    # The last user moves to the top. Everyone still below the first page moves down by one.
    last = rows()[-1]["username"]
    game = contest.game(TIP_OFF - timedelta(hours=1))
    contest.pick(users[last], contest.quote(game, "moneyline", "home", None, 5000), Decimal(5))
    contest.final(game, 100, 90)
    settle_now()
    page = board(limit="4", cursor=cursor).body["leaderboard"]
    whole = rows()
    assert whole[0]["username"] == last
    assert page == whole[5:9]


def test_a_board_of_a_period_that_is_over_is_empty(contest: Contest) -> None:
    fill(contest, 2)
    assert len(rows(period="day")) == 2
    with clock.held_at(AT + timedelta(days=1)):
        later = call("get_leaderboard", "GET", "/leaderboard", query={"period": "day"})
        assert later.body == {
            "leaderboard": [],
            "starts_on": "2024-01-05",
            "ends_on": "2024-01-05",
            "as_of": None,
            "next_cursor": None,
        }
        assert len(call("get_leaderboard", "GET", "/leaderboard", query={"period": "month"}).body["leaderboard"]) == 2


@pytest.mark.parametrize(
    ("period", "starts_on", "ends_on"),
    [
        ("day", "2024-01-04", "2024-01-04"),
        ("week", "2024-01-01", "2024-01-07"),
        ("month", "2024-01-01", "2024-01-31"),
        ("season", "2023-08-01", "2024-07-31"),
        ("all", None, None),
    ],
)
def test_a_board_says_which_dates_it_covers(
    contest: Contest, period: str, starts_on: str | None, ends_on: str | None
) -> None:
    dates = (starts_on, ends_on)
    before = board(period=period, sport="basketball_nba").body
    assert (before["starts_on"], before["ends_on"]) == dates
    fill(contest, 1)
    for query in ({}, {"sport": "basketball_nba"}):
        found = board(period=period, **query).body
        assert (found["starts_on"], found["ends_on"]) == dates


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (datetime(2024, 1, 5, 3, 0, tzinfo=UTC), 1),  # the evening
        (datetime(2024, 1, 5, 5, 30, tzinfo=UTC), 1),  # 00:30 in New York
        (datetime(2024, 1, 5, 15, 0, tzinfo=UTC), 1),  # the morning after
        (datetime(2024, 1, 5, 17, 0, tzinfo=UTC), 0),  # noon
    ],
)
def test_last_night_is_on_the_board_until_noon_in_new_york(contest: Contest, at: datetime, shown: int) -> None:
    fill(contest, 1)
    with clock.held_at(at):
        for query in ({}, {"sport": "basketball_nba"}):
            answer = call("get_leaderboard", "GET", "/leaderboard", query={"period": "day", **query})
            assert len(answer.body["leaderboard"]) == shown


def test_what_a_board_shows_is_what_the_rules_say(contest: Contest, database: str) -> None:
    fill(contest, 5)
    for key, standings in kept(database).items():
        for row in standings.values():
            assert row["skill"] == skill(row["total_units"], row["total_wagered"], row["risk"]).estimate, key
            assert row["picks"] == row["wins"] + row["losses"] + row["pushes"]


def test_filters_sum_only_their_part_of_the_ledger(contest: Contest) -> None:
    fill(contest, 3)
    everything = {row["username"]: row for row in rows()}
    by_market = [{row["username"]: row for row in rows(market=market)} for market in ("moneyline", "spread", "total")]
    for name, row in everything.items():
        assert row["picks"] == 21
        assert [part[name]["picks"] for part in by_market] == [7, 7, 7]
        assert sum(Decimal(str(part[name]["total_units"])) for part in by_market) == Decimal(str(row["total_units"]))
    assert {row["picks"] for row in rows(period="day")} == {3}
    assert {row["picks"] for row in rows(period="week")} == {12}
    assert {row["picks"] for row in rows(period="month")} == {12}
    assert {row["picks"] for row in rows(period="season", sport="basketball_nba")} == {21}


def test_ratios_need_twenty_graded_picks(contest: Contest) -> None:
    game, anna = contest.game(), contest.user("anna")
    contest.pick(anna, contest.quote(game, "moneyline", "home", None, -110))
    contest.final(game, 120, 90)
    settle_now()
    assert rows(sort="roi") == rows(sort="clv") == rows(sort="skill") == []
    assert len(rows(sort="units")) == 1


def test_a_cursor_of_another_order_is_refused(contest: Contest) -> None:
    fill(contest, 3)
    cursor = board(limit="1").body["next_cursor"]
    assert board(cursor=cursor).status == 200
    board(sort="roi", cursor=cursor).problem(422, "INVALID_CURSOR")


def test_a_rank_written_into_a_cursor_by_hand_is_not_believed(contest: Contest) -> None:
    fill(contest, 9)
    whole = rows()
    cursor = board(limit="6").body["next_cursor"]
    sort, value, roi, picks, user, row, rank, signature = read_cursor(cursor, str, str, str, int, int, int, int, str)
    assert (row, rank) == (6, whole[5]["rank"])
    forged = [
        write_cursor(sort, value, roi, picks, user, 1, 1, signature),
        write_cursor(sort, value, "9999", picks, user, row, rank, signature),
        write_cursor(sort, value, roi, picks, user, 2**40, 2**40, "0" * 32),
        write_cursor(sort, value, roi, picks, user, 0, -1, ""),
    ]
    for cursor in forged:
        page = rows(cursor=cursor)
        assert page == whole[len(whole) - len(page) :]


def test_an_empty_cursor_is_refused(contest: Contest) -> None:
    fill(contest, 3)
    board(cursor="").problem(422, "INVALID_CURSOR")


def test_a_cursor_of_another_board_reads_as_a_position_there(contest: Contest) -> None:
    fill(contest, 9)
    cursor = board(limit="3", market="total").body["next_cursor"]
    whole = rows()
    page = board(cursor=cursor).body["leaderboard"]
    assert page == whole[len(whole) - len(page) :]


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
        write_cursor("units", "NaN", "1", 1, 1, 1, 1, "s"),
        write_cursor("units", "x", "1", 1, 1, 1, 1, "s"),
        write_cursor("units", "1e999999", "1", 1, 1, 1, 1, "s"),
        write_cursor("units", "1", "1", 1, 10**39, 1, 1, "s"),
        write_cursor("units", "1", "1", 1, 1, 1, 1, "ß"),
        write_cursor("units", "1", "1", 1, 1, 1, 1, 1),
        write_cursor("skill", "1", "1", 1, 1, 1, 1, "s"),
        "%00",
        "é" * 9,
    ],
)
def test_a_made_up_cursor_is_refused(contest: Contest, cursor: str) -> None:
    assert contest
    board(cursor=cursor).problem(422, "INVALID_CURSOR")
