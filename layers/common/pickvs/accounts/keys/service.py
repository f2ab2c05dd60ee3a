"""Creation, listing, revocation and verification of API keys."""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from pickvs.accounts import queries as accounts
from pickvs.accounts.keys import queries
from pickvs.accounts.keys.queries import Holder, KeyRow
from pickvs.accounts.keys.rules import (
    LIFE_DEFAULT,
    LIFE_MAX,
    LIVING_KEYS_MAX,
    MARK,
    PREFIX_LENGTH,
    hash_key,
    is_use_due,
    is_well_formed,
    why_refused,
)
from pickvs.accounts.keys.schemas import ApiKey, ApiKeys, NewApiKey
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, Unauthenticated
from pickvs.core.paging import read_cursor, write_cursor

if TYPE_CHECKING:
    from pickvs.accounts.keys.requests import WantedKey

_NEWEST = 2**63 - 1  # as a cursor position: before the first key


def make_key(user_id: int, session: UUID | None, wanted: "WantedKey") -> NewApiKey:
    """Create an API key and return it, including the key itself, which is not stored. Tells the user.

    A key outlives the access token with which it is made, so a borrowed token must not make one: that takes the
    password, and a session that has not ended.

    Raises Forbidden (PASSWORD_REQUIRED, WRONG_PASSWORD), Conflict (TOO_MANY_KEYS) if the user already has
    LIVING_KEYS_MAX keys, Conflict (SESSION_UNKNOWN), TooManyRequests, Invalid if the expiry time is past or too far
    ahead, and Unauthenticated if the account or the session has ended.
    """
    # The authorizer and the readers of keys need none of these.
    from pickvs.accounts.limits import service as limits
    from pickvs.accounts.presence import lock_caller
    from pickvs.accounts.proof import prove_password
    from pickvs.accounts.telling import tell

    if wanted.password is None:
        raise Forbidden("PASSWORD_REQUIRED", "Making a key takes the password of your account; send it as `password`.")
    prove_password(user_id, session, wanted.password)
    limits.admit_key(user_id)
    key = MARK + secrets.token_urlsafe(32)
    with transaction() as connection:
        # The lock serializes requests. Otherwise two of them could each create the last permitted key.
        user = lock_caller(connection, user_id, session)
        now = clock.now()
        expires_at = wanted.expires_at or now + LIFE_DEFAULT
        if not now < expires_at <= now + LIFE_MAX:
            problem = FieldError("expires_at", f"must be in the future, and at most {LIFE_MAX.days} days ahead")
            raise Invalid("INVALID_VALUE", "Some values are not valid; see errors.", (problem,))
        if queries.count_living(connection, user_id, now) >= LIVING_KEYS_MAX:
            raise Conflict("TOO_MANY_KEYS", f"You have {LIVING_KEYS_MAX} keys already; revoke one first.")
        row = queries.insert_key(
            connection,
            user_id=user_id,
            name=wanted.name,
            prefix=key[:PREFIX_LENGTH],
            key_hash=hash_key(key),
            scopes=wanted.scopes,
            created_at=now,
            expires_at=expires_at,
        )
        told = {"username": user.username, "key_id": row.id, "name": row.name, "scopes": list(row.scopes)}
        tell(connection, user_id, "api_key_made", now, data=told)
    return NewApiKey.of(row, key=key)


def list_keys(user_id: int, *, limit: int, cursor: str | None) -> ApiKeys:
    """Return a page of the user's keys, newest first. Raises Invalid (INVALID_CURSOR) if the cursor is invalid."""
    [before] = read_cursor(cursor, int) if cursor is not None else [_NEWEST]
    with transaction() as connection:
        rows = queries.keys_of(connection, user_id, before=before, limit=limit + 1)
    page = rows[:limit]
    return ApiKeys(
        api_keys=[_shown(row) for row in page],
        next_cursor=write_cursor(page[-1].id) if len(rows) > limit else None,
    )


def show_key(user_id: int, key_id: int) -> ApiKey:
    """Return one of the user's keys. Raises NotFound (API_KEY_NOT_FOUND) if it does not exist or is another user's."""
    with transaction() as connection:
        row = queries.find_key(connection, user_id, key_id)
    if row is None:
        raise _unknown()
    return _shown(row)


def revoke_key(user_id: int, session: UUID | None, key_id: int) -> None:
    """Revoke one of the user's keys permanently. Idempotent.

    From then on it makes no picks. For reads the gateway may accept it for up to 5 more minutes, because it caches the
    authorizer's response. Raises NotFound (API_KEY_NOT_FOUND) if the key does not exist or is another user's, and
    Unauthenticated if the session has ended.
    """
    from pickvs.accounts.presence import require_session

    with transaction() as connection:
        accounts.lock_user(connection, user_id)  # waits for what the key is doing
        require_session(connection, user_id, session)
        if not queries.revoke_key(connection, user_id, key_id, clock.now()):
            raise _unknown()


def end_keys(connection: Connection, user_id: int, at: datetime) -> bool:
    """Revoke all the user's keys permanently. Returns whether there was any. The caller holds the lock of the user."""
    return queries.revoke_all_keys(connection, user_id, at) > 0


def identify(key: str) -> Holder:
    """Verify an API key, record its use, and return its owner and scopes.

    Raises Unauthenticated if the key is malformed, unknown, revoked or expired. The error's detail is the reason, for
    the log, and never repeats the key.
    """
    if not is_well_formed(key):
        raise _refused("malformed key")
    now = clock.now()
    with transaction() as connection:
        holder = queries.find_holder(connection, hash_key(key))
        if holder is None:
            raise _refused("unknown key")
        reason = why_refused(revoked_at=holder.revoked_at, expires_at=holder.expires_at, at=now)
        if reason is not None:
            raise _refused(reason)
        if is_use_due(holder.last_used_at, now):
            queries.note_use(connection, holder.key_id, before=holder.last_used_at, at=now)
    return holder


def _shown(row: KeyRow) -> ApiKey:
    return ApiKey.of(row)


def _unknown() -> NotFound:
    return NotFound("API_KEY_NOT_FOUND", "You have no such API key.")


def _refused(reason: str) -> Unauthenticated:
    return Unauthenticated("UNAUTHENTICATED", reason)
