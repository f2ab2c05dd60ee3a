"""DELETE /leagues/{league_id}/members/{username}: remove a member from a league, or leave it."""

from typing import Annotated

from pickvs.accounts.rules import USERNAME_MAX, USERNAME_MIN, USERNAME_PATTERN, USERNAME_WORDS
from pickvs.fantasy.leagues.access import Caller as Actor
from pickvs.fantasy.leagues.members import service
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier, Path, Query

app = create_app(
    problems={
        403: ["LEAGUE_ROLE_REQUIRED"],
        404: ["LEAGUE_NOT_FOUND", "MEMBER_NOT_FOUND"],
        409: ["COMMISSIONER_STAYS"],
    }
)

Username = Annotated[
    str, Path(min_length=USERNAME_MIN, max_length=USERNAME_MAX, pattern=USERNAME_PATTERN, words=USERNAME_WORDS)
]

Reason = Annotated[str, Query(max_length=300, description="Shown to all members in the league's log.")]


@app.delete("/leagues/<league_id>/members/<username>", status_code=204)
def remove_league_member(league_id: Identifier, username: Username, caller: Caller, reason: Reason = "") -> None:
    """Remove the member. A commissioner or co-commissioner may remove others, and a member may leave.

    Before the league's start the constructor is gone. Later it retires: it keeps its points, and the system picks for
    it in an open draft.
    """
    service.remove_member(Actor(caller.user_id, caller.session), league_id, username, reason)
