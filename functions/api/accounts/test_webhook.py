"""POST /webhooks/{webhook_id}/test: send a test notice to a webhook."""

from pickvs.accounts.limits import service as limits
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier
from pickvs.notices.webhooks import service
from pickvs.notices.webhooks.schemas import Delivery

app = create_app(problems={404: ["WEBHOOK_NOT_FOUND"], 429: ["TOO_MANY_REQUESTS"]})


@app.post("/webhooks/<webhook_id>/test", status_code=202)
def test_webhook(webhook_id: Identifier, caller: Caller) -> Delivery:
    """Queue a notice of the kind webhook.test, once a minute at most, and return its delivery."""
    limits.admit_webhook_order(caller.user_id)
    return service.test_webhook(caller.user_id, webhook_id)
