"""What a member who goes leaves behind: a retired constructor, and perhaps a league to lead.

The caller has locked the league's row.
"""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.fantasy.leagues import queries
from pickvs.fantasy.leagues.ending import archive
from pickvs.fantasy.leagues.names import name_key
from pickvs.fantasy.leagues.roster import queries as members
from pickvs.fantasy.leagues.rules import CHANGEABLE
from pickvs.fantasy.leagues.telling.service import Message, tell


def leave(
    connection: Connection, league_id: int, user_id: int, at: datetime, *, by: int | None, reason: str = ""
) -> None:
    """End a membership. A constructor of a league that forms is gone, and that of a running one is retired.

    The invitations that the member has made end as well: who is not in a league any more lets nobody in.
    """
    league = queries.find_league(connection, league_id)
    constructor = members.constructor_of(connection, league_id, user_id)
    retires = league is not None and league.state != "forming"
    if constructor is not None and constructor.retired_at is None:
        if retires:
            members.retire_constructor(connection, constructor.id, at)
        else:
            members.delete_constructor(connection, constructor.id)
    members.delete_member(connection, league_id, user_id, at)
    queries.append(
        connection,
        league_id,
        at,
        "retired" if retires else "left",
        user_id=by,
        subject_id=None if by == user_id else user_id,
        constructor_id=None if constructor is None else constructor.id,
        reason=reason,
    )


def succeed(connection: Connection, league_id: int, user_id: int, at: datetime) -> None:
    """Give a league without a commissioner to its oldest co-commissioner, else to its oldest member.

    user_id: who has gone. Without any member, a league that forms is cancelled, and any other one archived.
    """
    if any(member.role == "commissioner" for member in members.members_of(connection, league_id)):
        return
    heir = members.successor(connection, league_id, user_id)
    if heir is None:
        end(connection, league_id, at)
        return
    members.set_role(connection, league_id, heir, "commissioner")
    queries.append(connection, league_id, at, "succeeded", subject_id=heir)
    cause = f"league:{league_id}:succeeded:{user_id}"
    tell(connection, league_id, [Message("league.handed_over", cause, {}, [heir])], at=at)


def end(connection: Connection, league_id: int, at: datetime) -> None:
    """End a league that nobody is left in. Its name and description go, because they were its members' words."""
    league = queries.find_league(connection, league_id)
    if league is None:
        return
    if league.state in CHANGEABLE:
        name = f"Former league {league_id}"
        queries.update_league(connection, league_id, {"name": name, "name_key": name_key(name), "description": ""})
    if league.state == "forming":
        queries.append(connection, league_id, at, "cancelled")
        queries.set_state(connection, league_id, "cancelled")
        return
    if league.state == "running":
        queries.append(connection, league_id, at, "finished")
        queries.finish_league(connection, league_id, at)
    if league.state != "archived":
        archive(connection, league_id, at)
