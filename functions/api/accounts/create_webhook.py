"""POST /webhooks: have notices sent to a program."""

from pickvs.accounts import webhooks
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.notices.webhooks.requests import WantedWebhook
from pickvs.notices.webhooks.schemas import NewWebhook

app = create_app(problems={409: ["SESSION_UNKNOWN", "TOO_MANY_WEBHOOKS"]})


@app.post("/webhooks", status_code=201)
def create_webhook(wanted: WantedWebhook, caller: Caller) -> NewWebhook:
    """Create a webhook and return it. Later responses do not include the secret that signs its messages.

    Takes a session that has not ended. The user is told by mail.
    """
    return webhooks.make_webhook(caller.user_id, caller.session, wanted)
