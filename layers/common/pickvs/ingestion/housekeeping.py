"""Deletes expired rows once a day, at the end of process_results."""

from collections.abc import Callable, Mapping
from datetime import datetime

from pickvs.accounts import pruning as accounts
from pickvs.accounts.limits import service as limits
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.logging import logger
from pickvs.idempotency import service as idempotency

BATCH = 5_000
"""Rows deleted per transaction, so that locks last a fraction of a second."""
MOST_BATCHES = 40
"""Transactions per table and run. The next run continues with the rest."""

type _Delete = Callable[[Connection, datetime, int], int]

_DELETIONS: Mapping[str, _Delete] = {
    "refresh_tokens": accounts.delete_ended_tokens,
    "account_tokens": accounts.delete_expired_tokens,
    "limits": limits.delete_good,
    "idempotency_keys": idempotency.delete_outlived,
}


def prune() -> dict[str, int]:
    """Delete expired rows, and return the number of deleted rows by table.

    The next run deletes what this one leaves.
    """
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
