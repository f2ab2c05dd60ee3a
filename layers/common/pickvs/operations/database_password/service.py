"""Rotates the password of one database user, one Secrets Manager step at a time.

The secret's current value always works, and a password that the database uses is never dropped.
"""

import secrets
from typing import Any

import psycopg

from pickvs.core import rotation
from pickvs.core.config import settings
from pickvs.core.database import connected
from pickvs.core.errors import DatabaseUnavailable, PasswordRefused
from pickvs.core.logging import logger
from pickvs.core.rotation import RotationRefused
from pickvs.core.secrets import SecretVersions, Version
from pickvs.operations.database_password import queries, rules


def take_step(event: object) -> dict[str, Any]:
    """Execute the step in a Secrets Manager event, and return the step and the version.

    Raises RotationRefused if the event is not a rotation step, if no rotation is making the version, or if the secret
    or the database cannot continue with it. Also raises DatabaseUnavailable and ConfigurationError.
    """
    step = rotation.take_step(
        event,
        secret=settings().database_secret,
        holds="the database's",
        work={"createSecret": _create, "setSecret": _set, "testSecret": _test, "finishSecret": _finish},
    )
    logger().info("rotation step taken", step=step.step, version=step.version)
    return {"step": step.step, "version": step.version}


def _create(versions: SecretVersions, version: str) -> None:
    current = versions.current()
    if "password" not in current.value:
        raise RotationRefused("the secret has no field 'password'; one with a connection string is replaced by hand")
    if versions.pending(version) is None:
        password = "".join(secrets.choice(rules.PASSWORD_CHARACTERS) for _ in range(rules.PASSWORD_LENGTH))
        versions.add_pending(version, rules.successor(current.value, password))


def _set(versions: SecretVersions, version: str) -> None:
    current, pending = _checked(versions, version)
    if _lets_in(pending):
        return  # an earlier attempt has set it
    try:
        with connected(current.fields) as connection:
            queries.change_password(connection, current.fields["username"], pending["password"])
    except PasswordRefused as error:
        raise RotationRefused(
            "the database refuses the password in force and the new one; put the right one into the secret, and rotate"
        ) from error
    except psycopg.Error as error:
        # Two concurrent attempts conflict, and the other one may have succeeded.
        if not _lets_in(pending):
            raise DatabaseUnavailable(f"the password could not be changed: {error.sqlstate}") from None


def _test(versions: SecretVersions, version: str) -> None:
    _proven(versions, version)


def _finish(versions: SecretVersions, version: str) -> None:
    rotation.put_in_force(versions, version, instead_of=_proven(versions, version).id)


def _proven(versions: SecretVersions, version: str) -> Version:
    """Return the version in force, after checking that the database accepts the password that is to follow it."""
    current, pending = _checked(versions, version)
    if not _lets_in(pending):
        raise RotationRefused("the database refuses the new password: setSecret comes first")
    return current


def _checked(versions: SecretVersions, version: str) -> tuple[Version, dict[str, str]]:
    """Return the version in force and the fields of the pending version.

    If the pending version no longer follows the version in force, it is dropped, unless the database already has its
    password.
    """
    pending, current = rotation.made(versions, version), versions.current()
    if not rules.follows(pending, current.fields):
        if _lets_in(pending):
            raise RotationRefused(
                "another value was put in force since the new password was made, which the database has by now: "
                "put it in force by hand"
            )
        versions.drop_pending(version)
        raise RotationRefused("the new password is given up: another value was put in force since; rotate again")
    return current, pending


def _lets_in(secret: dict[str, str]) -> bool:
    """Return whether the database accepts this password. Raises any other failure to connect, which proves nothing."""
    try:
        with connected(secret) as connection:
            return queries.answers(connection)
    except PasswordRefused:
        return False
