"""Settling an evening's 100,000 pending picks, ledger and standings included, against a bare UPDATE of the same rows.

Once with boards that are new, and once with boards on which everybody stands already; and the grading alone, without
the boards.
"""

import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row

from bench.table import Line
from pickvs.ingestion.settling import settle
from pickvs.picks.settlement.service import grade_all_pending_picks
from tests.support import evening
from tests.support.databases import Databases

GAMES, USERS, ROUNDS = 12, 2_778, 5
PICKS = GAMES * 3 * USERS
TIP_OFF = datetime(2024, 1, 5, 0, 30, tzinfo=UTC)
GRADING_LIMIT, LIMIT = 1.5, 3.0

_BARE = """
    UPDATE picks SET placed_at = picks.placed_at
    FROM games
    WHERE games.id = picks.game_id AND games.settled_result_id IS DISTINCT FROM games.result_id
"""


def measure(databases: Databases) -> list[Line]:
    """Time both in turn, on the same database, each rolled back; the median of the rounds counts."""
    with databases.fresh() as url:
        evening.fill(url, games=2 * GAMES, users=USERS, picks=2 * GAMES * 3 * USERS, tip_off=TIP_OFF)
        evening.finish(url, at=TIP_OFF + timedelta(hours=3), up_to=GAMES)
        first = _measure(url, "a first evening")
        with psycopg.connect(url, row_factory=dict_row) as connection:
            settle(connection, TIP_OFF + timedelta(hours=4))
        evening.finish(url, at=TIP_OFF + timedelta(hours=3))
        return first + _measure(url, "a second")


def _measure(url: str, when: str) -> list[Line]:
    at = TIP_OFF + timedelta(hours=4)
    bare, grading, settling = [], [], []
    for _ in range(ROUNDS):
        # A rolled-back round leaves dead rows: without this each would be slower than the one before.
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        with psycopg.connect(url, row_factory=dict_row, prepare_threshold=None) as connection:
            # Picks refuse to be updated; the comparison needs that trigger out of the way, and only that.
            connection.execute("SET session_replication_role = replica")
            bare.append(_time(connection, lambda: connection.execute(_BARE).rowcount == PICKS))
            connection.execute("SET session_replication_role = origin")
            grading.append(_time(connection, lambda: grade_all_pending_picks(connection, at).graded == PICKS))
            settling.append(_time(connection, lambda: settle(connection, at)["picks_graded"] == PICKS))
    yardstick = statistics.median(bare)
    return [
        Line(f"{when}: bare UPDATE … FROM of {PICKS:,} picks", yardstick),
        _against(yardstick, f"{when}: grade them into the ledger", grading, GRADING_LIMIT),
        _against(yardstick, f"{when}: settle them, ledger and the boards of {USERS:,} users", settling, LIMIT),
    ]


def _against(yardstick: float, what: str, taken: list[float], limit: float) -> Line:
    median = statistics.median(taken)
    return Line(what, median, ratio=median / yardstick, limit=limit)


def _time(connection: psycopg.Connection[Any], work: Any) -> float:
    started = time.perf_counter()
    assert work(), "the wrong number of rows"
    taken = time.perf_counter() - started
    connection.rollback()
    return taken
