"""Request body of the username endpoint."""

from pickvs.accounts.requests import OwnPassword, Username
from pickvs.core.requests import RequestBody


class WantedUsername(RequestBody):
    """The username that the account shall have. May be a former one of the caller's."""

    username: Username
    password: OwnPassword
