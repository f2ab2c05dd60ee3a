"""Generates a season in the database within seconds: nights of twelve games, and any number of picks.

The database generates the rows with triggers and foreign keys turned off. The data is consistent all the same: each
pick refers to a quote and has its line and price, and no user picks a market of a game twice. Triggers and foreign keys
are active again in everything that is timed.
"""

from datetime import UTC, datetime, timedelta

import psycopg

from tests.support.evening import PASSWORD_HASH

TIP_OFF = datetime(2023, 10, 25, 0, 30, tzinfo=UTC)
"""Tip-off of the first night."""

A_NIGHT = 12
"""Games per night."""


def tip_off(night: int) -> datetime:
    """Return the tip-off of a night. The first night is 0."""
    return TIP_OFF + timedelta(days=night)


def add_users(url: str, users: int) -> None:
    """Create users with ids from 1."""
    _run(
        url,
        """
        INSERT INTO users (username, email, password_hash, created_at)
        SELECT 'user-' || n, 'user-' || n || '@example.com', %(hash)s, %(at)s FROM generate_series(1, %(users)s) n
        """,
        hash=PASSWORD_HASH,
        at=TIP_OFF - timedelta(days=30),
        users=users,
    )


def add_games(url: str, games: int, *, first_night: int = 0) -> None:
    """Create games, twelve per night. Each has two quotes in each of three markets, which are the closing quotes."""
    _run(
        url,
        """
        WITH game AS (
          INSERT INTO games (sport, home_team, away_team, local_date, commence_time, created_at, updated_at)
          SELECT 'basketball_nba', 'Home ' || n %% %(a_night)s, 'Away ' || n %% %(a_night)s,
                 (at AT TIME ZONE 'America/New_York')::date, at, at - interval '1 day', at - interval '1 day'
          FROM generate_series(0, %(games)s - 1) n, LATERAL (
            SELECT %(first)s + n / %(a_night)s * interval '1 day' AS at
          ) night
          ORDER BY n
          RETURNING id, commence_time
        )
        INSERT INTO quotes (game_id, market, selection, line, price, probability, books, made_at, captured_at)
        SELECT id, side.market::market, side.selection::selection, line, price, chance, 9,
               commence_time - interval '6 hours', commence_time - interval '10 minutes'
        FROM game, (VALUES ('moneyline', 'home', NULL, -140, 0.5610), ('moneyline', 'away', NULL, 120, 0.4390),
                           ('spread', 'home', -2.5, -110, 0.5000), ('spread', 'away', 2.5, -110, 0.5000),
                           ('total', 'over', 205.0, -108, 0.4952), ('total', 'under', 205.0, -112, 0.5048))
                   AS side (market, selection, line, price, chance)
        ORDER BY id
        """,
        a_night=A_NIGHT,
        games=games,
        first=tip_off(first_night),
    )


def add_picks(url: str, *, users: int, each: int, night: int | None = None) -> None:
    """Create `each` picks for each of the first `users` users, on games without a result, of one night or of all.

    Picks are spread evenly over the markets of the games, and stakes over the allowed values.
    """
    _run(
        url,
        """
        WITH open AS MATERIALIZED (
          SELECT id, commence_time, row_number() OVER (ORDER BY commence_time, id) - 1 AS number FROM games
          WHERE result_id IS NULL AND (%(night)s::timestamptz IS NULL OR commence_time = %(night)s)
        ), places AS (
          SELECT 3 * count(*) AS number, 3 * ((3 * count(*) / %(each)s - 1) / 3) + 1 AS apart FROM open
        ), made AS (
          SELECT user_id, turn, (turn * places.apart + user_id * 7919) %% places.number AS place
          FROM places, generate_series(1, %(users)s::bigint) user_id, generate_series(0, %(each)s::bigint - 1) turn
        )
        INSERT INTO picks (user_id, game_id, market, selection, quote_id, line, price, stake_units, placed_at)
        SELECT made.user_id, quote.game_id, quote.market, quote.selection, quote.id, quote.line, quote.price,
               0.5 + 0.5 * ((made.user_id + made.turn) %% 10), open.commence_time - interval '1 hour'
        FROM made
        JOIN open ON open.number = made.place / 3
        JOIN quotes quote ON quote.game_id = open.id
          AND quote.market = (enum_range(NULL::market))[1 + made.place %% 3]
          AND (quote.selection IN ('home', 'over')) = ((made.user_id + made.turn) %% 2 = 0)
        ORDER BY open.number, made.user_id
        """,
        users=users,
        each=each,
        night=None if night is None else tip_off(night),
    )


def finish(url: str) -> None:
    """Record a final score three hours after tip-off for every game without a result."""
    _run(
        url,
        """
        WITH final AS (
          INSERT INTO game_results (game_id, outcome, home_score, away_score, source, recorded_at)
          SELECT id, 'final', 96 + id %% 17, 96 + id * 7 %% 15, 'bench', commence_time + interval '3 hours' FROM games
          WHERE result_id IS NULL
          RETURNING *
        )
        UPDATE games SET status = 'finished', home_score = final.home_score, away_score = final.away_score,
                         result_id = final.id, updated_at = final.recorded_at
        FROM final WHERE final.game_id = games.id
        """,
    )


def vacuum(url: str, *tables: str) -> None:
    """Remove dead rows and update the statistics, as autovacuum would do in the course of a day."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"VACUUM ANALYZE {', '.join(tables)}".encode())


def _run(url: str, query: str, **values: object) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("SET LOCAL work_mem = '256MB'")
        connection.execute(query.encode(), values)
