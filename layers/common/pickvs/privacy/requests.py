"""What erases an account."""

from typing import Annotated

from pydantic import Field

from pickvs.accounts.rules import PASSWORD_MAX
from pickvs.core.requests import RequestBody


class Erasure(RequestBody):
    """What only the owner of an account knows."""

    password: Annotated[str, Field(max_length=PASSWORD_MAX, repr=False)]
