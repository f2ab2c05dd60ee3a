"""Grading reads what the pick froze, and the official result with its start. It has no other input that can change."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pickvs.core.database import transaction
from pickvs.picks.queries import insert_picks
from pickvs.picks.settlement.service import grade_all_pending_picks
from tests.support.contest import TIP_OFF, Contest
from tests.support.examples import examples

AT = TIP_OFF + timedelta(hours=4)
PLACED = TIP_OFF - timedelta(hours=2)


def _games(change: str) -> str:
    return f"UPDATE games SET {change} WHERE id = %(game)s"


# What may happen to a game and its quotes after the pick, except to the official result and its start.
CHANGES: dict[str, str] = {
    "the tip-off moves": _games("commence_time = commence_time + %(shift)s"),
    "the date is another": _games("local_date = local_date + 1, time_zone = 'Asia/Tokyo', day_number = 2"),
    "the teams are renamed": _games("home_team = away_team || '!', away_team = home_team || '?'"),
    "the sport is another": _games("sport = 'soccer_epl'"),
    "the score column is another": _games("home_score = home_score * 0, away_score = away_score + 9"),
    "a draw is offered": """
        INSERT INTO quotes (game_id, market, selection, price, probability, books, made_at, captured_at)
        SELECT id, 'moneyline', 'draw', 300, 0.2, 3, %(later)s, %(later)s FROM games WHERE id = %(game)s
        ON CONFLICT DO NOTHING
    """,
    "the quotes are withdrawn": """
        UPDATE quotes SET superseded_at = greatest(captured_at, %(later)s)
        WHERE superseded_at IS NULL AND game_id = %(game)s
    """,
    "the quotes are confirmed": """
        UPDATE quotes SET captured_at = greatest(captured_at, %(later)s)
        WHERE superseded_at IS NULL AND game_id = %(game)s
    """,
    "the market moves": """
        WITH ended AS (
          UPDATE quotes SET superseded_at = greatest(captured_at, %(later)s)
        WHERE superseded_at IS NULL AND game_id = %(game)s
          RETURNING game_id, market, selection, line, probability
        )
        INSERT INTO quotes (game_id, market, selection, line, price, probability, books, made_at, captured_at)
        SELECT game_id, market, selection, line + 7, -900, probability, 9, %(later)s, %(later)s FROM ended
    """,
    "it was seen under way": _games("under_way_at = %(later)s - interval '9 hours'"),
    "it is in review": _games("review_reason = 'somebody looks at it'"),
    "everybody forgets the quotes' game": _games("odds_digest = NULL, odds_digest_at = NULL"),
}


@st.composite
def bets(draw: st.DrawFn) -> dict[str, Any]:
    market = draw(st.sampled_from(["moneyline", "spread", "total"]))
    sides = {"moneyline": ["home", "away"], "spread": ["home", "away"], "total": ["over", "under"]}[market]
    three_way = draw(st.booleans()) and market == "moneyline"
    return {
        "market": market,
        "selection": draw(st.sampled_from([*sides, *(["draw"] if three_way else [])])),
        "line": None
        if market == "moneyline"
        else draw(st.sampled_from(["3", "-2.5", "0"]))
        if market == "spread"
        else "6",
        "three_way": three_way,
        "score": (draw(st.integers(0, 4)), draw(st.integers(0, 4))),
    }


def play(contest: Contest, bet: dict[str, Any], changes: list[str], shift: timedelta) -> tuple[Any, ...]:
    """Make a pick, change what can change, record the official result, and return the grade."""
    game = contest.game()
    line = Decimal(bet["line"]) if bet["line"] else None
    quote = contest.quote(game, bet["market"], bet["selection"], line, -110)
    if bet["three_way"] and bet["selection"] != "draw":
        contest.quote(game, "moneyline", "draw", None, 300)
    with transaction() as connection:
        [pick] = insert_picks(connection, contest.user(), [(quote, Decimal(2))], PLACED).values()
    later = PLACED + timedelta(hours=1)
    for name in changes:
        contest.connection.execute(CHANGES[name], {"game": game, "shift": shift, "later": later})
    contest.final(game, *bet["score"])
    contest.connection.execute(
        """
        WITH said AS (
          INSERT INTO game_results (game_id, outcome, home_score, away_score, began_at, source, recorded_at)
          SELECT game_id, outcome, home_score, away_score, %s, source, recorded_at FROM game_results
          WHERE id = (SELECT result_id FROM games WHERE id = %s) RETURNING id, game_id
        )
        UPDATE games SET result_id = said.id FROM said WHERE games.id = said.game_id
        """,
        (TIP_OFF, game),
    )
    for name in changes:
        contest.connection.execute(CHANGES[name], {"game": game, "shift": shift, "later": later + timedelta(hours=9)})
    with transaction() as connection:
        grade_all_pending_picks(connection, AT)
    row = contest.connection.execute(
        "SELECT result, void_reason, units, wagered FROM settlement_ledger WHERE pick_id = %s", (pick,)
    ).fetchone()
    assert row is not None
    return tuple(row.values())


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    bet=bets(),
    changes=st.lists(st.sampled_from(sorted(CHANGES)), min_size=1, unique=True),
    shift=st.sampled_from([timedelta(hours=-5), timedelta(minutes=20), timedelta(days=2)]),
)
def test_whatever_changes_after_the_pick_the_grade_is_the_same(
    contest: Contest, bet: dict[str, Any], changes: list[str], shift: timedelta
) -> None:
    expected = play(contest, bet, [], timedelta(0))
    contest.connection.execute("SET session_replication_role = replica")  # for changes that triggers refuse
    try:
        assert play(contest, bet, changes, shift) == expected
    finally:
        contest.connection.execute("SET session_replication_role = DEFAULT")


def test_a_pick_of_the_previous_release_goes_by_the_quotes_that_had_been_made(contest: Contest) -> None:
    for draw_made_at, result in ((PLACED, "loss"), (PLACED + timedelta(seconds=1), "void")):
        game = contest.game()
        made = contest.pick(contest.user(), contest.quote(game, "moneyline", "home", None, -110, made_at=PLACED))
        contest.quote(game, "moneyline", "draw", None, 300, made_at=draw_made_at)
        contest.final(game, 1, 1)
        with transaction() as connection:
            grade_all_pending_picks(connection, AT)
        assert contest.ledger(made)[0][1] == result


def test_the_draw_is_frozen_at_the_moment_of_the_pick(contest: Contest) -> None:
    game = contest.game()
    home = contest.quote(game, "moneyline", "home", None, -110)
    contest.quote(game, "moneyline", "draw", None, 300, superseded_at=PLACED)
    with transaction() as connection:
        insert_picks(connection, contest.user(), [(home, 1)], PLACED)  # type: ignore[list-item]
    row = contest.connection.execute("SELECT draw_offered FROM picks").fetchone()
    assert row == {"draw_offered": False}


def test_the_draw_decides_as_it_was_frozen(contest: Contest) -> None:
    game = contest.game()
    home = contest.quote(game, "moneyline", "home", None, -110)
    draw = contest.quote(game, "moneyline", "draw", None, 300)
    contest.connection.execute("UPDATE quotes SET superseded_at = %s WHERE id = %s", (PLACED, draw))
    with transaction() as connection:
        [pick] = insert_picks(connection, contest.user(), [(home, Decimal(1))], PLACED).values()
    contest.final(game, 1, 1)
    with transaction() as connection:
        grade_all_pending_picks(connection, AT)
    assert contest.ledger(pick)[0][1] == "void"


def test_only_a_moneyline_has_a_draw_to_freeze(contest: Contest) -> None:
    game = contest.game()
    quote = contest.quote(game, "total", "over", 6, -110)  # type: ignore[arg-type]
    with transaction() as connection:
        insert_picks(connection, contest.user(), [(quote, 1)], PLACED)  # type: ignore[list-item]
    assert contest.connection.execute("SELECT draw_offered FROM picks").fetchone() == {"draw_offered": None}
    with pytest.raises(psycopg.errors.CheckViolation):
        contest.connection.execute(
            "INSERT INTO picks (user_id, game_id, market, selection, quote_id, line, price, draw_offered, stake_units,"
            " placed_at)"
            " SELECT user_id, game_id, market, selection, quote_id, line, price, true, 1, placed_at FROM picks"
        )
