"""Responses of the session endpoints."""

from typing import Annotated
from uuid import UUID

from pickvs.core.types import Moment, ResponseBody, doc


class OwnSession(ResponseBody):
    """A session of the caller."""

    id: UUID
    device: Annotated[
        str | None,
        doc("From the User-Agent header, in a few words; null if it was not sent.", examples=["Firefox on Linux"]),
    ]
    created_at: Annotated[Moment, doc("When the session was opened, by registration, login or a new password.")]
    last_used_at: Annotated[Moment, doc("Last login or refresh. The access token may have been used since.")]
    is_current: Annotated[bool, doc("Whether it is the session of the access token that was sent.")]


class OwnSessions(ResponseBody):
    """The caller's sessions that can go on, last used first; 100 at most."""

    sessions: list[OwnSession]
