"""Tells users what has happened: writes a notice, and queues its deliveries, in the transaction of what it tells."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pickvs.agenda import service as agenda
from pickvs.core.database import Connection
from pickvs.notices import queries
from pickvs.notices.rules import KINDS

DELIVER_NOTICES = "deliver_notices"
"""Name of the function that delivers."""


def tell(
    connection: Connection,
    user_id: int,
    kind: str,
    cause: str,
    data: Mapping[str, Any],
    *,
    at: datetime,
    to: str | None = None,
    secret: str | None = None,
) -> None:
    """Tell a user something, in the caller's transaction. After the commit, has it delivered.

    kind: one of rules.KINDS. cause: what it tells of; the same cause tells a user once. data: facts for its words and
    for programs, as JSON; it is shown in the feed and to webhooks, so it never has a secret. to: where the mail goes,
    if not to the address that is the account's when the mail is sent. secret: a one-time token for the mail; it is
    deleted when the mail has gone.
    """
    known = KINDS[kind]
    notice_id = queries.tell(
        connection, user_id=user_id, kind=kind, cause=cause, data=data, in_feed=known.in_feed, at=at
    )
    if notice_id is not None and "email" in known.always:
        queries.queue_mail(connection, notice_id, address=to, secret=secret, at=at)
    agenda.wake(connection, DELIVER_NOTICES)
