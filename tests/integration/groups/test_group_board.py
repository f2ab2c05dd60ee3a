"""The board of a group is the public board filtered to its members, over any boards, periods, sports and orders."""

import random
from collections.abc import Iterator
from itertools import product
from typing import Any

import psycopg
import pytest

from pickvs.core import clock
from pickvs.sports.rules import SPORTS
from pickvs.standings.rules import PERIODS, spans
from tests.support.accounts import make_user
from tests.support.contest import Contest
from tests.support.full_board import AT, fill
from tests.support.gateway import call
from tests.support.groups import NOW, User, ask, found, join

PLAYED = ("basketball_nba", "icehockey_nhl")
MARKETS = (None, "moneyline", "spread", "total")
VALUES = {"units": "total_units", "roi": "roi", "clv": "clv_percent", "skill": "skill"}
USERS = 60

type Page = dict[str, Any]


def store_boards(url: str, chance: random.Random, users: list[User]) -> None:
    """Store every current board of two sports, each with random rows of some users, of which many are equal."""
    with psycopg.connect(url) as connection:
        for span, market in product(spans({key: SPORTS[key] for key in PLAYED}, NOW), MARKETS):
            [board] = connection.execute(
                """
                INSERT INTO boards (period, sports, market, starts_on, starts_at, changes, updated_at)
                VALUES (%(period)s, %(sports)s, %(market)s, %(first)s::date, %(first)s::date, 1, %(at)s)
                RETURNING id
                """,
                {
                    "period": span.period,
                    "sports": list(span.sports),
                    "market": market,
                    "first": span.starts_on,
                    "at": NOW,
                },
            ).fetchall()
            for user_id, _ in chance.sample(users, chance.randint(0, len(users))):
                wins, losses, measured = chance.randint(8, 12), chance.randint(8, 12), chance.choice((0, 3))
                connection.execute(
                    """
                    INSERT INTO standings (board_id, user_id, wins, losses, pushes, clv_picks, total_units,
                                           total_wagered, risk, clv_sum)
                    VALUES (%s, %s, %s, %s, 0, %s, %s, %s, %s, %s)
                    """,
                    (
                        board[0], user_id, wins, losses, measured, wins - losses, wins + losses, wins + losses,
                        measured * chance.randint(-1, 1),
                    ),
                )  # fmt: skip


def pages(operation: str, path: str, user: User | None, query: dict[str, str]) -> Iterator[Page]:
    cursor: dict[str, str] = {}
    while True:
        with clock.held_at(NOW):
            answer = call(operation, "GET", path, user=user, query=query | cursor)
        assert answer.status == 200, answer.body
        yield answer.body
        if answer.body["next_cursor"] is None:
            return
        cursor = {"cursor": answer.body["next_cursor"]}


def rows(found: list[Page]) -> list[dict[str, Any]]:
    return [row for page in found for row in page["leaderboard"]]


def filtered(board: list[dict[str, Any]], members: set[str], sort: str) -> list[dict[str, Any]]:
    """Return the members' rows of a public board, ranked among them."""
    kept = [row for row in board if row["username"] in members]
    values = [row[VALUES[sort]] for row in kept]
    return [row | {"rank": values.index(row[VALUES[sort]]) + 1} for row in kept]


@pytest.mark.parametrize("seed", [1])
def test_a_group_s_board_is_the_public_one_filtered_to_its_members(database: str, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - not for a secret
    users = [make_user(database, f"user-{number}") for number in range(USERS)]
    store_boards(database, chance, users)
    group = found(users[0])
    members = {users[0], *chance.sample(users, chance.randint(1, USERS))}
    for user in members:
        assert join(user, group["code"]).status == 200
    names, shown, tied = {name for _, name in members}, 0, 0
    for period, sport, market, sort in product(PERIODS, (None, *PLAYED), MARKETS, VALUES):
        query = {"period": period, "sport": sport, "market": market, "sort": sort}
        asked = {name: value for name, value in query.items() if value is not None}
        public = list(pages("get_leaderboard", "/leaderboard", None, asked | {"limit": "100"}))
        limit = {"limit": str(chance.randint(1, 40))}
        own = list(pages("get_group_leaderboard", f"/groups/{group['id']}/leaderboard", users[0], asked | limit))
        assert rows(own) == filtered(rows(public), names, sort), query
        about = ("starts_on", "ends_on", "as_of")
        assert all([page[name] for name in about] == [public[0][name] for name in about] for page in own)
        ranks = [row["rank"] for row in rows(own)]
        shown, tied = shown + len(ranks), tied + len(ranks) - len(set(ranks))
    assert shown > 2000
    assert tied > 200


@pytest.fixture
def ranked(contest: Contest) -> list[User]:
    """Users with settled picks, in the order of the public board."""
    users = fill(contest, 9)
    with clock.held_at(AT):
        board = call("get_leaderboard", "GET", "/leaderboard").body["leaderboard"]
    return [(users[row["username"]], row["username"]) for row in board]


def test_a_deep_page_has_the_right_ranks_after_the_members_have_changed(ranked: list[User]) -> None:
    ahead, members = ranked[:3], ranked[3:]
    group = found(members[0], at=AT)

    def board(**query: str) -> Page:
        return dict(ask("get_group_leaderboard", members[0], group["id"], at=AT, query={"limit": "3", **query}).body)

    for user in members:
        join(user, group["code"], at=AT)
    cursor = board()["next_cursor"]
    before = board(cursor=cursor)["leaderboard"]
    assert before == board(limit="100")["leaderboard"][3:]
    for user in ahead:
        join(user, group["code"], at=AT)
    after = board(cursor=cursor)["leaderboard"]
    assert after == board(limit="100")["leaderboard"][6:]
    assert [row["rank"] - 3 for row in after] == [row["rank"] for row in before]


def test_a_cursor_of_the_public_board_is_not_believed_about_ranks(ranked: list[User]) -> None:
    group = found(ranked[-1], at=AT)
    for user in ranked[1::2]:
        join(user, group["code"], at=AT)
    with clock.held_at(AT):
        cursor = call("get_leaderboard", "GET", "/leaderboard", query={"limit": "4"}).body["next_cursor"]
    whole = ask("get_group_leaderboard", ranked[-1], group["id"], at=AT).body["leaderboard"]
    page = ask("get_group_leaderboard", ranked[-1], group["id"], at=AT, query={"cursor": cursor}).body["leaderboard"]
    assert page == whole[2:]


def test_a_board_before_the_first_settlement_is_empty(database: str, ada: User) -> None:
    found(ada)
    assert ask("get_group_leaderboard", ada, 1, query={"period": "season", "sport": "basketball_nba"}).body == {
        "leaderboard": [],
        "starts_on": "2023-08-01",
        "ends_on": "2024-07-31",
        "as_of": None,
        "next_cursor": None,
    }


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"sport": "chess"}, "INVALID_VALUE"),
        ({"period": "year"}, "INVALID_VALUE"),
        ({"market": "props"}, "INVALID_VALUE"),
        ({"sort": "name"}, "INVALID_VALUE"),
        ({"limit": "101"}, "INVALID_VALUE"),
        ({"among": "1"}, "INVALID_VALUE"),
        ({"cursor": "made-up"}, "INVALID_CURSOR"),
    ],
)
def test_a_wrong_parameter_is_422(ada: User, query: dict[str, str], code: str) -> None:
    found(ada)
    ask("get_group_leaderboard", ada, 1, query=query).problem(422, code)
