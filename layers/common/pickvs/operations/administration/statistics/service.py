"""Lists findings in the statistics, resolves them, and orders past days, each order with an entry in the audit log."""

from uuid import UUID

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.paging import read_cursor, write_cursor
from pickvs.operations.administration.access import check_admin, require_admin
from pickvs.operations.administration.audit.queries import Entry
from pickvs.operations.administration.audit.service import write_entry
from pickvs.operations.administration.statistics.requests import BackfillOrder, ResolutionOrder
from pickvs.operations.administration.statistics.schemas import Anomalies, Anomaly, Backfill
from pickvs.predictions.statistics.ingest.ordering import order_backfill
from pickvs.predictions.statistics.quality.findings import anomalies_after, resolve_anomaly
from pickvs.sports.service import refuse_unknown_sport


def list_anomalies(
    actor_id: int, *, sport: str | None, resolved_too: bool, limit: int, cursor: str | None
) -> Anomalies:
    """Return a page of findings to an administrator, the oldest first.

    Raises the errors of `check_admin`, and Invalid for an unknown sport or a cursor of another list.
    """
    refuse_unknown_sport(sport)
    [after] = read_cursor(cursor, int) if cursor is not None else (0,)
    with transaction() as connection:
        check_admin(connection, actor_id)
        rows = anomalies_after(connection, sport=sport, resolved_too=resolved_too, after=after, limit=limit + 1)
    page = rows[:limit]
    return Anomalies(
        anomalies=[Anomaly.of(row) for row in page],
        next_cursor=write_cursor(page[-1].id) if len(rows) > limit else None,
    )


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
