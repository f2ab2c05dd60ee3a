"""Responses of the feed."""

from typing import Annotated, Any

from pickvs.core.types import Moment, ResponseBody, doc


class Notice(ResponseBody):
    """What the user was told."""

    id: int
    kind: Annotated[str, doc("Such as `pick.settled`. More kinds may be added; show their title and text.")]
    title: Annotated[str, doc("One line, in English.")]
    text: Annotated[str, doc("A few sentences, in English.")]
    data: Annotated[dict[str, Any], doc("The facts, for programs. Its members depend on the kind.")]
    told_at: Moment
    read_at: Moment | None


class Notices(ResponseBody):
    """A page of the user's notices, newest first, and the number of all unread ones."""

    notices: list[Notice]
    unread: int
    next_cursor: str | None


class Unread(ResponseBody):
    """The number of notices that are still unread."""

    unread: int
