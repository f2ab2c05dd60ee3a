"""The `Idempotency-Key` header: a repeated request gets the first response."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pickvs.core import clock
from pickvs.core.database import Connection
from pickvs.core.encoding import as_plain, from_plain
from pickvs.core.errors import FieldError, Invalid
from pickvs.core.types import ResponseBody
from pickvs.idempotency import queries
from pickvs.idempotency.queries import Remembered

if TYPE_CHECKING:
    from pickvs.core.requests import RequestBody

REMEMBERED_FOR = timedelta(hours=24)
"""Time for which a key is bound to its first request. Afterwards it can be reused."""


class Done(ResponseBody):
    """That a request whose response has no body was carried out."""


def once[Answer: ResponseBody](
    connection: Connection,
    user_id: int,
    key: str | None,
    request: "RequestBody | None",
    kind: type[Answer],
    make: Callable[[], Answer],
    *,
    about: str = "",
) -> Answer:
    """Return the response stored for this user, key and request. If there is none, call `make` and store its result.

    The response is stored in the caller's transaction, together with whatever `make` stores. If the transaction fails,
    nothing is stored, and a retry counts as the first request. Concurrent requests with the same key wait for the first
    one.

    key: None if the request has none: then nothing is stored. request: None if it has no body. kind: type of the
    response; Done if there is none. about: what the request does to what, where several operations take the same body.

    Raises Invalid (IDEMPOTENCY_KEY_REUSED) if the key was used for a different request.
    """
    if key is None:
        return make()
    queries.lock_key(connection, user_id, key)
    now = clock.now()
    queries.forget(connection, user_id, now - REMEMBERED_FOR)
    body = "" if request is None else request.model_dump_json()
    body_hash = hashlib.sha256((about + body).encode()).digest()
    found = queries.find(connection, user_id, key)
    if found is None:
        answer = make()
        queries.remember(connection, user_id, key, Remembered(body_hash, as_plain(answer)), now)
        return answer
    if found.body_hash != body_hash:
        problem = FieldError("Idempotency-Key", "already used for a different request; use a new key")
        raise Invalid("IDEMPOTENCY_KEY_REUSED", "This key was already used with a different body.", (problem,))
    return from_plain(kind, found.answer)


def delete_outlived(connection: Connection, at: datetime, most: int) -> int:
    """Delete up to `most` responses of all users whose keys have expired at `at`. Return the number deleted."""
    return queries.delete_outlived(connection, at - REMEMBERED_FOR, most)
