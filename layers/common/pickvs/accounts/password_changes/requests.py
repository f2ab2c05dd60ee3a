"""Request bodies of the password endpoints."""

from typing import Annotated

from pydantic import Field

from pickvs.accounts.one_time_tokens.rules import TOKEN_MAX
from pickvs.accounts.requests import Login, NewPassword, OwnPassword
from pickvs.core.requests import RequestBody


class PasswordChange(RequestBody):
    """The present password, and the one that replaces it."""

    current_password: OwnPassword
    new_password: NewPassword


class ForgottenPassword(RequestBody):
    """The account whose password was forgotten."""

    login: Login


class PasswordReset(RequestBody):
    """A token from a mail, and the new password. A malformed token is treated as an unknown one."""

    token: Annotated[str, Field(max_length=TOKEN_MAX, repr=False, description="From the mail.")]
    password: NewPassword
