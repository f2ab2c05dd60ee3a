"""Keeps the boards up to date with the ledger."""

from datetime import datetime

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.picks.settlement.service import Settlement, hold_settlements
from pickvs.sports.rules import seasons
from pickvs.standings.board_updates import queries
from pickvs.standings.rules import period_start, spans


def update_leaderboard_stats(connection: Connection, settlement: Settlement, at: datetime) -> int:
    """Add the entries of `settlement` to every board of the periods around `at`; return the number of users affected.

    Deletes boards of periods that have ended, and fills boards of new periods from the whole ledger. Runs in the
    settlement's transaction, so readers always see ledger and standings in the same state.
    """
    # A late settlement must not delete the boards of a period that another one has started.
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
    """Rebuild all boards of the current periods from the whole ledger; return the number of users on them.

    If the boards were correct, no row's values change.
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
