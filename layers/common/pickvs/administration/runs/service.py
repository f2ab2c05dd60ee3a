"""Shows the runs of the ingestion jobs."""

from pickvs.administration.access import require_admin
from pickvs.administration.runs import queries
from pickvs.administration.runs.queries import RunFilter
from pickvs.administration.runs.schemas import IngestionRun, IngestionRuns
from pickvs.core.database import transaction
from pickvs.core.paging import read_cursor, read_moment, refuse_empty_span, write_cursor
from pickvs.markets.service import refuse_unknown_sport


def list_runs(actor_id: int, chosen: RunFilter, *, limit: int, cursor: str | None) -> IngestionRuns:
    """Return a page of ingestion runs, newest first, to an administrator. A run that is tried again begins anew.

    Raises what `require_admin` raises, and Invalid for a sport that is not covered, an `until` that is not after
    `since` and a cursor that is not this list's.
    """
    refuse_unknown_sport(chosen.sport)
    refuse_empty_span(chosen.since, chosen.until)
    after = _position(cursor) if cursor is not None else None
    with transaction() as connection:
        require_admin(connection, actor_id)
        rows = queries.runs(connection, chosen, after=after, limit=limit + 1)
    page = rows[:limit]
    return IngestionRuns(
        runs=[IngestionRun.of(row) for row in page],
        next_cursor=write_cursor(page[-1].started_at.isoformat(), page[-1].id) if len(rows) > limit else None,
    )


def _position(cursor: str) -> queries.Position:
    moment, run_id = read_cursor(cursor, str, int)
    return read_moment(moment), run_id
