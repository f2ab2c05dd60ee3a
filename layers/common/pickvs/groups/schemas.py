"""Responses of the group endpoints."""

from typing import Annotated

from pickvs.core.types import Moment, ResponseBody, doc
from pickvs.groups.rules import GROUPS_PER_USER_MAX, MEMBERS_MAX, Role


class Group(ResponseBody):
    """A group, as one of its members sees it."""

    id: int
    name: Annotated[str, doc("The owner's own words.", examples=["Thursday night"])]
    owner: Annotated[str, doc("The owner's username.", examples=["ada"])]
    members: Annotated[int, doc(f"Number of members, the owner included; at most {MEMBERS_MAX}.", examples=[12])]
    role: Annotated[Role, doc("The caller's role.")]
    code: Annotated[
        str | None,
        doc(
            "Invitation code, which lets anybody join until the owner renews it. Shown to the owner alone, and not to "
            "API keys; otherwise null.",
            examples=["4F7K-9QXM-2TZC"],
        ),
    ]
    created_at: Moment
    joined_at: Annotated[Moment, doc("When the caller joined.")]

    def __repr__(self) -> str:
        """Return a representation without the code, safe to log."""
        return f"Group(id={self.id})"


class Groups(ResponseBody):
    """The caller's groups, in the order of joining."""

    groups: Annotated[list[Group], doc(f"At most {GROUPS_PER_USER_MAX}.")]


class Member(ResponseBody):
    """A member of a group."""

    username: str
    role: Role
    joined_at: Moment


class Members(ResponseBody):
    """A page of a group's members, the longest member first."""

    members: list[Member]
    next_cursor: str | None
