"""Tells users what has happened to their accounts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from pickvs.core.database import Connection
from pickvs.notices import service as notices


def tell(
    connection: Connection,
    user_id: int,
    kind: str,
    at: datetime,
    *,
    data: Mapping[str, Any] | None = None,
    to: tuple[str, ...] = (),
    secret: str | None = None,
) -> None:
    """Tell the user of an event that is not repeated, in the caller's transaction. See `notices.service.tell`."""
    cause = f"{kind}:{uuid4().hex}"
    notices.tell(connection, user_id, f"account.{kind}", cause, data or {}, at=at, to=to, secret=secret)
