"""Rules for the rotation of signing keys. Pure.

Functions cache the keys, so a function may use the old value for one cache time after a new one becomes current. To
keep all tokens valid, a new key starts to sign only after every function has read it, and the previous key is kept
until all tokens that it signed have expired.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from pickvs.accounts.rules import ACCESS_TOKEN_LIFETIME


def earliest_rotation(current_from: datetime, *, cache: timedelta) -> datetime:
    """Return when the next rotation may remove the previous key, because all its tokens have expired.

    current_from: when the previous key stopped signing. cache: the cache time, added as a margin for clock differences
    between hosts.
    """
    return current_from + ACCESS_TOKEN_LIFETIME + cache


def successor(secret: Mapping[str, str], *, kid: str, key: str, signs_from: datetime) -> dict[str, str]:
    """Return the secret's next value: `key` becomes current and signs from `signs_from`; the current key, previous."""
    return {
        "current_kid": kid,
        "current_key": key,
        "current_from": signs_from.isoformat(),
        "previous_kid": secret["current_kid"],
        "previous_key": secret["current_key"],
    }


def obstacle(
    current: Mapping[str, str], pending: Mapping[str, str], *, signs_from: datetime, at: datetime, cache: timedelta
) -> str | None:
    """Return why `pending` may not replace `current` at `at`. None if it may.

    The previous key of `pending` must be the current key of `current`. The new key must not sign for two cache times:
    one until every function has read it, and one as a margin for Secrets Manager's propagation and clock differences.
    """
    if any(pending[f"previous_{part}"] != current[f"current_{part}"] for part in ("kid", "key")):
        return "another value was put in force since it was made"
    if signs_from - at < 2 * cache:
        return "it would sign before every function has read it"
    return None
