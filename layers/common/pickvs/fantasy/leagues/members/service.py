"""Joining leagues, leaving them, roles, and names of constructors.

A league that the caller may not see is as unknown as one that does not exist (LEAGUE_NOT_FOUND). Every function that
stores something raises Unauthenticated if the account, the session or the key has ended.
"""

from typing import TYPE_CHECKING

from pickvs.accounts.presence import hold_account
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from pickvs.core.errors import Conflict
from pickvs.fantasy.leagues import queries
from pickvs.fantasy.leagues.access import (
    COMMISSIONER,
    COMMISSIONERS,
    Caller,
    hold,
    lock,
    look,
    look_at_constructor,
    own_constructor,
    require,
)
from pickvs.fantasy.leagues.errors import team_name_taken, unknown_member
from pickvs.fantasy.leagues.members.leaving import leave, succeed
from pickvs.fantasy.leagues.names import name_key
from pickvs.fantasy.leagues.queries import LeagueRole
from pickvs.fantasy.leagues.roster import queries as members
from pickvs.fantasy.leagues.schemas import Constructor, Constructors, LeagueMember, LeagueMembers
from pickvs.fantasy.leagues.service import read_team_name
from pickvs.fantasy.leagues.showing import shown_constructor
from pickvs.fantasy.leagues.telling.service import Message, tell
from pickvs.fantasy.leagues.waking import look_after

if TYPE_CHECKING:
    from pickvs.fantasy.leagues.requests import WantedConstructor, WantedRole


def list_constructors(user_id: int | None, league_id: int) -> Constructors:
    """Return the constructors of a league, in the order of joining, the retired included."""
    with transaction(snapshot=True) as connection:
        look(connection, user_id, league_id)
        return Constructors(
            constructors=[shown_constructor(row) for row in members.constructors_of(connection, league_id)]
        )


def list_members(user_id: int | None, league_id: int) -> LeagueMembers:
    """Return the members of a league, in the order of joining."""
    with transaction(snapshot=True) as connection:
        look(connection, user_id, league_id)
        return LeagueMembers(members=[LeagueMember.of(row) for row in members.members_of(connection, league_id)])


def show_constructor(user_id: int | None, constructor_id: int) -> Constructor:
    """Return a constructor. Raises NotFound (CONSTRUCTOR_NOT_FOUND)."""
    with transaction(snapshot=True) as connection:
        return shown_constructor(look_at_constructor(connection, user_id, constructor_id)[1])


def rename_constructor(caller: Caller, constructor_id: int, wanted: "WantedConstructor") -> Constructor:
    """Give the caller's constructor another name. The log keeps the former one.

    Raises NotFound (CONSTRUCTOR_NOT_FOUND), Forbidden (CONSTRUCTOR_OWNER_REQUIRED), Invalid (INVALID_VALUE), and
    Conflict (TEAM_NAME_TAKEN).
    """
    name = read_team_name(wanted.team_name)
    with transaction() as connection:
        hold(connection, caller)
        league_id = own_constructor(connection, caller.user_id, constructor_id)[0].league.id
        queries.lock_league(connection, league_id)
        known = own_constructor(connection, caller.user_id, constructor_id)[1]
        if known.team_name != name:
            if not members.rename_constructor(connection, constructor_id, name=name, key=name_key(name)):
                raise team_name_taken()
            seq = queries.append(connection, league_id, clock.now(), "renamed", user_id=caller.user_id)
            queries.append_name(connection, league_id, seq, constructor_id, name)
        return shown_constructor(look_at_constructor(connection, caller.user_id, constructor_id)[1])


def set_role(caller: Caller, league_id: int, username: str, wanted: "WantedRole") -> LeagueMembers:
    """Make a member a co-commissioner, or one a member again, whose invitations and codes end with that.

    Raises Forbidden (LEAGUE_ROLE_REQUIRED) unless the caller is the commissioner, NotFound (MEMBER_NOT_FOUND), and
    Conflict (COMMISSIONER_STAYS) for the commissioner's own role, which is handed over.
    """
    with transaction() as connection:
        role, member_id = _lock_about(connection, caller, league_id, username)
        require(role, COMMISSIONER)
        if member_id is None:
            raise unknown_member()
        known = members.role_of(connection, league_id, member_id)
        if known == "commissioner":
            raise Conflict("COMMISSIONER_STAYS", "Hand the league over to somebody else first.")
        if known != wanted.role:
            members.set_role(connection, league_id, member_id, wanted.role)
            at = clock.now()
            if wanted.role == "member":
                members.end_invitations(connection, league_id, member_id, at)
            queries.append(
                connection,
                league_id,
                at,
                "role_changed",
                user_id=caller.user_id,
                subject_id=member_id,
                role=wanted.role,
            )
        return LeagueMembers(members=[LeagueMember.of(row) for row in members.members_of(connection, league_id)])


def remove_member(caller: Caller, league_id: int, username: str, reason: str) -> None:
    """Remove a member from a league: oneself, which is leaving, or somebody else, as a commissioner.

    A constructor of a league that forms is gone; of one that runs it is retired: it keeps its points, and the system
    picks for it in drafts that are open. reason: shown in the log; may be empty for who leaves.

    Raises Forbidden (LEAGUE_ROLE_REQUIRED), NotFound (MEMBER_NOT_FOUND), and Conflict (COMMISSIONER_STAYS) for a
    commissioner who leaves others behind.
    """
    with transaction() as connection:
        role, member_id = _lock_about(connection, caller, league_id, username)
        if member_id != caller.user_id:
            require(role, COMMISSIONERS)
        if member_id is None:
            raise unknown_member()
        its_role = members.role_of(connection, league_id, member_id)
        heir = members.successor(connection, league_id, member_id)
        if its_role == "commissioner" and (member_id != caller.user_id or heir is not None):
            raise Conflict("COMMISSIONER_STAYS", "Hand the league over to another member first.")
        if its_role == "co_commissioner" and member_id != caller.user_id:
            require(role, COMMISSIONER)
        at = clock.now()
        leave(connection, league_id, member_id, at, by=caller.user_id, reason=reason)
        succeed(connection, league_id, member_id, at)
        if member_id != caller.user_id:
            cause = f"league:{league_id}:removed:{at:%Y%m%dT%H%M%S}"
            tell(connection, league_id, [Message("league.removed", cause, {"reason": reason}, [member_id])], at=at)
        look_after(connection, league_id, at)


def _lock_about(
    connection: Connection, caller: Caller, league_id: int, username: str
) -> tuple[LeagueRole | None, int | None]:
    """Lock a league for a change of one of its members. Return the caller's role, and the member's id if there is one.

    The member's account is held before the league is locked, as its erasure takes them in that order.
    """
    hold(connection, caller)
    look(connection, caller.user_id, league_id)
    member_id = members.find_user(connection, username)
    if member_id is not None and members.role_of(connection, league_id, member_id) is not None:
        hold_account(connection, member_id)
    held = lock(connection, caller, league_id)
    if member_id is not None and members.role_of(connection, league_id, member_id) is None:
        member_id = None
    return held.role, member_id
