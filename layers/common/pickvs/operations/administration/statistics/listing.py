"""Lists findings in the statistics. Apart from what reads a body."""

from pickvs.core.database import transaction
from pickvs.core.paging import read_cursor, write_cursor
from pickvs.operations.administration.access import check_admin
from pickvs.operations.administration.statistics.schemas import Anomalies, Anomaly
from pickvs.predictions.statistics.quality.findings import anomalies_after
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
