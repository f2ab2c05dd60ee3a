"""Settling 100,000 pending picks, ledger and standings included, against a bare UPDATE of the same rows."""

import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row

from bench.table import Line
from pickvs.ingestion.settling import settle
from tests.support import evening
from tests.support.databases import Databases

PICKS, GAMES, USERS, ROUNDS = 100_000, 12, 2_778, 5
TIP_OFF = datetime(2024, 1, 5, 0, 30, tzinfo=UTC)
LIMIT = 1.5

_BARE = """
    UPDATE picks SET placed_at = picks.placed_at
    FROM games
    WHERE games.id = picks.game_id AND games.settled_result_id IS DISTINCT FROM games.result_id
"""


def measure(databases: Databases) -> list[Line]:
    """Time both in turn, on the same database, each rolled back; the median of the rounds counts."""
    bare, settling = [], []
    with databases.fresh() as url:
        evening.fill(url, games=GAMES, users=USERS, picks=PICKS, tip_off=TIP_OFF)
        evening.finish(url, at=TIP_OFF + timedelta(hours=3))
        for _ in range(ROUNDS):
            # A rolled-back round leaves dead rows: without this each would be slower than the one before.
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
            with psycopg.connect(url, row_factory=dict_row, prepare_threshold=None) as connection:
                # Picks refuse to be updated; the comparison needs that trigger out of the way, and only that.
                connection.execute("SET session_replication_role = replica")
                bare.append(_time(connection, lambda: connection.execute(_BARE).rowcount == PICKS))
                connection.execute("SET session_replication_role = origin")
                settling.append(
                    _time(connection, lambda: settle(connection, TIP_OFF + timedelta(hours=4))["picks_graded"] == PICKS)
                )
    bare_median, settling_median = statistics.median(bare), statistics.median(settling)
    return [
        Line(f"bare UPDATE … FROM of {PICKS:,} picks", bare_median),
        Line(
            f"settle {PICKS:,} picks of {USERS:,} users, with ledger and standings",
            settling_median,
            ratio=settling_median / bare_median,
            limit=LIMIT,
        ),
    ]


def _time(connection: psycopg.Connection[Any], work: Any) -> float:
    started = time.perf_counter()
    assert work(), "the wrong number of rows"
    taken = time.perf_counter() - started
    connection.rollback()
    return taken
