"""Benchmarks the refresh of the standings after one night against a rebuild, at several numbers of users.

Every user has two settled picks and is on the boards of the season. On the measured night, one in twenty users makes
four picks, which creates the boards of that day and changes the others. The refresh and the rebuild must give the same
rows. Durations are processor time.
"""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row

from bench import season
from bench.processor import on_processor
from bench.table import Line, spread
from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.picks.settlement.service import Settlement, grade_all_pending_picks
from pickvs.standings.board_updates import service

NIGHTS, BEFORE = 102, 2
EACH, ONE_IN = 4, 20
ROUNDS = 3
LIMIT = 0.25


@dataclass
class Taken:
    """Processor time in seconds: of each refresh, and of the rebuild."""

    refresh: list[float] = field(default_factory=list)
    rebuild: float = 0.0


def changed_picks(users: int) -> int:
    """Return the number of picks that the night settles."""
    return users // ONE_IN * EACH


def prepare(url: str, users: int) -> None:
    """Put every user on the boards, and finish one more night without settling its picks."""
    season.add_users(url, users)
    season.add_games(url, NIGHTS * season.A_NIGHT)
    season.add_picks(url, users=users, each=BEFORE)
    season.finish(url)
    at = _morning_after(NIGHTS - 1)
    with _connected(url) as connection:
        grade_all_pending_picks(connection, at)
    season.vacuum(url)
    with _connected(url) as connection:
        service.update_leaderboard_stats(connection, Settlement(), at)
    season.add_games(url, season.A_NIGHT, first_night=NIGHTS)
    season.add_picks(url, users=users // ONE_IN, each=EACH, night=NIGHTS)
    season.finish(url)


def measure(url: str, users: int) -> Taken:
    """Time the refresh, rolling back all rounds but the last, and then the rebuild. The database must be in use."""
    taken = Taken()
    for number in range(ROUNDS):
        season.vacuum(url)
        with _connected(url) as connection:
            settlement = grade_all_pending_picks(connection, at())
            assert settlement.graded == changed_picks(users)
            began = on_processor(connection)
            assert service.update_leaderboard_stats(connection, settlement, at()) == users // ONE_IN
            taken.refresh.append(on_processor(connection) - began)
            if number < ROUNDS - 1:
                connection.rollback()
    with _connected(url) as connection:
        kept = _boards(connection)
        # The rebuild starts with an empty table, because the refresh has no rows to delete either.
        connection.execute("TRUNCATE standings")
    with transaction() as connection:  # the connection that the rebuild will use
        began = on_processor(connection)
    with clock.held_at(at()):
        service.rebuild()
    taken.rebuild = on_processor(connection) - began
    with _connected(url) as connection:
        assert _boards(connection) == kept
    return taken


def lines(taken: Mapping[int, Taken]) -> list[Line]:
    """Return the table lines for the largest number of users."""
    users, most = list(taken.items())[-1]
    refresh = statistics.median(most.refresh)
    return [
        Line(f"rebuild all boards of {users:,} users from the ledger (CPU)", most.rebuild),
        Line(
            f"refresh them after a night, {season.A_NIGHT} games, {changed_picks(users):,} picks",
            refresh,
            refresh / most.rebuild,
            LIMIT,
            spread(most.refresh),
        ),
    ]


def at() -> datetime:
    """Return the time at which the last night is settled."""
    return _morning_after(NIGHTS)


def _morning_after(night: int) -> datetime:
    return season.tip_off(night) + timedelta(hours=4)


def _connected(url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(url, row_factory=dict_row, prepare_threshold=None)


def _boards(connection: psycopg.Connection[Any]) -> list[dict[str, Any]]:
    """Return the number of rows, the totals, and the sum of the row hashes of each board."""
    return connection.execute(
        """
        SELECT board_id, count(*), sum(picks) AS picks, sum(total_units) AS units, sum(total_wagered) AS wagered,
               sum(hashtextextended(standings::text, 0)) AS hashed
        FROM standings GROUP BY board_id ORDER BY board_id
        """
    ).fetchall()
