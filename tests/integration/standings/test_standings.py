"""Standings follow the ledger: totals, ranks, ties, corrections and voids. Overall ranks cover all users and picks."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from pickvs.standings import queries, service
from tests.support.boards import kept
from tests.support.contest import TIP_OFF, Contest

AT = TIP_OFF + timedelta(hours=4)
EVERYTHING = ("all", ("basketball_nba",), None)


def settle_now() -> dict[str, int]:
    with transaction() as connection:
        return settle(connection, AT)


def standings(url: str) -> dict[int, dict[str, Any]]:
    return kept(url)[EVERYTHING]


def ranks() -> dict[int, int]:
    with transaction() as connection:
        return service.overall_ranks(connection)


def test_totals_and_ranks_with_ties(contest: Contest, database: str) -> None:
    game = contest.game()
    home = contest.quote(game, "moneyline", "home", None, 100)
    away = contest.quote(game, "moneyline", "away", None, -120)
    users = {name: contest.user(name) for name in ("anna", "bert", "carl", "dora", "idle")}
    contest.pick(users["anna"], home, Decimal(2))
    contest.pick(users["bert"], home, Decimal(1))
    contest.pick(users["carl"], home, Decimal(1))
    contest.pick(users["dora"], away, Decimal(1))
    contest.final(game, 100, 90)
    counts = {"games_settled": 1, "picks_graded": 4, "picks_taken_back": 0, "users_updated": 4, "notices": 4}
    assert settle_now() == counts
    assert {user: (row["total_units"], row["roi"]) for user, row in standings(database).items()} == {
        users["anna"]: (Decimal(2), Decimal(100)),
        users["bert"]: (Decimal(1), Decimal(100)),
        users["carl"]: (Decimal(1), Decimal(100)),
        users["dora"]: (Decimal(-1), Decimal(-100)),
    }
    assert ranks() == {users["anna"]: 1, users["bert"]: 2, users["carl"]: 2, users["dora"]: 4}


def test_a_correction_moves_totals_and_ranks(contest: Contest, database: str) -> None:
    game = contest.game()
    anna, bert = contest.user("anna"), contest.user("bert")
    contest.pick(anna, contest.quote(game, "moneyline", "home", None, 150))
    contest.pick(bert, contest.quote(game, "moneyline", "away", None, -150))
    contest.final(game, 100, 90)
    settle_now()
    assert ranks() == {anna: 1, bert: 2}
    contest.final(game, 90, 100)
    assert settle_now()["picks_taken_back"] == 2
    assert {user: (row["wins"], row["total_units"]) for user, row in standings(database).items()} == {
        anna: (0, Decimal(-1)),
        bert: (1, Decimal("0.6667")),
    }
    assert ranks() == {anna: 2, bert: 1}


def test_who_has_only_voids_stands_on_no_board(contest: Contest, database: str) -> None:
    game = contest.game()
    anna = contest.user("anna")
    contest.pick(anna, contest.quote(game, "moneyline", "home", None, 150))
    contest.final(game, 100, 90)
    settle_now()
    contest.void(game)
    assert settle_now()["users_updated"] == 1
    assert not any(kept(database).values())
    with transaction() as connection:
        assert queries.totals_of(connection, anna) is None


def test_totals_of_a_user_come_with_their_rank(contest: Contest) -> None:
    game = contest.game()
    home = contest.quote(game, "moneyline", "home", None, 100)
    users = [contest.user() for _ in range(3)]
    for user, stake in zip(users, (1, 3, 3), strict=True):
        contest.pick(user, home, Decimal(stake))
    contest.final(game, 100, 90)
    settle_now()
    with transaction() as connection:
        found = [queries.totals_of(connection, user) for user in users]
    assert [row and (row["rank"], row["total_units"], row["win_rate"]) for row in found] == [
        (3, 1, 100),
        (1, 3, 100),
        (1, 3, 100),
    ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("commence_time = commence_time + interval '1 day'", "tip-off"),
        ("local_date = local_date + 1", "date of game"),
    ],
)
def test_a_settled_game_keeps_its_tip_off_and_its_date(contest: Contest, change: str, says: str) -> None:
    game = contest.game()
    contest.pick(contest.user(), contest.quote(game, "moneyline", "home", None, 150))
    move = f"UPDATE games SET {change} WHERE id = %s".encode()
    contest.void(game)
    settle_now()
    contest.connection.execute(move, (game,))
    contest.final(game, 100, 90)
    contest.connection.execute(move, (game,))
    settle_now()
    with pytest.raises(psycopg.errors.RestrictViolation, match=says):
        contest.connection.execute(move, (game,))
    contest.connection.execute("UPDATE games SET commence_time = commence_time, local_date = local_date")


def test_a_pick_at_the_shortest_odds_there_are_settles(contest: Contest, database: str) -> None:
    game, anna = contest.game(), contest.user()
    contest.pick(anna, contest.quote(game, "moneyline", "home", None, -100_000), Decimal("0.5"))
    contest.pick(anna, contest.quote(game, "total", "over", Decimal(200), 100_000, probability=Decimal("0.9999")))
    contest.final(game, 110, 100)
    settle_now()
    assert [entry[:2] for pick in (1, 2) for entry in contest.ledger(pick)] == [(1, "win"), (1, "win")]
