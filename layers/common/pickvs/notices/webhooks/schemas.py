"""Responses of webhooks."""

from typing import Annotated

from pickvs.core.types import Moment, ResponseBody, doc
from pickvs.notices.rules import DeliveryState


class Webhook(ResponseBody):
    """A webhook without its secret."""

    id: int
    url: Annotated[str, doc("Where notices are sent by POST.", examples=["https://example.com/pickvs"])]
    created_at: Moment


class NewWebhook(Webhook):
    """A new webhook. `secret` is returned only once."""

    secret: Annotated[
        str,
        doc(
            "Verifies signatures (Standard Webhooks). Store it safely: it cannot be retrieved again.",
            examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD+eQ7UpEEVw8="],
        ),
    ]

    def __repr__(self) -> str:
        """Return a representation without the secret, safe to log."""
        return f"NewWebhook(id={self.id})"


class Webhooks(ResponseBody):
    """All webhooks of the user, newest first."""

    webhooks: list[Webhook]


class Delivery(ResponseBody):
    """The delivery of one notice to one webhook."""

    id: int
    notice_id: Annotated[int, doc("Id of the notice. The header `webhook-id` is `notice_`, this id, `_` and the time.")]
    kind: Annotated[str, doc("Kind of the notice.", examples=["pick.settled"])]
    state: DeliveryState
    attempts: Annotated[int, doc("Attempts since it was queued.")]
    queued_at: Moment
    next_at: Annotated[Moment | None, doc("When it is tried next. null if it has ended.")]
    ended_at: Annotated[Moment | None, doc("null while it is queued.")]
    last_status: Annotated[int | None, doc("Status of the receiver's last answer. null if there was none.")]
    last_error: Annotated[str | None, doc("Why the last attempt failed, in our words. null if it did not.")]


class Deliveries(ResponseBody):
    """A page of the deliveries to a webhook, newest first. Those that ended more than 30 days ago are deleted."""

    deliveries: list[Delivery]
    next_cursor: str | None
