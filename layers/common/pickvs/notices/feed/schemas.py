"""Responses of the feed."""

from typing import Annotated, Any

from pickvs.core.types import Moment, ResponseBody, doc


class Notice(ResponseBody):
    """What the user was told."""

    id: int
    kind: Annotated[str, doc("More kinds may be added; show their title and text.", examples=["pick.settled"])]
    title: Annotated[str, doc("One line, in English.", examples=["Your pick won: Boston Celtics -4.5 (+0.91 units)"])]
    text: Annotated[
        str,
        doc(
            "A few sentences, in English.",
            examples=["Your pick of Boston Celtics -4.5 in Miami Heat at Boston Celtics won. It counts +0.91 units."],
        ),
    ]
    data: Annotated[
        dict[str, Any],
        doc("The facts, for programs. Its members depend on the kind.", examples=[{"pick_id": 41, "result": "win"}]),
    ]
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
