"""GET /picks/public and /picks/public.csv through the deployed files: the settled ledger, page by page."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest

from tests.support.contest import TIP_OFF, Contest
from tests.support.ledger import get_pick, ledger, ledger_csv, moneyline, public, settle_now
from tests.support.picking import set_pick_rules

EARLY = TIP_OFF - timedelta(hours=9)


@pytest.fixture(autouse=True)
def _pick_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    set_pick_rules(monkeypatch)


def ids(**query: str) -> list[int]:
    return [pick["id"] for pick in public(**query)]


def pages(**query: str) -> Iterator[list[dict[str, Any]]]:
    cursor: dict[str, str] = {}
    while True:
        body = ledger(**query, **cursor).body
        yield body["picks"]
        if body["next_cursor"] is None:
            return
        cursor = {"cursor": body["next_cursor"]}


def test_an_empty_ledger(contest: Contest) -> None:
    moneyline(contest, contest.user())
    assert ledger().body == {"picks": [], "next_cursor": None}


def test_a_settled_pick_is_shown_as_by_itself(contest: Contest) -> None:
    anna, game = contest.user("Anna"), contest.game()
    pick = moneyline(contest, anna, game)
    contest.final(game, 101, 100)
    assert public() == []
    settle_now()
    assert public() == [get_pick(anna, pick).body]


def test_the_latest_games_come_first_and_of_a_game_the_latest_pick(contest: Contest) -> None:
    anna, bert = contest.user(), contest.user()
    early, late, same = contest.game(TIP_OFF - timedelta(days=1)), contest.game(), contest.game()
    quotes = [contest.quote(game, "moneyline", "home", None, -110) for game in (late, early, same)]
    made = [contest.pick(user, quote) for quote in quotes for user in (anna, bert)]
    for game in (same, late, early):
        contest.final(game, 1, 0)
    settle_now()
    assert ids() == [made[place] for place in (5, 4, 1, 0, 3, 2)]


def test_only_the_entry_in_force_is_shown(contest: Contest) -> None:
    game = contest.game()
    moneyline(contest, contest.user(), game)
    for away, expected in ((100, "win"), (102, "loss"), (103, "loss")):
        contest.final(game, 101, away)
        settle_now()
        assert [(pick["result"], pick["game"]["away_score"]) for pick in public()] == [(expected, away)]
    contest.reopen(game)
    settle_now()
    assert public() == []


def test_nothing_of_a_game_that_may_yet_be_picked_is_shown_whatever_the_ledger_says(contest: Contest) -> None:
    anna, game = contest.user("Anna"), contest.game()
    pick = moneyline(contest, anna, game)
    contest.void(game, EARLY)
    settle_now()
    for status in ("postponed", "cancelled", "scheduled"):
        contest.connection.execute("UPDATE games SET status = %s WHERE id = %s", (status, game))
        assert public(EARLY) == public(EARLY, username="Anna") == []
    lock = TIP_OFF - timedelta(seconds=120)
    assert public(lock - timedelta(microseconds=1)) == []
    assert [found["id"] for found in public(lock)] == [found["id"] for found in public(lock, username="anna")] == [pick]


# -------------------------------------------------------------------------------------------------------- filters


@pytest.fixture
def season(contest: Contest) -> dict[str, list[int]]:
    """Five days of one game each, with Anna's pick on the moneyline and Bert's on the total. Returns the ids by day."""
    anna, bert = contest.user("Anna"), contest.user("bert")
    made: dict[str, list[int]] = {"Anna": [], "bert": []}
    for day in range(5):
        game = contest.game(TIP_OFF + timedelta(days=day))
        made["Anna"].append(moneyline(contest, anna, game))
        made["bert"].append(contest.pick(bert, contest.quote(game, "total", "over", Decimal(200), -110)))
        contest.final(game, 110, 100)
    settle_now()
    return made


def test_by_username_in_any_case(season: dict[str, list[int]]) -> None:
    for name in ("Anna", "anna", "ANNA"):
        assert ids(username=name) == season["Anna"][::-1]
    assert ids(username="nobody") == []


def test_by_market_and_sport(season: dict[str, list[int]]) -> None:
    assert ids(market="total", sport="basketball_nba") == season["bert"][::-1]
    assert ids(market="total", username="Anna") == ids(market="spread") == []


def test_by_the_time_of_the_game(season: dict[str, list[int]]) -> None:
    span = {"from": "2024-01-06T00:30:00Z", "to": "2024-01-08T00:30:00Z"}
    assert ids(**span, market="moneyline") == ids(**span, username="Anna") == season["Anna"][2:0:-1]
    assert ids(**{"from": "2024-01-09T00:30:00Z"}, market="total") == [season["bert"][4]]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"username": "x"}, "username"),
        ({"username": "a b c"}, "username"),
        ({"username": "x" * 31}, "username"),
        ({"sport": "chess"}, "sport"),
        ({"market": "h2h"}, "market"),
        ({"from": "yesterday"}, "from"),
        ({"from": "2024-01-05T00:00:00Z", "to": "2024-01-05T00:00:00Z"}, "to"),
        ({"format": "xml"}, "format"),
        ({"limit": "101"}, "limit"),
        ({"status": "win"}, "status"),
    ],
)
def test_bad_filters_are_named(query: dict[str, str], field: str) -> None:
    answer = ledger(**query)  # no database here: the handler runs no query
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {field}


@pytest.mark.parametrize("cursor", ["", "x", "W10", "WyJ4IiwxLDFd", "WyIyMDI0LTAxLTA1VDAwOjMwOjAwIiwxLDFd"])
def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    ledger(cursor=cursor).problem(422, "INVALID_CURSOR")


# ---------------------------------------------------------------------------------------------------------- pages


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("query", [{}, {"market": "total"}, {"username": "bert"}])
def test_pages_join_to_the_whole_ledger(contest: Contest, query: dict[str, str], limit: int) -> None:
    users = [contest.user(name) for name in ("Anna", "bert", "carl")]
    for number in range(4):
        game = contest.game(TIP_OFF + timedelta(days=number // 2))
        over = contest.quote(game, "total", "over", Decimal(200), -110)
        for user in users:
            winner = contest.quote(game, "moneyline", "home", None, -110, superseded_at=TIP_OFF)
            contest.pick(user, winner)
            contest.pick(user, over)
        if number != 1:
            contest.final(game, 110, 100)
    settle_now()
    whole = public(**query)
    assert len(whole) == {(): 18, ("market",): 9, ("username",): 6}[tuple(query)]
    assert [pick for page in pages(**query, limit=str(limit)) for pick in page] == whole


def test_a_regrade_moves_no_pick_while_somebody_reads(season: dict[str, list[int]], contest: Contest) -> None:
    whole = ids()
    reading = pages(limit="4")
    read = [pick["id"] for pick in next(reading)]
    for row in contest.connection.execute("SELECT id FROM games ORDER BY id").fetchall():
        contest.final(row["id"], 90, 100)
    settle_now()
    assert read + [pick["id"] for page in reading for pick in page] == whole


# ------------------------------------------------------------------------------------------------------------ csv


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


def test_a_page_as_csv(contest: Contest) -> None:
    game = contest.game()
    pick = contest.pick(contest.user("Anna"), contest.quote(game, "spread", "home", Decimal("-2.5"), -110))
    contest.final(game, 100, 101)
    settle_now()
    answer = ledger(format="csv")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert "x-next-cursor" not in answer.headers
    header, row, end = answer.body.split("\r\n")
    assert end == ""
    assert header == (
        "id,username,game_id,home_team,away_team,commence_time,game_status,home_score,away_score,market,selection,line,"
        "price,stake_units,placed_at,result,result_units,graded_at,closing_line,closing_price,clv_percent,"
        "void_reason,clv_reason,clv_points"
    )
    teams = contest.connection.execute("SELECT home_team, away_team FROM games").fetchone()
    assert teams is not None
    assert row == (
        f"{pick},Anna,{game},{teams['home_team']},{teams['away_team']},2024-01-05T00:30:00Z,finished,100,101,spread,"
        "home,-2.5,-110,1.0,2024-01-04T12:30:00Z,loss,-1.0000,2024-01-05T04:30:00Z,,,,,no_close,"
    )


def test_names_run_nothing_in_a_spreadsheet(contest: Contest) -> None:
    game = contest.game()
    contest.connection.execute("UPDATE games SET home_team = %s, away_team = %s", ("=1+1", 'A "B", C'))
    moneyline(contest, contest.user("-2-3"), game)
    contest.final(game, 1, 0)
    settle_now()
    [row] = table(ledger(format="csv").body)
    assert (row["username"], row["home_team"], row["away_team"]) == ("'-2-3", "'=1+1", 'A "B", C')
    assert row["price"] == "-110"


def test_csv_pages_go_on_by_the_header(season: dict[str, list[int]]) -> None:
    read, cursor = [], {}
    while True:
        answer = ledger(format="csv", limit="3", **cursor)
        read += [int(row["id"]) for row in table(answer.body)]
        if "x-next-cursor" not in answer.headers:
            break
        cursor = {"cursor": answer.headers["x-next-cursor"]}
    assert read == ids()


@pytest.mark.parametrize("query", [{}, {"market": "total", "limit": "2"}, {"username": "Anna"}])
def test_csv_has_an_operation_of_its_own_with_the_same_pages(
    season: dict[str, list[int]], query: dict[str, str]
) -> None:
    first, older = ledger_csv(**query), ledger(format="csv", **query)
    assert first == older
    cursor = first.headers.get("x-next-cursor")
    assert (cursor is None) == ("limit" not in query)
    if cursor is not None:
        assert ledger_csv(**query, cursor=cursor) == ledger(format="csv", **query, cursor=cursor)
        assert ledger(**query, cursor=cursor).body["picks"], "a cursor of CSV is one of JSON"


def test_the_operation_for_csv_has_no_format(contest: Contest) -> None:
    ledger_csv(format="csv").problem(422, "INVALID_VALUE")


def test_an_error_stays_a_problem_document(contest: Contest) -> None:
    for answer in (ledger(format="csv", sport="chess"), ledger_csv(sport="chess")):
        answer.problem(422, "INVALID_VALUE")
