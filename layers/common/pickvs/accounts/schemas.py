"""Responses of the account endpoints."""

from typing import Annotated

from pickvs.core.types import ResponseBody, doc


class Tokens(ResponseBody):
    """A session: an access token for the Authorization header, and a refresh token for the next pair."""

    token: str
    refresh_token: str
    expires_in: Annotated[int, doc("Seconds until `token` expires.")]

    def __repr__(self) -> str:
        """Return a representation without the tokens, safe to log."""
        return f"Tokens(expires_in={self.expires_in})"


class Accepted(ResponseBody):
    """The request was accepted. What follows from it comes by mail."""

    detail: Annotated[str, doc("For people; it may change.")]
