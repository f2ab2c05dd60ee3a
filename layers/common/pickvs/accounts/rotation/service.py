"""Rotation steps for the token signing keys, called by Secrets Manager."""

import secrets
from dataclasses import replace
from typing import Any

from pickvs.accounts import tokens
from pickvs.accounts.config import signing_keys_delay, signing_keys_secret
from pickvs.accounts.rotation import rules
from pickvs.accounts.tokens import SigningKeys, Subject
from pickvs.core import clock, rotation
from pickvs.core.config import settings
from pickvs.core.logging import logger
from pickvs.core.rotation import RotationRefused
from pickvs.core.secrets import SecretVersions, Version

_KEY_BYTES = 48


def take_step(event: object) -> dict[str, Any]:
    """Run the step of a Secrets Manager event, and return the step and the key id.

    Raises RotationRefused if the event is malformed or for another secret, the version is neither pending nor current,
    or the rotation would invalidate tokens in use. Raises ConfigurationError if Secrets Manager fails or the current
    keys are unusable.
    """
    step = rotation.take_step(
        event,
        secret=signing_keys_secret(),
        holds="the signing keys",
        # No setSecret: the functions read the keys from the secret, so there is no other system to update.
        work={"createSecret": _create, "testSecret": _test, "finishSecret": _finish},
    )
    logger().info("rotation step taken", step=step.step, kid=step.version)
    return {"step": step.step, "kid": step.version}


def _create(versions: SecretVersions, version: str) -> None:
    current = versions.current()
    if versions.pending(version) is not None:
        _checked(versions, version, current)
        return
    keys, now = SigningKeys.from_secret(current.fields), clock.now()
    if keys.current_from is not None:
        earliest = rules.earliest_rotation(keys.current_from, cache=settings().secrets_cache)
        if now < earliest:
            raise RotationRefused(
                f"tokens of the key before the current one may be in use until {earliest.isoformat()}; "
                "Secrets Manager tries again, or rotate then"
            )
    key = secrets.token_urlsafe(_KEY_BYTES)
    signs_from = now + signing_keys_delay()
    versions.add_pending(version, rules.successor(current.fields, kid=version, key=key, signs_from=signs_from))


def _test(versions: SecretVersions, version: str) -> None:
    """Check that functions with the old and with the new value accept each other's tokens."""
    current = versions.current()
    new = _checked(versions, version, current)
    old, now, subject = SigningKeys.from_secret(current.fields), clock.now(), Subject(1, "rotation", "user")
    later = replace(new, current_from=None)
    for signer, reader in ((old, new), (new, old), (new, new), (later, new)):
        tokens.verify(tokens.issue(subject, signer, at=now), reader)


def _finish(versions: SecretVersions, version: str) -> None:
    current = versions.current()
    _checked(versions, version, current)
    rotation.put_in_force(versions, version, instead_of=current.id)


def _checked(versions: SecretVersions, version: str, current: Version) -> SigningKeys:
    """Return the keys of the pending version. Discards it and raises RotationRefused if it has become unusable."""
    fields = rotation.made(versions, version)
    keys = SigningKeys.from_secret(fields)
    now, cache = clock.now(), settings().secrets_cache
    reason = rules.obstacle(current.fields, fields, signs_from=keys.current_from or now, at=now, cache=cache)
    if reason is not None:
        versions.drop_pending(version)
        raise RotationRefused(f"the new key is given up: {reason}; rotate again")
    return keys
