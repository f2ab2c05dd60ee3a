"""GET /webhooks: list the caller's webhooks."""

from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.notices.webhooks import service
from pickvs.notices.webhooks.schemas import Webhooks

app = create_app()


@app.get("/webhooks")
def list_webhooks(caller: Caller) -> Webhooks:
    """Return the caller's webhooks, newest first. A user has at most 5."""
    return service.list_webhooks(caller.user_id)
