"""Request bodies of the account endpoints."""

from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from pickvs.accounts.reserved_names import is_reserved
from pickvs.accounts.rules import (
    EMAIL_MAX,
    ERASED_PREFIX,
    PASSWORD_MAX,
    PASSWORD_MIN,
    REFRESH_TOKEN_MAX,
    USERNAME_MAX,
    USERNAME_MIN,
    USERNAME_PATTERN,
    USERNAME_WORDS,
)
from pickvs.core import snapshots
from pickvs.core.requests import RequestBody, Worded

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
        raise ValueError("must be an e-mail address, such as ada@example.com") from None


_ERASED_NAME = "^" + "".join(f"[{letter}{letter.upper()}]" for letter in ERASED_PREFIX[:-1]) + ERASED_PREFIX[-1]


def _free(username: str) -> str:
    """Reject a reserved username."""
    if is_reserved(username):
        raise ValueError("is reserved; choose another")
    return username


def _readable(password: str) -> str:
    """Reject U+FFFD, which replaces undecodable bytes: different passwords would become the same text."""
    if "\ufffd" in password:
        raise ValueError("has a character that could not be decoded; send UTF-8")
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
            description="Unique regardless of case. Some names are reserved, such as admin and support.",
            examples=["ada"],
        ),
        Worded(USERNAME_WORDS),
        AfterValidator(_free),
    ]
    email: Email
    password: Annotated[
        str,
        Field(
            min_length=PASSWORD_MIN,
            max_length=PASSWORD_MAX,
            repr=False,
            description="Not one of the most common passwords, and not the username or e-mail address or a part of it, "
            "regardless of case, punctuation and digits at the end.",
        ),
        AfterValidator(_readable),
    ]

    @field_validator("password")
    @classmethod
    def _is_not_weak(cls, password: str, info: ValidationInfo) -> str:
        # The list of common passwords takes memory and time, and the other requests of this module do not need it.
        from pickvs.accounts.weak_passwords.checks import refuse_weak

        refuse_weak(password, username=info.data.get("username", ""), email=info.data.get("email", ""))
        return password


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
