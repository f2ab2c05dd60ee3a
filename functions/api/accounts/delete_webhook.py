"""DELETE /webhooks/{webhook_id}: delete one of the caller's webhooks."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.notices.webhooks import service

app = create_app(problems={404: ["WEBHOOK_NOT_FOUND"]})


@app.delete("/webhooks/<webhook_id>", status_code=204)
def delete_webhook(webhook_id: Identifier, caller: Caller) -> None:
    """Delete the webhook and its deliveries. An attempt that is under way may still arrive."""
    service.delete_webhook(caller.user_id, webhook_id)
