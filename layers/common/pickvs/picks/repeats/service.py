"""Answers a repeated request as it was answered first (the `Idempotency-Key` header)."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from pickvs.core import clock
from pickvs.core.database import Connection
from pickvs.core.encoding import as_plain, from_plain
from pickvs.core.errors import FieldError, Invalid
from pickvs.core.requests import RequestBody
from pickvs.core.types import ResponseBody
from pickvs.picks.repeats import queries
from pickvs.picks.repeats.queries import Remembered

REMEMBERED_FOR = timedelta(hours=24)
"""How long a key stands for its first request; afterwards it is free again."""


def once[Answer: ResponseBody](
    connection: Connection, user_id: int, key: str, request: RequestBody, kind: type[Answer], make: Callable[[], Answer]
) -> Answer:
    """Return what `make` answers, a `kind`, or what it answered when the user sent this request under this key before.

    The answer is stored in the caller's transaction, with whatever `make` stores; where that fails nothing is
    remembered, and a repeat is a first request again. Of requests at once under one key, the others wait for the
    first. Raises Invalid IDEMPOTENCY_KEY_REUSED for another request under the key.
    """
    queries.lock_key(connection, user_id, key)
    now = clock.now()
    queries.forget(connection, user_id, now - REMEMBERED_FOR)
    body_hash = hashlib.sha256(request.model_dump_json().encode()).digest()
    found = queries.find(connection, user_id, key)
    if found is None:
        answer = make()
        queries.remember(connection, user_id, key, Remembered(body_hash, as_plain(answer)), now)
        return answer
    if found.body_hash != body_hash:
        problem = FieldError("Idempotency-Key", "stands for another request of yours; take a new key")
        raise Invalid("IDEMPOTENCY_KEY_REUSED", "This key came with another body before.", (problem,))
    return from_plain(kind, found.answer)


def delete_outlived(connection: Connection, at: datetime, most: int) -> int:
    """Delete up to `most` answers, of all users, whose keys are free at `at`; return how many."""
    return queries.delete_outlived(connection, at - REMEMBERED_FOR, most)
