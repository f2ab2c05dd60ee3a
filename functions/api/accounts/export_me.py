"""GET /users/me/export: export all data stored about the caller as JSON, or their picks as CSV."""

from typing import Annotated

from pickvs.http.answers import Answer
from pickvs.http.app import create_app
from pickvs.http.csv_answer import csv_answer
from pickvs.http.identity import Caller
from pickvs.http.paging import Cursor, Limit
from pickvs.http.parameters import Query
from pickvs.operations.privacy import service
from pickvs.operations.privacy.schemas import Export, ExportFormat

app = create_app(problems={429: ["TOO_MANY_REQUESTS"]})


@app.get("/users/me/export")
def export_me(
    caller: Caller,
    layout: Annotated[
        ExportFormat, Query(alias="format", description="csv: picks only; the cursor is in X-Next-Cursor.")
    ] = "json",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Answer[Export | str]:
    """Return one page of the export. Continue with `next_cursor` until it is absent."""
    if layout == "csv":
        page = service.export(caller.user_id, parts=("picks",), limit=limit, cursor=cursor)
        return csv_answer(service.picks_as_csv(page), next_cursor=page.next_cursor, name="picks.csv")
    return Answer(200, "application/json", service.export(caller.user_id, limit=limit, cursor=cursor))
