"""Opens and closes questions to administrators, in the transaction of what raises or settles them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pickvs.core.database import Connection
from pickvs.fantasy.events.reviews import queries
from pickvs.fantasy.events.reviews.queries import ReviewRow
from pickvs.notices import service as notices

type Kind = Literal["result", "schedule", "cancellation", "contestant", "substitution"]

BY_ITSELF = "settled"
"""The decision of a question that has become pointless."""


@dataclass(frozen=True, slots=True)
class Decider:
    """An administrator and the reason that he states. user_id: None for the operator's command."""

    user_id: int | None
    reason: str


def ask(
    connection: Connection,
    event_id: int,
    kind: Kind,
    subject: str,
    causes: Sequence[str],
    question: Mapping[str, Any],
    at: datetime,
) -> None:
    """Open a question, or bring the open one up to date. Tells the administrators once of each.

    question: what an administrator needs to decide, as JSON.
    """
    review = queries.open_review(
        connection,
        {
            "event": event_id,
            "kind": kind,
            "subject": subject,
            "causes": list(causes),
            "question": dict(question),
            "at": at,
        },
    )
    notices.tell_all(connection, queries.news([review]), at=at)


def settle(
    connection: Connection,
    event_id: int,
    kind: Kind,
    subject: str,
    at: datetime,
    *,
    decision: str = BY_ITSELF,
    by: Decider | None = None,
) -> bool:
    """Close a question, if it is open. Returns whether it was. by: who has decided; None if it settled by itself."""
    return queries.close_review(
        connection,
        {
            "event": event_id,
            "kind": kind,
            "subject": subject,
            "at": at,
            "decision": decision,
            "by": by.user_id if by is not None else None,
            "reason": by.reason if by is not None else None,
        },
    )


def is_open(connection: Connection, event_id: int, kind: Kind, subject: str) -> bool:
    """Whether a question is open."""
    return queries.is_open(connection, event_id, kind, subject)


def review_of(connection: Connection, review_id: int) -> ReviewRow | None:
    """Return a question, locked against other decisions until the transaction ends. None if there is none."""
    return queries.review(connection, review_id)


def reviews_of(
    connection: Connection,
    *,
    is_open: bool | None = None,
    event_id: int | None = None,
    after: tuple[datetime, int] | None = None,
    limit: int,
) -> list[ReviewRow]:
    """Return questions, the latest first. after: time and id of the last one of the page before."""
    after_at, after_id = after or (None, None)
    return queries.reviews(
        connection,
        {"is_open": is_open, "event": event_id, "after_at": after_at, "after_id": after_id, "limit": limit},
    )
