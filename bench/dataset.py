"""The data for the request benchmarks: settled games of the past and tonight's games, which are open for picks."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import argon2
import psycopg

from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from tests.support import evening
from tests.support.databases import Databases

PASSWORD = "correct horse battery"  # noqa: S105 - of users that exist in the benchmark only
PLAYED, UPCOMING, USERS, BOOKS = 40, 60, 3_000, 9
PICKS_EACH = 30
FRESH_USERS = 20_000
"""Users without picks; each submission uses another one."""


@dataclass
class Dataset:
    """A database with the benchmark's data."""

    url: str
    numbers: "count[int]" = field(default_factory=count)
    """Source of unique numbers."""

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Run a statement for the benchmark and return its rows, if it has any."""
        with psycopg.connect(self.url) as connection:
            found = connection.execute(query.encode(), values)
            return found.fetchall() if found.description else []

    def fresh_user(self) -> int:
        """Return the id of a user without picks."""
        number = next(self.numbers)
        if number >= FRESH_USERS:
            raise ValueError("all users have picked: make more of them")
        return USERS + 1 + number


def fill(databases: Databases, url: str) -> Dataset:
    """Create games, users and picks, settle the finished games, and run VACUUM ANALYZE."""
    now = datetime.now(UTC).replace(microsecond=0)
    tip_off = now - timedelta(days=2)
    evening.fill(url, games=PLAYED, users=USERS, picks=USERS * PICKS_EACH, tip_off=tip_off)
    evening.finish(url, at=tip_off + timedelta(hours=3))
    with databases.in_use(url), transaction(statement_timeout_ms=600_000) as connection:
        settle(connection, tip_off + timedelta(hours=4))
    values = {"now": now, "seen": now - timedelta(hours=1), "games": UPCOMING, "books": BOOKS, "fresh": FRESH_USERS}
    with psycopg.connect(url) as connection:
        connection.execute(_TONIGHT, values)
        connection.execute(_QUOTES, values)
        connection.execute(_ODDS, values)
        connection.execute(_RUNS, values)
        connection.execute(_FRESH_USERS, values)
        password_hash = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash(PASSWORD)
        connection.execute("UPDATE users SET password_hash = %s", (password_hash,))
        connection.execute("UPDATE users SET role = 'admin' WHERE id = 1")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return Dataset(url)


_TONIGHT = """
    INSERT INTO games (sport, home_team, away_team, local_date, commence_time, created_at, updated_at)
    SELECT 'basketball_nba', 'Tonight ' || n, 'Visitor ' || n,
           ((%(now)s + interval '1 day') AT TIME ZONE 'America/New_York')::date,
           %(now)s + interval '1 day' + n * interval '1 minute', %(seen)s, %(seen)s
    FROM generate_series(1, %(games)s) n
"""
_SIDES = """
    (VALUES ('moneyline', 'home', NULL, -140), ('moneyline', 'away', NULL, 120),
            ('spread', 'home', -2.5, -110), ('spread', 'away', 2.5, -110),
            ('total', 'over', 220.5, -108), ('total', 'under', 220.5, -112)) AS side (market, selection, line, price)
"""
_QUOTES = f"""
    INSERT INTO quotes (game_id, market, selection, line, price, probability, books, made_at, captured_at)
    SELECT games.id, side.market::market, side.selection::selection, side.line, side.price, 0.5, %(books)s,
           %(seen)s, %(seen)s
    FROM games, {_SIDES}
    WHERE commence_time > %(now)s
"""
_ODDS = f"""
    INSERT INTO bookmaker_odds (game_id, bookmaker, market, selection, captured_at, line, price)
    SELECT games.id, 'book-' || book, side.market::market, side.selection::selection, %(seen)s, side.line,
           side.price + sign(side.price)::integer * (book %% 5)
    FROM games, generate_series(1, %(books)s) book, {_SIDES}
    WHERE commence_time > %(now)s
"""
_RUNS = """
    INSERT INTO ingestion_runs (job, sport, status, started_at, finished_at)
    SELECT job, 'basketball_nba', 'succeeded', at, at + interval '2 seconds'
    FROM unnest(ARRAY['fetch_odds', 'process_results']) job,
         generate_series(%(seen)s - interval '60 days', %(seen)s, interval '1 day') at
"""
_FRESH_USERS = """
    INSERT INTO users (username, email, password_hash, created_at)
    SELECT 'fresh-' || n, 'fresh-' || n || '@example.com', '$argon2id$nobody', %(seen)s
    FROM generate_series(1, %(fresh)s) n
"""
