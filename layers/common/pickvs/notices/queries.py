"""SQL of telling."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg.rows import scalar_row
from psycopg.types.json import Jsonb

from pickvs.core.database import Connection

_TELL = """
    INSERT INTO notices (user_id, kind, cause, data, in_feed, told_at) VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (user_id, cause) DO NOTHING
    RETURNING id
"""

_SEND = "INSERT INTO deliveries (notice_id, address, secret, next_at) VALUES (%s, %s, %s, %s)"


def tell(
    connection: Connection,
    *,
    user_id: int,
    kind: str,
    cause: str,
    data: Mapping[str, Any],
    in_feed: bool,
    at: datetime,
) -> int | None:
    """Insert a notice, and return its id. None if the user was told of this cause before."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        values = (user_id, kind, cause, Jsonb(dict(data)), in_feed, at)
        notice_id: int | None = cursor.execute(_TELL, values).fetchone()
    return notice_id


def queue_mail(
    connection: Connection, notice_id: int, *, address: str | None, secret: str | None, at: datetime
) -> None:
    """Queue a mail. address: where it goes; None: to the address that is the account's when it is sent."""
    connection.execute(_SEND, (notice_id, address, secret, at))
