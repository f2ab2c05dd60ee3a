"""POST /webhooks/{webhook_id}/deliveries/{delivery_id}/replay: send a notice to a webhook again."""

from pickvs.accounts.limits import service as limits
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.notices.webhooks import service
from pickvs.notices.webhooks.schemas import Delivery

app = create_app(problems={404: ["WEBHOOK_NOT_FOUND", "DELIVERY_NOT_FOUND"], 429: ["TOO_MANY_REQUESTS"]})


@app.post("/webhooks/<webhook_id>/deliveries/<delivery_id>/replay", status_code=202)
def replay_webhook_delivery(webhook_id: Identifier, delivery_id: Identifier, caller: Caller) -> Delivery:
    """Queue the delivery again, with the same `webhook-id`. A delivery that is queued already stays as it is."""
    limits.admit_webhook_order(caller.user_id)
    return service.replay_delivery(caller.user_id, webhook_id, delivery_id)
