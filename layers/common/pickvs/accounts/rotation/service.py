"""Rotates the signing keys, step by step, as Secrets Manager asks for it.

Each step may come again, and two may come at once: what has been done is found done, and stays.
"""

import secrets
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from pickvs.accounts import tokens
from pickvs.accounts.rotation import rules
from pickvs.accounts.rotation.schemas import RotationStep
from pickvs.accounts.tokens import SigningKeys, Subject
from pickvs.core import clock
from pickvs.core.config import settings
from pickvs.core.errors import ConfigurationError, PickvsError
from pickvs.core.logging import logger
from pickvs.core.secrets import CURRENT, PENDING, SecretVersions, Version

_KEY_BYTES = 48


class RotationRefused(PickvsError):
    """This step of the rotation is not taken; the text says why, and what to do."""


def take_step(event: object) -> dict[str, Any]:
    """Take the step that an event of Secrets Manager describes, and return what is true now, without any key.

    Raises RotationRefused for an event that is none, for a version that no rotation is making, and for a rotation that
    would log somebody out; ConfigurationError if Secrets Manager or the keys in force cannot be used.
    """
    try:
        step = RotationStep.model_validate(event)
    except ValidationError as error:
        wrong = "; ".join(f"{found['loc'][0]}: {found['msg']}" for found in error.errors() if found["loc"])
        raise RotationRefused(f"this is no event of a rotation: {wrong or 'not an object'}") from None
    if step.secret != settings().signing_keys_secret:
        raise RotationRefused("the event is about another secret than the signing keys")
    versions = SecretVersions(step.secret)
    labels = versions.labels(step.version)
    if CURRENT not in labels:
        if PENDING not in labels:
            raise RotationRefused(f"no rotation is making the version {step.version}; begin one with RotateSecret")
        match step.step:
            case "createSecret":
                _create(versions, step.version)
            case "testSecret":
                _test(versions, step.version)
            case "finishSecret":
                _finish(versions, step.version)
            case "setSecret":
                pass  # who uses the keys reads them from the secret: nobody else must be told
    logger().info("rotation step taken", step=step.step, kid=step.version)
    return {"step": step.step, "kid": step.version}


def _create(versions: SecretVersions, version: str) -> None:
    current = versions.current()
    if versions.pending(version) is not None:
        _checked(versions, version, current)
        return
    keys, now, known = SigningKeys.from_secret(current.fields), clock.now(), settings()
    if keys.current_from is not None:
        earliest = rules.earliest_rotation(keys.current_from, cache=known.secrets_cache)
        if now < earliest:
            raise RotationRefused(
                f"tokens of the key before the current one may be in use until {earliest.isoformat()}; "
                "Secrets Manager tries again, or rotate then"
            )
    key = secrets.token_urlsafe(_KEY_BYTES)
    signs_from = now + known.signing_keys_delay
    versions.add_pending(version, rules.successor(current.fields, kid=version, key=key, signs_from=signs_from))


def _test(versions: SecretVersions, version: str) -> None:
    """Let the functions that hold the old value and those that hold the new one read each other's tokens."""
    current = versions.current()
    new = _checked(versions, version, current)
    old, now, subject = SigningKeys.from_secret(current.fields), clock.now(), Subject(1, "rotation", "user")
    later = replace(new, current_from=None)
    for signer, reader in ((old, new), (new, old), (new, new), (later, new)):
        tokens.verify(tokens.issue(subject, signer, at=now), reader)


def _finish(versions: SecretVersions, version: str) -> None:
    current = versions.current()
    _checked(versions, version, current)
    try:
        versions.make_current(version, instead_of=current.id)
    except ConfigurationError:
        # Another who takes the same step was first.
        if CURRENT not in versions.labels(version):
            raise


def _checked(versions: SecretVersions, version: str, current: Version) -> SigningKeys:
    """Return the keys of the version that is being made; one that can be used no more is given up."""
    fields = versions.pending(version)
    if fields is None:
        raise RotationRefused(f"the version {version} has no value yet: createSecret comes first")
    keys = SigningKeys.from_secret(fields)
    now, cache = clock.now(), settings().secrets_cache
    reason = rules.obstacle(current.fields, fields, signs_from=keys.current_from or now, at=now, cache=cache)
    if reason is not None:
        versions.drop_pending(version)
        raise RotationRefused(f"the new key is given up: {reason}; rotate again")
    return keys
