"""PATCH /leagues/{league_id}/members/{username}: make a member of a league a co-commissioner, or the reverse."""

from typing import Annotated

from pickvs.accounts.rules import USERNAME_MAX, USERNAME_MIN, USERNAME_PATTERN, USERNAME_WORDS
from pickvs.fantasy.leagues.access import Caller as Actor
from pickvs.fantasy.leagues.members import service
from pickvs.fantasy.leagues.requests import WantedRole
from pickvs.fantasy.leagues.schemas import LeagueMembers
from pickvs.http.app import create_app
from pickvs.http.identity import Caller
from pickvs.http.parameters import Identifier, Path

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


@app.patch("/leagues/<league_id>/members/<username>")
def set_league_role(league_id: Identifier, username: Username, wanted: WantedRole, caller: Caller) -> LeagueMembers:
    """Set the member's role and return all members. Only the commissioner may do this."""
    return service.set_role(Actor(caller.user_id, caller.session), league_id, username, wanted)
