"""Creation, listing, revocation and verification of API keys."""

import secrets
from typing import TYPE_CHECKING

from pickvs.accounts import queries as accounts
from pickvs.accounts.keys import queries
from pickvs.accounts.keys.queries import Holder, KeyRow
from pickvs.accounts.keys.rules import (
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
from pickvs.accounts.presence import account_is_gone
from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.errors import Conflict, FieldError, Invalid, NotFound, Unauthenticated
from pickvs.core.paging import read_cursor, write_cursor

if TYPE_CHECKING:
    from pickvs.accounts.keys.requests import WantedKey

_NEWEST = 2**63 - 1  # as a cursor position: before the first key


def make_key(user_id: int, wanted: "WantedKey") -> NewApiKey:
    """Create an API key and return it, including the key itself, which is not stored.

    Raises Conflict (TOO_MANY_KEYS) if the user already has LIVING_KEYS_MAX keys, Invalid if the expiry time is past or
    too far ahead, and Unauthenticated if the account has been erased.
    """
    key = MARK + secrets.token_urlsafe(32)
    with transaction() as connection:
        # The lock serializes requests. Otherwise two of them could each create the last permitted key.
        if not accounts.lock_user(connection, user_id):
            raise account_is_gone()
        now = clock.now()
        if wanted.expires_at is not None and not now < wanted.expires_at <= now + LIFE_MAX:
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
            expires_at=wanted.expires_at,
        )
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


def revoke_key(user_id: int, key_id: int) -> None:
    """Revoke one of the user's keys permanently. Idempotent.

    The gateway may accept the key for up to 5 more minutes, because it caches the authorizer's response. Raises
    NotFound (API_KEY_NOT_FOUND) if the key does not exist or is another user's.
    """
    with transaction() as connection:
        if not queries.revoke_key(connection, user_id, key_id, clock.now()):
            raise _unknown()


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
