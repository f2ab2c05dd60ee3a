"""A board of very many users, inserted at once: only their totals, no picks."""

import time
from datetime import datetime

import psycopg

from tests.support.evening import PASSWORD_HASH


def gather(url: str, *, users: int, at: datetime) -> int:
    """Create `users` users and the all-time boards of one sport with a row for each user.

    Returns the id of the board of all markets. As on real boards, many rows have equal values.
    """
    with psycopg.connect(url) as connection:
        connection.execute(
            """
            INSERT INTO users (username, email, password_hash, created_at)
            SELECT 'user-' || n, 'user-' || n || '@example.com', %(hash)s, %(at)s FROM generate_series(1, %(users)s) n
            """,
            {"users": users, "hash": PASSWORD_HASH, "at": at},
        )
        connection.execute(
            """
            INSERT INTO boards (period, sports, market, updated_at)
            SELECT 'all', '{basketball_nba}', market, %s
            FROM unnest(ARRAY[NULL, 'moneyline', 'spread', 'total']::market[]) AS market
            """,
            (at,),
        )
        connection.execute(
            """
            INSERT INTO standings (board_id, user_id, wins, losses, pushes, clv_picks, total_units, total_wagered,
                                   risk, clv_sum)
            SELECT boards.id, of_user.id, wins, losses, pushes, wins, wins * 0.9091 - losses, wins + losses + pushes,
                   (wins + losses + pushes) * 0.9091, wins * shift / 100.0
            FROM boards, (
              SELECT id, 20 + id * 7919 % 97 AS wins, 20 + id * 104729 % 89 AS losses, id % 3 AS pushes,
                     id % 701 - 350 AS shift
              FROM users
            ) of_user
            """
        )
        row = connection.execute("SELECT id FROM boards WHERE market IS NULL").fetchone()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        # A concurrent autovacuum prevents this one from marking pages all-visible.
        while connection.execute(
            "SELECT 1 FROM pg_class WHERE relname = 'standings' AND relallvisible < relpages"
        ).fetchone():
            time.sleep(0.1)
            connection.execute("VACUUM standings")
    assert row is not None
    return int(row[0])
