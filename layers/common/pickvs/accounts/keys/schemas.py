"""API keys as they are shown."""

from typing import Annotated

from pickvs.accounts.keys.rules import PREFIX_LENGTH, KeyScope
from pickvs.core.types import Moment, ResponseBody, doc


class ApiKey(ResponseBody):
    """A key without what it is made of."""

    id: int
    name: str
    prefix: Annotated[str, doc(f"The key's first {PREFIX_LENGTH} characters.", examples=["pvk_9f3Kx2Qa"])]
    scopes: list[KeyScope]
    created_at: Moment
    last_used_at: Annotated[
        Moment | None, doc("To a few minutes: not every use is written down. null for a key never used.")
    ]
    expires_at: Moment | None
    revoked_at: Moment | None


class NewApiKey(ApiKey):
    """A key that was just made. `key` is shown here and never again."""

    key: Annotated[str, doc("Send it as Authorization: Bearer <key>. Keep it: it is not stored.")]

    def __repr__(self) -> str:
        """Return what may stand in a log."""
        return f"NewApiKey(id={self.id}, prefix={self.prefix!r})"


class ApiKeys(ResponseBody):
    """A page of a user's keys, newest first, those that are revoked or expired among them."""

    api_keys: list[ApiKey]
    next_cursor: str | None
