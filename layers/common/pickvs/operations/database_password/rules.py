"""Composition of a new password, and which value of the secret it may follow. Pure.

Once the database has the new password, it refuses functions that use the former one. These read the secret again and
find the new password there, current or pending (`pickvs.core.database`), so no request fails. Therefore the new
password must be in the secret before it is in the database, and stay there as long as the database uses it.
"""

import string
from collections.abc import Mapping

PASSWORD_LENGTH = 40
"""Characters in a password: 238 bits."""
PASSWORD_CHARACTERS = string.ascii_letters + string.digits
"""Characters that a connection string does not have to escape."""


def successor(secret: Mapping[str, str | int], password: str) -> dict[str, str | int]:
    """Return the secret's value with `password` in place of its password."""
    return {**secret, "password": password}


def follows(secret: Mapping[str, str], former: Mapping[str, str]) -> bool:
    """Return whether `secret` differs from `former` in the password only."""
    return {**secret, "password": ""} == {**former, "password": ""}
