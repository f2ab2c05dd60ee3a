"""What a new password is made of, and which value of the secret it may follow. Pure.

The functions that hold the former password are refused from the moment that the database has the new one. Nobody
notices: who is refused reads the secret again, and finds the new one there, in force or pending
(`pickvs.core.database`). So it must be in the secret before it is in the database, and stay there for as long as
the database has it.
"""

import string
from collections.abc import Mapping

PASSWORD_LENGTH = 40
"""In characters: 238 bits."""
PASSWORD_CHARACTERS = string.ascii_letters + string.digits
"""Nothing that a connection string would have to write in another way."""


def successor(secret: Mapping[str, str | int], password: str) -> dict[str, str | int]:
    """Return the value in which `password` follows that of `secret`; everything else is as it was."""
    return {**secret, "password": password}


def follows(secret: Mapping[str, str], former: Mapping[str, str]) -> bool:
    """Return whether `secret` differs from `former` in nothing but the password."""
    return {**secret, "password": ""} == {**former, "password": ""}
