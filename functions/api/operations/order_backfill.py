"""POST /admin/backfills: have the sources of statistics asked about past days."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.operations.administration.statistics import service
from pickvs.operations.administration.statistics.requests import BackfillOrder
from pickvs.operations.administration.statistics.schemas import Backfill

app = create_app(role="admin", problems={409: ["NO_SOURCE"]})


@app.post("/admin/backfills", status_code=202)
def order_backfill(order: BackfillOrder, caller: Caller) -> Backfill:
    """Put every day of the span on the agenda, and return their number. Ordering the same again changes nothing."""
    return service.backfill(caller.user_id, caller.session, order)
