"""Standings follow the ledger: totals, ranks and ties, corrections, and a rebuild that finds nothing to change."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from pickvs.standings import service
from tests.support.contest import TIP_OFF, Contest

AT = TIP_OFF + timedelta(hours=4)


def settle_now() -> dict[str, int]:
    with transaction() as connection:
        return settle(connection, AT)


def standings(contest: Contest) -> list[dict[str, Any]]:
    return contest.connection.execute("SELECT * FROM standings ORDER BY user_id").fetchall()


def ledger_totals(contest: Contest) -> dict[int, tuple[Decimal, Decimal, int, int, int]]:
    """What the standings must say, from the last entry of each pick: another road than the signed sum."""
    rows = contest.connection.execute(
        """
        SELECT user_id, sum(units) AS units, sum(wagered) AS wagered, count(*) FILTER (WHERE result = 'win') AS wins,
               count(*) FILTER (WHERE result = 'loss') AS losses, count(*) FILTER (WHERE result = 'push') AS pushes
        FROM (SELECT DISTINCT ON (pick_id) * FROM settlement_ledger ORDER BY pick_id, result_id DESC, sign DESC) last
        JOIN picks ON picks.id = last.pick_id
        WHERE last.sign = 1
        GROUP BY user_id
        """
    )
    return {row["user_id"]: (row["units"], row["wagered"], row["wins"], row["losses"], row["pushes"]) for row in rows}


def test_totals_and_ranks_with_ties(contest: Contest) -> None:
    game = contest.game()
    home = contest.quote(game, "moneyline", "home", None, 100)
    away = contest.quote(game, "moneyline", "away", None, -120)
    users = {name: contest.user(name) for name in ("anna", "bert", "carl", "dora", "idle")}
    contest.pick(users["anna"], home, Decimal(2))
    contest.pick(users["bert"], home, Decimal(1))
    contest.pick(users["carl"], home, Decimal(1))
    contest.pick(users["dora"], away, Decimal(1))
    contest.final(game, 100, 90)
    assert settle_now() == {"games_settled": 1, "picks_graded": 4, "picks_taken_back": 0, "users_updated": 4}
    ranks = {row["user_id"]: (row["rank"], row["total_units"], row["roi"]) for row in standings(contest)}
    assert ranks == {
        users["anna"]: (1, Decimal(2), Decimal(100)),
        users["bert"]: (2, Decimal(1), Decimal(100)),
        users["carl"]: (2, Decimal(1), Decimal(100)),
        users["dora"]: (4, Decimal(-1), Decimal(-100)),
    }


def test_a_correction_moves_totals_and_ranks(contest: Contest) -> None:
    game = contest.game()
    anna, bert = contest.user("anna"), contest.user("bert")
    contest.pick(anna, contest.quote(game, "moneyline", "home", None, 150))
    contest.pick(bert, contest.quote(game, "moneyline", "away", None, -150))
    contest.final(game, 100, 90)
    settle_now()
    contest.final(game, 90, 100)
    assert settle_now()["picks_taken_back"] == 2
    assert {row["user_id"]: (row["rank"], row["wins"], row["total_units"]) for row in standings(contest)} == {
        anna: (2, 0, Decimal(-1)),
        bert: (1, 1, Decimal("0.6667")),
    }


def test_who_has_only_voids_has_no_rank(contest: Contest) -> None:
    game = contest.game()
    anna = contest.user("anna")
    contest.pick(anna, contest.quote(game, "moneyline", "home", None, 150))
    contest.final(game, 100, 90)
    settle_now()
    contest.void(game)
    settle_now()
    [row] = standings(contest)
    assert (row["rank"], row["picks"], row["total_units"], row["total_wagered"], row["roi"]) == (None, 0, 0, 0, None)


results = st.one_of(
    st.tuples(st.just("final"), st.integers(80, 100), st.integers(80, 100)),
    st.just(("void", 0, 0)),
    st.just(("reopen", 0, 0)),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(0, 2), results), min_size=1, max_size=12))
def test_totals_equal_the_ledger_after_any_history(
    contest: Contest, steps: list[tuple[int, tuple[str, int, int]]]
) -> None:
    games = [contest.game() for _ in range(3)]
    users = [contest.user() for _ in range(3)]
    for number, game in enumerate(games):
        for market, sides, line in (
            ("moneyline", ("home", "away"), None),
            ("spread", ("home", "away"), Decimal(number)),
            ("total", ("over", "under"), Decimal(180)),
        ):
            quotes = [contest.quote(game, market, side, line, 100 + 10 * number) for side in sides]
            for turn, user in enumerate(users):
                contest.pick(user, quotes[(turn + number) % 2], Decimal(1 + turn))
    for chosen, (outcome, home, away) in steps:
        if outcome == "final":
            contest.final(games[chosen], home, away)
        else:
            getattr(contest, outcome)(games[chosen])
        settle_now()
    found = {
        row["user_id"]: (row["total_units"], row["total_wagered"], row["wins"], row["losses"], row["pushes"])
        for row in standings(contest)
    }
    expected = ledger_totals(contest)
    nothing = (Decimal(0), Decimal(0), 0, 0, 0)
    assert found == {user: expected.get(user, nothing) for user in found}
    assert expected.keys() <= found.keys()

    before = standings(contest)
    service.rebuild()
    assert standings(contest) == before
