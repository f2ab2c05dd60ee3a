"""Tells users what has happened: writes a notice, and queues its deliveries, in the transaction of what it tells."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pickvs.agenda import service as agenda
from pickvs.core.database import Connection
from pickvs.notices import queries
from pickvs.notices.news import News
from pickvs.notices.rules import KINDS

DELIVER_NOTICES = "deliver_notices"
"""Name of the function that delivers."""

_BY_MAIL = tuple(name for name, kind in KINDS.items() if kind.is_on("email"))
_BY_WEBHOOK = tuple(name for name, kind in KINDS.items() if kind.is_on("webhook"))


def tell(
    connection: Connection,
    user_id: int,
    kind: str,
    cause: str,
    data: Mapping[str, Any],
    *,
    at: datetime,
    to: tuple[str, ...] = (),
    secret: str | None = None,
) -> None:
    """Tell a user something, in the caller's transaction. After the commit, has it delivered.

    The caller holds the user's account, so that the notice cannot outlive it.

    kind: one of rules.KINDS. cause: what it tells of; the same cause tells a user once. data: facts for its words and
    for programs, as JSON; it is shown in the feed and to webhooks, so it never has a secret. Its `expires_at`, if any,
    says when all is over: nothing is sent after that. to: where mails go, if not to the address that is the account's
    when the mail is sent. secret: a one-time token for the mail; it is deleted when the mail has gone.
    """
    known = KINDS[kind]
    notice_id = queries.tell(
        connection, user_id=user_id, kind=kind, cause=cause, data=data, in_feed=known.in_feed, at=at
    )
    if notice_id is not None:
        chosen = queries.choices(connection, user_id, kind)
        if known.is_on("email", chosen=chosen.get("email")):
            for address in to or (None,):
                queries.queue_mail(connection, notice_id, address=address, secret=secret, urgent=known.is_urgent, at=at)
        if known.is_on("webhook", chosen=chosen.get("webhook")):
            queries.queue_webhooks(connection, notice_id, user_id=user_id, at=at)
    # Also if there is nothing to deliver: how long a request takes must not show whether an account exists.
    agenda.wake(connection, DELIVER_NOTICES)


def tell_all(connection: Connection, news: News, *, at: datetime) -> int:
    """Tell many users something, in the caller's transaction, and return the number of notices.

    After the commit, has the deliveries made, if there are any: to webhooks, and to addresses that are confirmed by
    now. Kinds whose mail cannot be turned off, and those that are not in the feed, are not for this.
    """
    told, queued = queries.tell_all(connection, news, mail_kinds=_BY_MAIL, webhook_kinds=_BY_WEBHOOK, at=at)
    if queued:
        agenda.wake(connection, DELIVER_NOTICES)
    return told
