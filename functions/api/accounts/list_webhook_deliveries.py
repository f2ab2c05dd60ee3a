"""GET /webhooks/{webhook_id}/deliveries: list what was sent to a webhook."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.paging import DEFAULT_LIMIT, Cursor, Limit
from pickvs.http.parameters import Identifier
from pickvs.notices.webhooks import service
from pickvs.notices.webhooks.schemas import Deliveries

app = create_app(problems={404: ["WEBHOOK_NOT_FOUND"]})


@app.get("/webhooks/<webhook_id>/deliveries")
def list_webhook_deliveries(
    webhook_id: Identifier, caller: Caller, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Deliveries:
    """Return one page of the deliveries to the webhook, newest first, each with its state and last attempt."""
    return service.list_deliveries(caller.user_id, webhook_id, limit=limit, cursor=cursor)
