"""Responses of the API key endpoints."""

from typing import Annotated

from pickvs.accounts.keys.rules import PREFIX_LENGTH, KeyScope
from pickvs.core.types import Moment, ResponseBody, doc


class ApiKey(ResponseBody):
    """An API key without its secret."""

    id: int
    name: str
    prefix: Annotated[str, doc(f"The key's first {PREFIX_LENGTH} characters.", examples=["pvk_9f3Kx2Qa"])]
    scopes: Annotated[list[KeyScope], doc("What the key may do. Scopes are added as the product grows.")]
    created_at: Moment
    last_used_at: Annotated[
        Moment | None, doc("Accurate to a few minutes: not every use is recorded. null if the key was never used.")
    ]
    expires_at: Moment | None
    revoked_at: Moment | None


class NewApiKey(ApiKey):
    """A new API key. `key` is returned only once."""

    key: Annotated[str, doc("Send it as Authorization: Bearer <key>. Store it safely: it cannot be retrieved again.")]

    def __repr__(self) -> str:
        """Return a representation without the secret, safe to log."""
        return f"NewApiKey(id={self.id}, prefix={self.prefix!r})"


class ApiKeys(ResponseBody):
    """A page of the user's API keys, newest first, including revoked and expired ones."""

    api_keys: list[ApiKey]
    next_cursor: str | None
