"""Request bodies of the account endpoints."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from pickvs.accounts.rules import (
    EMAIL_MAX,
    ERASED_PREFIX,
    PASSWORD_MAX,
    PASSWORD_MIN,
    REFRESH_TOKEN_MAX,
    USERNAME_MAX,
    USERNAME_MIN,
    USERNAME_PATTERN,
)
from pickvs.core import snapshots
from pickvs.core.requests import RequestBody

snapshots.prepare("email_validator")


def _normalised(address: str) -> str:
    """Return the address with a normalized domain. Raises an error for an invalid address.

    The local part must be ASCII, so that case-insensitive comparison does not depend on the database's locale and no
    two addresses look alike.
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(address, check_deliverability=False, allow_smtputf8=False, strict=True).normalized
    except EmailNotValidError:
        raise PydanticCustomError("email", "not a valid e-mail address") from None


_ERASED_NAME = "^" + "".join(f"[{letter}{letter.upper()}]" for letter in ERASED_PREFIX[:-1]) + ERASED_PREFIX[-1]


def _not_an_erased_one_s(username: str) -> str:
    """Reject a username that looks like that of an erased account."""
    if username.lower().startswith(ERASED_PREFIX):
        raise PydanticCustomError("username", "this prefix is reserved for erased accounts; choose another")
    return username


def _readable(password: str) -> str:
    """Reject U+FFFD, which replaces undecodable bytes: different passwords would become the same text."""
    if "\ufffd" in password:
        raise PydanticCustomError("password", "contains a character that could not be decoded; send UTF-8")
    return password


Email = Annotated[
    str,
    Field(max_length=EMAIL_MAX, json_schema_extra={"format": "email"}, examples=["ada@example.com"]),
    AfterValidator(_normalised),
]
"""An e-mail address with a normalized domain, at most 254 characters. Validated without DNS lookups."""


class Registration(RequestBody):
    """A new account."""

    username: Annotated[
        str,
        Field(
            min_length=USERNAME_MIN,
            max_length=USERNAME_MAX,
            pattern=USERNAME_PATTERN,
            json_schema_extra={"not": {"pattern": _ERASED_NAME}},
            examples=["ada"],
        ),
        AfterValidator(_not_an_erased_one_s),
    ]
    email: Email
    password: Annotated[
        str, Field(min_length=PASSWORD_MIN, max_length=PASSWORD_MAX, repr=False), AfterValidator(_readable)
    ]


class Credentials(RequestBody):
    """Login credentials. A password that could not have been registered is treated as a wrong password."""

    email: Email
    password: Annotated[str, Field(max_length=PASSWORD_MAX, repr=False)]


class Renewal(RequestBody):
    """A request to refresh a session. A malformed refresh token is treated as an unknown one."""

    refresh_token: Annotated[str, Field(max_length=REFRESH_TOKEN_MAX, repr=False)]


class Logout(RequestBody):
    """The sessions to end."""

    everywhere: Annotated[bool, Field(description="End all of the user's sessions, not only this one.")] = False
