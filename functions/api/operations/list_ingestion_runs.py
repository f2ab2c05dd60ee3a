"""GET /admin/ingestion-runs: list runs of the ingestion jobs, with requests, results, skipped parts and errors."""

from typing import Annotated

from pickvs.core.types import Moment
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit, span_end, span_start
from pickvs.http.parameters import Query
from pickvs.ingestion.rules import JobName
from pickvs.operations.administration.runs import service
from pickvs.operations.administration.runs.queries import RunFilter, RunStatus
from pickvs.operations.administration.runs.schemas import IngestionRuns
from pickvs.sports.schemas import SportKey

app = create_app(role="admin")


@app.get("/admin/ingestion-runs")
def list_ingestion_runs(
    caller: Caller,
    job: Annotated[JobName | None, Query()] = None,
    sport: Annotated[SportKey | None, Query()] = None,
    status: Annotated[RunStatus | None, Query()] = None,
    since: Annotated[Moment | None, span_start("Started")] = None,
    until: Annotated[Moment | None, span_end("Started")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> IngestionRuns:
    """Return one page of runs, newest first."""
    return service.list_runs(caller.user_id, RunFilter(job, sport, status, since, until), limit=limit, cursor=cursor)
