"""Request bodies of the account endpoints."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from pickvs.accounts.reserved_names import is_reserved
from pickvs.accounts.rules import (
    EMAIL_MAX,
    EMAIL_WORDS,
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
        raise ValueError(EMAIL_WORDS) from None


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


def _login(text: str) -> str:
    """Return a username as it is, and an e-mail address with a normalized domain."""
    if "@" in text:
        return _normalised(text)
    if not re.fullmatch(USERNAME_PATTERN, text):
        raise ValueError("must be an e-mail address or a username")
    return text


Login = Annotated[
    str,
    Field(max_length=EMAIL_MAX, description="The e-mail address or the username.", examples=["ada"]),
    AfterValidator(_login),
]
"""The name of an account. An e-mail address has an `@`, and a username has none."""

Username = Annotated[
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
"""A username to have."""

NewPassword = Annotated[
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
"""A password to have."""

OwnPassword = Annotated[
    str, Field(max_length=PASSWORD_MAX, repr=False, description="The password of the caller's account.")
]
"""The password of the caller. One that could not have been registered is treated as a wrong one."""


class Registration(RequestBody):
    """A new account."""

    username: Username
    email: Email
    password: NewPassword

    @field_validator("password")
    @classmethod
    def _is_not_weak(cls, password: str, info: ValidationInfo) -> str:
        # The list of common passwords takes memory and time, and the other requests of this module do not need it.
        from pickvs.accounts.weak_passwords.checks import refuse_weak

        refuse_weak(password, username=info.data.get("username", ""), email=info.data.get("email", ""))
        return password


class Credentials(RequestBody):
    """Login credentials. A password that could not have been registered is treated as a wrong password."""

    email: Annotated[Email | None, Field(description="Superseded by `login`. Send one of both.")] = None
    login: Annotated[Login | None, Field(validate_default=True)] = None
    password: Annotated[str, Field(max_length=PASSWORD_MAX, repr=False)]

    @field_validator("login")
    @classmethod
    def _is_one(cls, login: str | None, info: ValidationInfo) -> str | None:
        if "email" in info.data and (login is None) == (info.data["email"] is None):
            raise ValueError(
                "is missing" if login is None else "must not be sent beside `email`; leave one of both out"
            )
        return login

    @property
    def name(self) -> str:
        """The e-mail address or username."""
        return self.login or self.email or ""


class Renewal(RequestBody):
    """A request to refresh a session. A malformed refresh token is treated as an unknown one."""

    refresh_token: Annotated[str, Field(max_length=REFRESH_TOKEN_MAX, repr=False)]


class Logout(RequestBody):
    """The sessions to end."""

    everywhere: Annotated[
        bool, Field(description="End all of the user's sessions and API keys, not only this session.")
    ] = False
