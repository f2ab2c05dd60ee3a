"""Responses of the invitation endpoints."""

from typing import Annotated

from pickvs.core.types import Moment, ResponseBody, doc
from pickvs.fantasy.leagues.invitations.rules import InvitationKind


class LeagueInvitation(ResponseBody):
    """An invitation of a league that lives, as its commissioners see it."""

    id: int
    kind: InvitationKind
    username: Annotated[str | None, doc("Of the invited user.")]
    email: Annotated[str | None, doc("The invited address.", examples=["ada@example.com"])]
    code: Annotated[str | None, doc("Shown once, when it is made: only its hash is stored.", examples=["4F7KA-9QXMB"])]
    invited_by: str
    uses: int
    max_uses: int
    created_at: Moment
    expires_at: Moment

    def __repr__(self) -> str:
        """Return a representation without code and address, safe to log."""
        return f"LeagueInvitation(id={self.id}, kind={self.kind!r})"


class LeagueInvitations(ResponseBody):
    """The invitations of a league that live, the newest first."""

    invitations: list[LeagueInvitation]


class OwnInvitation(ResponseBody):
    """An invitation of the caller."""

    id: int
    kind: Annotated[InvitationKind, doc("`handover`: the caller is to lead the league.")]
    league_id: int
    league: Annotated[str, doc("The league's name.")]
    invited_by: str
    expires_at: Moment


class OwnInvitations(ResponseBody):
    """The invitations of the caller that live, the newest first."""

    invitations: list[OwnInvitation]
