"""When a new signing key may come, and what it comes with. Pure.

A function reads the keys at most once in a cache time, so it may hold the former value for that long after the new one
is in force. Two things follow, and nobody is refused: a new key signs later than everybody knows it, and the key before
it is kept until all that it signed has expired.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from pickvs.accounts.rules import ACCESS_TOKEN_LIFETIME


def earliest_rotation(current_from: datetime, *, cache: timedelta) -> datetime:
    """Return when the key before the current one may go, which signed until `current_from`: its tokens have expired.

    cache: the cache time, which allows here for hosts whose clocks differ.
    """
    return current_from + ACCESS_TOKEN_LIFETIME + cache


def successor(secret: Mapping[str, str], *, kid: str, key: str, signs_from: datetime) -> dict[str, str]:
    """Return the secret in which `key` follows the current key of `secret`, and signs from `signs_from` on."""
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
    """Return why `pending` may not replace `current` at the moment `at`, or None if it may.

    It must follow the value that it replaces, and sign no sooner than two cache times from now: one until every
    function has asked again, one for the time that Secrets Manager and clocks take to agree.
    """
    if any(pending[f"previous_{part}"] != current[f"current_{part}"] for part in ("kid", "key")):
        return "another value was put in force since it was made"
    if signs_from - at < 2 * cache:
        return "it would sign before every function has read it"
    return None
