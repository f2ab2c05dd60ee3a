"""Lists ingestion runs."""

from pickvs.core.database import transaction
from pickvs.core.paging import read_cursor, read_moment, refuse_empty_span, write_cursor
from pickvs.operations.administration.access import check_admin
from pickvs.operations.administration.runs import queries
from pickvs.operations.administration.runs.queries import RunFilter
from pickvs.operations.administration.runs.schemas import IngestionRun, IngestionRuns
from pickvs.sports.service import refuse_unknown_sport


def list_runs(actor_id: int, chosen: RunFilter, *, limit: int, cursor: str | None) -> IngestionRuns:
    """Return a page of ingestion runs, newest first by the start of the latest attempt, to an administrator.

    Raises the errors of `check_admin`, and Invalid if the sport is not covered, if `until` is not after `since`, or
    if the cursor belongs to another list.
    """
    refuse_unknown_sport(chosen.sport)
    refuse_empty_span(chosen.since, chosen.until)
    after = _position(cursor) if cursor is not None else None
    with transaction() as connection:
        check_admin(connection, actor_id)
        rows = queries.runs(connection, chosen, after=after, limit=limit + 1)
    page = rows[:limit]
    return IngestionRuns(
        runs=[IngestionRun.of(row) for row in page],
        next_cursor=write_cursor(page[-1].started_at.isoformat(), page[-1].id) if len(rows) > limit else None,
    )


def _position(cursor: str) -> queries.Position:
    moment, run_id = read_cursor(cursor, str, int)
    return read_moment(moment), run_id
