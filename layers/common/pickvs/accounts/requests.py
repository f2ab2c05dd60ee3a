"""What account requests carry."""

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
    """Return the address with its domain in one form.

    The part before the @ must be ASCII: "without regard to case" then means the same in every database locale, and
    no address can look like another one.
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(address, check_deliverability=False, allow_smtputf8=False, strict=True).normalized
    except EmailNotValidError:
        raise PydanticCustomError("email", "not a valid e-mail address") from None


_ERASED_NAME = "^" + "".join(f"[{letter}{letter.upper()}]" for letter in ERASED_PREFIX[:-1]) + ERASED_PREFIX[-1]


def _not_an_erased_one_s(username: str) -> str:
    """Refuse a name that would pass for an account that was erased."""
    if username.lower().startswith(ERASED_PREFIX):
        raise PydanticCustomError("username", "names of erased accounts begin like this; choose another")
    return username


def _readable(password: str) -> str:
    """Refuse what stands in for bytes that are no UTF-8: any other such password would open the account as well."""
    if "\ufffd" in password:
        raise PydanticCustomError("password", "has a character that could not be read; send UTF-8")
    return password


Email = Annotated[
    str,
    Field(max_length=EMAIL_MAX, json_schema_extra={"format": "email"}, examples=["ada@example.com"]),
    AfterValidator(_normalised),
]
"""An e-mail address in its normal form, at most 254 characters. Nothing is asked of the network."""


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
    """What opens an account. A password that could not have been registered is simply a wrong one."""

    email: Email
    password: Annotated[str, Field(max_length=PASSWORD_MAX, repr=False)]


class Renewal(RequestBody):
    """A session to be continued. Text that never was a refresh token is simply an unknown one."""

    refresh_token: Annotated[str, Field(max_length=REFRESH_TOKEN_MAX, repr=False)]


class Logout(RequestBody):
    """Which sessions to end."""

    everywhere: Annotated[bool, Field(description="End all sessions of the user, not this one alone.")] = False
