"""Rotates the password of the database's one user, step by step, as Secrets Manager asks for it.

Nothing is in force that the database would refuse, and no password that the database has is given up.
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
from pickvs.custody import queries, rules


def take_step(event: object) -> dict[str, Any]:
    """Take the step that an event of Secrets Manager describes, and return which it was, for which version.

    Raises RotationRefused for an event that is none, for a version that no rotation is making, and for a secret or a
    database that cannot go on with it; DatabaseUnavailable and ConfigurationError.
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
        return  # an earlier attempt came so far
    try:
        with connected(current.fields) as connection:
            queries.change_password(connection, pending["password"])
    except PasswordRefused as error:
        raise RotationRefused(
            "the database refuses the password in force and the new one; put the right one into the secret, and rotate"
        ) from error
    except psycopg.Error as error:
        # Two who change it at once get in each other's way, and one of them was first.
        if not _lets_in(pending):
            raise DatabaseUnavailable(f"the password could not be changed: {error.sqlstate}") from None


def _test(versions: SecretVersions, version: str) -> None:
    _proven(versions, version)


def _finish(versions: SecretVersions, version: str) -> None:
    rotation.put_in_force(versions, version, instead_of=_proven(versions, version).id)


def _proven(versions: SecretVersions, version: str) -> Version:
    """Return the version in force, once the database has let in who has the password that is to follow it."""
    current, pending = _checked(versions, version)
    if not _lets_in(pending):
        raise RotationRefused("the database refuses the new password: setSecret comes first")
    return current


def _checked(versions: SecretVersions, version: str) -> tuple[Version, dict[str, str]]:
    """Return the version in force and the fields of the one that is being made to follow it.

    One that does not follow it any more is given up, unless the database has its password already.
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
    """Return whether the database has this password. Anything else that keeps us out is an error: it says nothing."""
    try:
        with connected(secret) as connection:
            return queries.answers(connection)
    except PasswordRefused:
        return False
