"""Keeps the boards in step with the ledger."""

from datetime import datetime

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.picks.settlement.service import Settlement, hold_settlements
from pickvs.standings.keeping import queries
from pickvs.standings.rules import period_start, spans
from pickvs.standings.seasons import seasons


def update_leaderboard_stats(connection: Connection, settlement: Settlement, at: datetime) -> int:
    """Add what `settlement` booked to every board of the periods around `at`; return how many users it concerns.

    Boards of periods that are over go; those of new ones are made from the whole ledger. Runs in the transaction of
    the settlement: ledger and standings are never seen apart.
    """
    # One that comes late ends no period that another has begun.
    latest = max(at, queries.last_change(connection) or at)
    current = spans(seasons(), latest)
    queries.drop_over(connection, current)
    missing = queries.make_missing(connection, current, latest)
    starts = _season_starts(latest)
    users = queries.fill(connection, missing, starts) if missing else 0
    if settlement.games:
        boards = queries.other_boards(connection, missing)
        added = queries.add_settled(connection, boards, starts, games=settlement.games, at=latest)
        users = max(users, added)
    return users


def rebuild() -> int:
    """Make all boards of the current periods anew from the whole ledger; return how many users stand on them.

    If all was well, no row changes.
    """
    at = clock.now()
    current = spans(seasons(), at)
    with transaction(statement_timeout_ms=600_000) as connection:
        hold_settlements(connection)
        queries.drop_over(connection, current)
        queries.make_missing(connection, current, at)
        return queries.fill(connection, queries.empty(connection, at), _season_starts(at))


def _season_starts(at: datetime) -> dict[str, datetime]:
    starts = {key: period_start("season", turn, at) for key, turn in seasons().items()}
    return {key: start for key, start in starts.items() if start}
