"""Deletes what has had its time and would otherwise pile up, once a day, at the end of process_results."""

from collections.abc import Callable, Mapping
from datetime import datetime

from pickvs.accounts import pruning as accounts
from pickvs.accounts.limits import service as limits
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.logging import logger
from pickvs.picks.repeats import service as repeats

BATCH = 5_000
"""Rows that one transaction deletes: a fraction of a second's locks."""
MOST_BATCHES = 40
"""Transactions for each table and run; what is left then waits for the next."""

type _Delete = Callable[[Connection, datetime, int], int]

_DELETIONS: Mapping[str, _Delete] = {
    "refresh_tokens": accounts.delete_ended_tokens,
    "limits": limits.delete_good,
    "idempotency_keys": repeats.delete_outlived,
}


def prune() -> dict[str, int]:
    """Return how many rows were deleted, by table. Whatever is cut short goes on with the next run."""
    at = clock.now()
    deleted = {table: _in_batches(delete, at) for table, delete in _DELETIONS.items()}
    logger().info("pruned", deleted=deleted)
    return deleted


def _in_batches(delete: _Delete, at: datetime) -> int:
    total = 0
    for _ in range(MOST_BATCHES):
        with transaction() as connection:
            deleted = delete(connection, at, BATCH)
        total += deleted
        if deleted < BATCH:
            break
    return total
