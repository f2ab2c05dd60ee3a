"""Requests: erasure of an account."""

from typing import Annotated

from pydantic import Field

from pickvs.accounts.rules import PASSWORD_MAX
from pickvs.core.requests import RequestBody


class Erasure(RequestBody):
    """Proof that the caller owns the account."""

    password: Annotated[str, Field(max_length=PASSWORD_MAX, repr=False)]
