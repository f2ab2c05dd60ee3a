"""What became of an attempt to deliver. Pure."""

from dataclasses import dataclass
from http import HTTPStatus

from pickvs.notices.rules import DeliveryState

MOST_MAILS = 24
"""Mails that are taken at a time."""
MOST_CALLS = 16
"""Calls of webhooks that are taken at a time."""
MOST_CALLS_OF_WEBHOOK = 4
"""Calls of one webhook among them, so that a slow receiver holds up few others."""
AT_ONCE = 8
"""Mails or calls that are under way at once."""
CALL_SECONDS = 10
"""Time that a receiver has, from the look-up of its name to its status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an attempt. state: None if it is to be tried again. status: the receiver's, if it answered."""

    state: DeliveryState | None
    error: str | None = None
    status: int | None = None

    @property
    def is_silence(self) -> bool:
        """Whether a receiver did not answer at all."""
        return self.state is None and self.status is None


SENT = Outcome(state="sent")


def outcome_of(status: int) -> Outcome:
    """Return what a receiver's status means: 2xx that it has the notice, 410 that it wants none, others a failure."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Outcome(state="sent", status=status)
    state: DeliveryState | None = "failed" if status == HTTPStatus.GONE else None
    return Outcome(state=state, status=status, error=f"the receiver answered {status}")
