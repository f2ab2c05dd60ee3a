"""Keeps the boards up to date with the ledger."""

from collections.abc import Sequence
from datetime import datetime

from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.picks.settlement.service import Settlement, hold_settlements
from pickvs.sports.rules import SPORTS
from pickvs.standings.board_updates import queries
from pickvs.standings.rules import Span, spans


def update_leaderboard_stats(connection: Connection, settlement: Settlement, at: datetime) -> int:
    """Add the entries of `settlement` to every board of the periods around `at`; return the number of users affected.

    Deletes boards of periods that have ended, and fills boards of new periods from the whole ledger. The first settled
    game of a sport adds the boards of that sport and makes those of all sports anew. Runs in the
    settlement's transaction, so readers always see ledger and standings in the same state.
    """
    latest = _latest(connection, at)
    current = _current(connection, latest)
    queries.drop_over(connection, current)
    missing = queries.make_missing(connection, current, latest)
    users = queries.fill(connection, missing, current) if missing else 0
    if settlement.games:
        boards = queries.other_boards(connection, missing)
        added = queries.add_settled(connection, boards, current, games=settlement.games, at=latest)
        users = max(users, added)
    return users


def rebuild() -> int:
    """Rebuild all boards of the current periods from the whole ledger; return the number of users on them.

    If the boards were correct and their periods are not over, no row's values change.
    """
    with transaction(statement_timeout_ms=600_000) as connection:
        hold_settlements(connection)
        latest = _latest(connection, clock.now())
        current = _current(connection, latest)
        queries.drop_over(connection, current)
        queries.make_missing(connection, current, latest)
        return queries.fill(connection, queries.empty(connection, latest), current)


def _current(connection: Connection, at: datetime) -> Sequence[Span]:
    """Return the periods around `at` that have boards: of each sport with a settled game, and of these together.

    A game stays settled, and only a settlement adds a sport. So the sports with boards are those with settled games
    whenever boards are read, and the table of sports may grow without a settlement.
    """
    return spans({key: SPORTS[key] for key in queries.settled_sports(connection) if key in SPORTS}, at)


def _latest(connection: Connection, at: datetime) -> datetime:
    """Return `at`, or the last change of the boards if that is later.

    A settlement that comes late must not end the boards of a period that another one has started.
    """
    return max(at, queries.last_change(connection) or at)
