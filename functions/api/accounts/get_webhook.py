"""GET /webhooks/{webhook_id}: get one of the caller's webhooks."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.notices.webhooks import service
from pickvs.notices.webhooks.schemas import Webhook

app = create_app(problems={404: ["WEBHOOK_NOT_FOUND"]})


@app.get("/webhooks/<webhook_id>")
def get_webhook(webhook_id: Identifier, caller: Caller) -> Webhook:
    """Return the webhook without its secret."""
    return service.show_webhook(caller.user_id, webhook_id)
