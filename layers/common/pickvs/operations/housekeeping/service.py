"""Deletes expired rows, table by table, as due work: each batch is one piece of work, in its own transaction.

A table that fails, for example because somebody holds it, is tried again later and keeps no other one waiting. What a
run has no time for, its alarm goes on with a minute later.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime

from pickvs.accounts import pruning as accounts
from pickvs.accounts.limits import service as limits
from pickvs.agenda import service as agenda
from pickvs.agenda.service import Due
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.logging import logger
from pickvs.fantasy.leagues import pruning as leagues
from pickvs.idempotency import service as idempotency
from pickvs.markets.credits import pruning as planner
from pickvs.notices import pruning as notices

FUNCTION = "housekeeping"
BATCH = 5_000
"""Rows deleted in one transaction, so that locks last a fraction of a second."""
SECONDS = 240.0
"""Time after which a run begins no more batches."""

type _Delete = Callable[[Connection, datetime, int], int]

DELETIONS: Mapping[str, _Delete] = {
    "refresh_tokens": accounts.delete_ended_tokens,
    "account_tokens": accounts.delete_expired_tokens,
    "limits": limits.delete_good,
    "idempotency_keys": idempotency.delete_outlived,
    "notices": notices.delete_old,
    "credit_decisions": planner.delete_old,
    "league_invitations": leagues.delete_dead_invitations,
}
"""How each table loses its expired rows: up to a number of them, as of a time. Returns the number deleted."""


def keep_house(*, all_tables: bool) -> dict[str, int]:
    """Delete expired rows, and return the number of rows deleted by table.

    all_tables: begins with every table. Otherwise goes on with those that are on the agenda.
    """
    if all_tables:
        with transaction() as connection:
            at = clock.now()
            for table in DELETIONS:
                agenda.put(connection, FUNCTION, table, at, {})
    deleted: Counter[str] = Counter()

    def prune(connection: Connection, due: Due) -> None:
        at = clock.now()
        rows = DELETIONS[due.key](connection, at, BATCH)
        if rows == BATCH:
            agenda.put(connection, FUNCTION, due.key, at, {})
        deleted[due.key] += rows

    agenda.take_due(FUNCTION, prune, seconds=SECONDS)
    logger().info("pruned", deleted=dict(deleted))
    return dict(deleted)
