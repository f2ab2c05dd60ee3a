"""GET /admin/ingestion-runs: what every run of the ingestion jobs asked, got, did and left out."""

from typing import Annotated

from pickvs.administration.runs import service
from pickvs.administration.runs.queries import RunFilter, RunStatus
from pickvs.administration.runs.schemas import IngestionRuns
from pickvs.core.types import Moment
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Query
from pickvs.ingestion.runs import JobName
from pickvs.markets.schemas import SportKey

app = create_app(role="admin")


@app.get("/admin/ingestion-runs")
def list_ingestion_runs(
    caller: Caller,
    job: Annotated[JobName | None, Query()] = None,
    sport: Annotated[SportKey | None, Query()] = None,
    status: Annotated[RunStatus | None, Query()] = None,
    since: Annotated[Moment | None, Query(alias="from", description="The run began then or later.")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="The run began before then.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> IngestionRuns:
    """Return one page of runs, newest first."""
    return service.list_runs(caller.user_id, RunFilter(job, sport, status, since, until), limit=limit, cursor=cursor)
