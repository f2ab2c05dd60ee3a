"""The gauges cost the server only work on recent rows, however many older rows there are."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.operations.monitoring import queries
from pickvs.operations.monitoring.rules import COVERAGE_WINDOW, DAY
from tests.support.contest import TIP_OFF
from tests.support.databases import Databases
from tests.support.evening import fill
from tests.support.plans import Recording, Rows, blocks

# One process creates the season, once.
pytestmark = pytest.mark.xdist_group("measuring cost")

GAMES = 100
USERS = 500
NOW = TIP_OFF + timedelta(days=GAMES, hours=-2)
"""One game a day until now, with a pick by every user on each of its three markets."""

QUESTIONS: dict[str, Callable[[Rows], object]] = {
    "games": lambda made: queries.count_unsettled_games(made, tipped_off_by=NOW - DAY),
    "delay": lambda made: queries.longest_delay(made, since=NOW - DAY),
    "play": lambda made: queries.count_play(made, since=NOW - DAY),
    "settled": lambda made: queries.count_settled_picks(made, since=NOW - COVERAGE_WINDOW, recent=NOW - DAY),
}


@pytest.fixture(scope="module")
def connection(databases: Databases) -> Iterator[Rows]:
    with databases.fresh() as url:
        fill(url, games=GAMES, users=USERS, picks=0, tip_off=TIP_OFF)
        with psycopg.connect(url, autocommit=True, row_factory=dict_row, cursor_factory=Recording) as made:
            play(made)
            yield made


def play(made: Rows) -> None:
    """Create a season of 150,000 picks, in the order in which they were made and settled."""
    made.execute("UPDATE games SET commence_time = commence_time + (id - 1) * interval '1 day'")
    made.execute(
        """
        INSERT INTO picks (user_id, game_id, market, selection, quote_id, line, price, stake_units, placed_at)
        SELECT users.id, quote.game_id, quote.market, quote.selection, quote.id, quote.line, quote.price, 1,
               game.commence_time - interval '1 hour'
        FROM games game JOIN quotes quote ON quote.game_id = game.id AND quote.selection IN ('home', 'over'), users
        ORDER BY game.commence_time
        """
    )
    made.execute(
        """
        WITH final AS (
          INSERT INTO game_results (game_id, outcome, home_score, away_score, source, recorded_at)
          SELECT id, 'final', 101, 99, 'test', commence_time + interval '9 hours' FROM games ORDER BY commence_time
          RETURNING *
        )
        UPDATE games SET status = 'finished', home_score = 101, away_score = 99, result_id = final.id,
                         settled_result_id = final.id
        FROM final WHERE final.game_id = games.id
        """
    )
    made.execute(
        """
        INSERT INTO settlement_ledger (pick_id, result_id, sign, result, units, wagered, closing_price, settled_at)
        SELECT pick.id, game.result_id, 1, 'push', 0, 1, -110, game.commence_time + interval '9 hours'
        FROM picks pick JOIN games game ON game.id = pick.game_id ORDER BY game.commence_time, pick.id
        """
    )
    made.execute("VACUUM ANALYZE")


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_season_s_picks_are_not_read_for_a_day_s_or_a_week_s_figures(connection: Rows, question: str) -> None:
    answer = QUESTIONS[question](connection)
    read = blocks(connection)
    whole = connection.execute(
        "SELECT sum(relpages) AS pages FROM pg_class WHERE relname IN ('picks', 'settlement_ledger')"
    ).fetchone()
    assert whole is not None
    assert whole["pages"] > 2_000, "a season must be more than what is read of it"
    assert read < 250
    expected = {
        "games": 0,
        "delay": timedelta(hours=9),
        "play": (3 * USERS, USERS),
        "settled": queries.SettledPicks(recent=3 * USERS, graded=7 * 3 * USERS, with_close=7 * 3 * USERS),
    }
    assert answer == expected[question]


def test_games_that_wait_are_found_among_all_that_do_not(connection: Rows) -> None:
    with connection.transaction(force_rollback=True):
        connection.execute("UPDATE games SET status = 'review' WHERE id = 7")
        connection.execute("UPDATE games SET settled_result_id = NULL WHERE id = 8")
        assert queries.count_unsettled_games(connection, tipped_off_by=NOW) == 2
