"""A busy evening in the database: games, quotes and many picks, created quickly by plain SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import psycopg
from psycopg.rows import dict_row

from tests.support.plans import Recording, Rows

PASSWORD_HASH = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$not-a-hash-anybody-can-match"


def fill(url: str, *, games: int, users: int, picks: int, tip_off: datetime) -> None:
    """Create `games` games at `tip_off` with two quotes in each of three markets, `users` users, and `picks` picks.

    Every user picks the games' markets in order, with alternating sides, until there are `picks` picks.
    """
    assert picks <= games * 3 * users, "a user picks a market of a game once"
    before = {"tip_off": tip_off, "made": tip_off - timedelta(hours=6), "games": games, "users": users, "picks": picks}
    with psycopg.connect(url) as connection:
        connection.execute(
            """
            INSERT INTO users (username, email, password_hash, created_at)
            SELECT 'user-' || n, 'user-' || n || '@example.com', %(hash)s, %(made)s FROM generate_series(1, %(users)s) n
            """,
            {**before, "hash": PASSWORD_HASH},
        )
        connection.execute(
            """
            INSERT INTO games (sport, home_team, away_team, local_date, commence_time, created_at, updated_at)
            SELECT 'basketball_nba', 'Home ' || n, 'Away ' || n, (%(tip_off)s AT TIME ZONE 'America/New_York')::date,
                   %(tip_off)s, %(made)s, %(made)s
            FROM generate_series(1, %(games)s) n
            """,
            before,
        )
        connection.execute(
            """
            INSERT INTO quotes (game_id, market, selection, line, price, probability, books, made_at, captured_at)
            SELECT games.id, side.market::market, side.selection::selection, side.line, side.price, 0.5, 9,
                   %(made)s, %(made)s
            FROM games, (VALUES ('moneyline', 'home', NULL, -140), ('moneyline', 'away', NULL, 120),
                                ('spread', 'home', -2.5, -110), ('spread', 'away', 2.5, -110),
                                ('total', 'over', 220.5, -108), ('total', 'under', 220.5, -112))
                        AS side (market, selection, line, price)
            """,
            before,
        )
        connection.execute(
            """
            INSERT INTO picks (user_id, game_id, market, selection, quote_id, line, price, stake_units, placed_at)
            SELECT users.id, quote.game_id, quote.market, quote.selection, quote.id, quote.line, quote.price,
                   0.5 + 0.5 * (users.id %% 10), %(made)s
            FROM quotes quote, users
            WHERE (quote.selection IN ('home', 'over')) = ((users.id + quote.game_id) %% 2 = 0)
            ORDER BY users.id, quote.id
            LIMIT %(picks)s
            """,
            before,
        )


def finish(url: str, *, at: datetime, up_to: int | None = None) -> None:
    """Record a final score for every game without one, up to the id `up_to`."""
    with psycopg.connect(url) as connection:
        connection.execute(
            """
            WITH final AS (
              INSERT INTO game_results (game_id, outcome, home_score, away_score, source, recorded_at)
              SELECT id, 'final', 100 + id %% 17, 100 + id * 7 %% 13, 'test', %(at)s FROM games
              WHERE result_id IS NULL AND id <= coalesce(%(up_to)s, id)
              RETURNING *
            )
            UPDATE games SET status = 'finished', home_score = final.home_score, away_score = final.away_score,
                             result_id = final.id, updated_at = %(at)s
            FROM final WHERE final.game_id = games.id
            """,
            {"at": at, "up_to": up_to},
        )


@contextmanager
def settled(url: str, *, games: int, users: int, tip_off: datetime) -> Iterator[Rows]:
    """Make every user pick every market, settle all picks, and yield a connection for counting blocks."""
    fill(url, games=games, users=users, picks=games * 3 * users, tip_off=tip_off)
    finish(url, at=tip_off + timedelta(hours=3))
    with psycopg.connect(url, autocommit=True, row_factory=dict_row, cursor_factory=Recording) as made:
        made.execute(
            """
            INSERT INTO settlement_ledger (pick_id, result_id, sign, result, units, wagered, settled_at)
            SELECT pick.id, game.result_id, 1, 'push', 0, stake_units, %s
            FROM picks pick JOIN games game ON game.id = pick.game_id
            """,
            (tip_off,),
        )
        made.execute("VACUUM ANALYZE")
        yield made
