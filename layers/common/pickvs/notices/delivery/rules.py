"""What became of an attempt to deliver. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from pickvs.notices.rules import EXPIRES_AT, GIVEN_UP_AFTER, DeliveryState

AT_ONCE = 8
"""Mails or calls that are under way at once."""
MOST_MAILS = 3 * AT_ONCE
"""Mails that are taken at a time."""
MOST_CALLS = AT_ONCE
"""Calls of webhooks that are taken at a time. A mail that comes meanwhile waits for no others."""
CALL_SECONDS = 10
"""Time that a receiver has, from the look-up of its name to its status."""
SLOW_SECONDS = 2.0
"""Time after which a receiver counts as slow."""
MOST_ATTEMPTS = 20
"""Attempts after which a delivery that is too old is not begun again. Those that end in failure are far fewer."""
HELD_BACK = timedelta(minutes=1)
"""Time for which a receiver that was silent or slow gets no calls, and mails wait whose rate was exceeded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an attempt."""

    state: DeliveryState | None
    """None: it is to be tried again."""
    error: str | None = None
    status: int | None = None
    """The receiver's, if it answered."""
    holds_back: bool = False
    """Whether the receiver was silent or slow, so that it gets no more calls for a while."""
    is_throttled: bool = False
    """Whether the mail service takes no more mails at the moment. The attempt does not count."""


SENT = Outcome(state="sent")
EXPIRED = Outcome(state="expired", error="it was over before it could be sent")
UNKNOWN_KIND = Outcome(state=None, error="this release does not know the kind of notice")
"""Of a notice that a newer release has told. The function that delivers is deployed after those that tell."""


def outcome_of(status: int) -> Outcome:
    """Return what a receiver's status means: 2xx that it has the notice, 410 that it wants none, others a failure."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Outcome(state="sent", status=status)
    state: DeliveryState | None = "failed" if status == HTTPStatus.GONE else None
    return Outcome(state=state, status=status, error=f"the receiver answered {status}")


def is_worn_out(attempts: int, queued_at: datetime, at: datetime) -> bool:
    """Return whether a delivery is given up unsent, because its attempts have ended the process again and again.

    attempts: number of attempts so far, including the one that has just begun.
    """
    return attempts > MOST_ATTEMPTS and at - queued_at > GIVEN_UP_AFTER


def is_over(data: Mapping[str, Any], queued_at: datetime, at: datetime) -> bool:
    """Return whether what a notice tells was over at a moment, by its data's `expires_at`: it is not sent any more.

    queued_at: when the delivery was queued. One that was queued when all was over is a replay, and is sent as its
    receiver wants.
    """
    text = data.get(EXPIRES_AT)
    return text is not None and queued_at < datetime.fromisoformat(text) <= at
