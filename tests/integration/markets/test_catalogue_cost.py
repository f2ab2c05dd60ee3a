"""The cost of a page of games and of a page of line history does not depend on the page's depth."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.markets.catalogue import queries
from pickvs.markets.catalogue.queries import GameFilter, GameOrder
from tests.support.markets import TIP_OFF
from tests.support.plans import Recording, Rows, blocks

LIMIT = 51
GAMES = 5_000
CHANGES = 100  # for each of two sides at each of 20 bookmakers


@pytest.fixture
def connection(database: str) -> Iterator[Rows]:
    with psycopg.connect(database, autocommit=True, row_factory=dict_row, cursor_factory=Recording) as made:
        made.execute(
            """
            INSERT INTO games (sport, home_team, away_team, local_date, commence_time, created_at, updated_at)
            SELECT 'basketball_nba', 'Home ' || i, 'Away ' || i, %(at)s::date, %(at)s + i * interval '3 hours',
                   %(at)s, %(at)s
            FROM generate_series(1, %(games)s) i
            """,
            {"at": TIP_OFF, "games": GAMES},
        )
        made.execute(
            """
            INSERT INTO bookmaker_odds (game_id, bookmaker, market, selection, captured_at, price)
            SELECT game, 'book ' || book, 'moneyline', side::selection, %(at)s - change * interval '1 minute',
                   100 + change
            FROM generate_series(1, 3) game, generate_series(1, 20) book, unnest(ARRAY['home', 'away']) side,
                 generate_series(1, %(changes)s) change
            """,
            {"at": TIP_OFF, "changes": CHANGES},
        )
        made.execute("VACUUM ANALYZE")
        yield made


@pytest.mark.parametrize("order", ["commence_time", "-commence_time"])
def test_the_last_page_of_games_costs_what_the_first_does(connection: Rows, order: GameOrder) -> None:
    everything = queries.games_in_order(connection, GameFilter(), order=order, after=None, limit=GAMES)
    assert len(everything) == GAMES
    before = everything[-LIMIT - 1]

    first = queries.games_in_order(connection, GameFilter(), order=order, after=None, limit=LIMIT)
    first_costs = blocks(connection)
    after = (before.commence_time, before.id)
    last = queries.games_in_order(connection, GameFilter(), order=order, after=after, limit=LIMIT)

    assert (first, last) == (everything[:LIMIT], everything[-LIMIT:])
    assert blocks(connection) <= first_costs + 5


def test_the_last_page_of_a_line_history_costs_what_the_first_does(connection: Rows) -> None:
    game = queries.game_by_id(connection, 2)
    assert game is not None

    def page(after: queries.HistoryPlace | None, limit: int = LIMIT) -> list[queries.HistoryRow]:
        return queries.line_history(connection, game, market=None, bookmaker=None, after=after, limit=limit)

    everything = page(None, limit=10_000)
    assert len(everything) == 20 * 2 * CHANGES
    before = everything[-LIMIT - 1]

    first = page(None)
    first_costs = blocks(connection)
    last = page((before.bookmaker, before.market, before.selection, before.captured_at))

    assert (first, last) == (everything[:LIMIT], everything[-LIMIT:])
    assert blocks(connection) <= first_costs * 1.3
    assert first_costs < len(everything)
