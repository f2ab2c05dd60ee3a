"""Request bodies of the e-mail address endpoints."""

from typing import Annotated

from pydantic import Field

from pickvs.accounts.one_time_tokens.rules import TOKEN_MAX
from pickvs.accounts.requests import Email, OwnPassword
from pickvs.core.requests import RequestBody


class WantedEmail(RequestBody):
    """The e-mail address that the account shall have, or its unconfirmed one, to get another mail."""

    email: Email
    password: OwnPassword


class Confirmation(RequestBody):
    """Proof that the caller reads the mail of an address. A malformed token is treated as an unknown one."""

    token: Annotated[str, Field(max_length=TOKEN_MAX, repr=False, description="From the mail.")]
