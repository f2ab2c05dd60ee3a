"""Resolves findings in the statistics, and orders past days, each with an entry in the audit log."""

from uuid import UUID

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.operations.administration.access import require_admin
from pickvs.operations.administration.audit.queries import Entry
from pickvs.operations.administration.audit.service import write_entry
from pickvs.operations.administration.statistics.requests import BackfillOrder, ResolutionOrder
from pickvs.operations.administration.statistics.schemas import Backfill
from pickvs.predictions.statistics.ingest.ordering import order_backfill
from pickvs.predictions.statistics.quality.findings import resolve_anomaly


def resolve(actor_id: int, session: UUID | None, anomaly_id: int, order: ResolutionOrder) -> None:
    """Resolve a finding, and record it in the audit log. Raises the errors of `require_admin`, and NotFound."""
    at = clock.now()
    with transaction() as connection:
        require_admin(connection, actor_id, session)
        was_open = resolve_anomaly(connection, anomaly_id, order.resolution, at)
        write_entry(
            connection,
            Entry(
                actor_id=actor_id,
                action="resolve_anomaly",
                reason=order.reason,
                before={"anomaly": anomaly_id, "open": was_open},
                after={"anomaly": anomaly_id, "resolution": order.resolution if was_open else None},
            ),
            at,
        )


def backfill(actor_id: int, session: UUID | None, order: BackfillOrder) -> Backfill:
    """Put past days on the agenda, and record it in the audit log.

    Raises the errors of `require_admin`, and those of `order_backfill`.
    """
    at = clock.now()
    with transaction() as connection:
        require_admin(connection, actor_id, session)
        days = order_backfill(connection, order.sport, order.first, order.last, at)
        write_entry(
            connection,
            Entry(
                actor_id=actor_id,
                action="backfill_stats",
                reason=order.reason,
                before={},
                after={"sport": order.sport, "from": order.first.isoformat(), "to": order.last.isoformat()},
            ),
            at,
        )
    return Backfill(sport=order.sport, first=order.first, last=order.last, days=days)
