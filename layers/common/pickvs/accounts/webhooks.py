"""Makes webhooks. What is sent to a webhook outlives the session that made it, so a living session makes it."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

from pickvs.accounts.presence import lock_caller
from pickvs.accounts.telling import tell
from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.notices.webhooks import service as webhooks

if TYPE_CHECKING:
    from pickvs.notices.webhooks.requests import WantedWebhook
    from pickvs.notices.webhooks.schemas import NewWebhook


def make_webhook(user_id: int, session: UUID | None, wanted: "WantedWebhook") -> "NewWebhook":
    """Make a webhook, and return it with the secret that signs its messages. Tells the user, by mail as well.

    Raises Invalid if the URL is not a public https address, Conflict (TOO_MANY_WEBHOOKS) if the user has too many
    already, Conflict (SESSION_UNKNOWN), and Unauthenticated if the account or the session has ended.
    """
    webhooks.check_target(wanted)
    with transaction() as connection:
        user = lock_caller(connection, user_id, session)
        at = clock.now()
        # The path of a URL is often a secret. Told before it exists, so that it is told to the earlier webhooks only.
        told = {"username": user.username, "host": urlsplit(wanted.url).hostname}
        tell(connection, user_id, "webhook_made", at, data=told)
        return webhooks.insert_webhook(connection, user_id, wanted, at)
