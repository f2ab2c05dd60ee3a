"""Putting a user with a constructor into a league: by click, or by an invitation."""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.core.errors import Conflict
from pickvs.fantasy.leagues import queries
from pickvs.fantasy.leagues.errors import team_name_taken
from pickvs.fantasy.leagues.grouping import PoolTooSmall, group_of_newcomer
from pickvs.fantasy.leagues.names import name_key
from pickvs.fantasy.leagues.pools import most_of_a_draft
from pickvs.fantasy.leagues.queries import LeagueRow
from pickvs.fantasy.leagues.roster import queries as members
from pickvs.fantasy.leagues.rules import CHANGEABLE
from pickvs.fantasy.leagues.season.service import put_on_board
from pickvs.fantasy.leagues.telling.service import Message, tell
from pickvs.fantasy.leagues.waking import look_after


def enter(connection: Connection, league: LeagueRow, user_id: int, name: str, at: datetime) -> int:
    """Make a user a member with a constructor of this name, and return its id.

    The caller has locked the user's account and the league's row, and has checked that the user may come in. In a
    running league the constructor is on the board at once, with no points, and at the end of the next order.

    Raises Conflict (ALREADY_MEMBER, LEAGUE_OVER, LEAGUE_FULL, DRAFT_OPEN, TEAM_NAME_TAKEN).
    """
    if members.constructor_of(connection, league.id, user_id) is not None:
        raise Conflict("ALREADY_MEMBER", "You have a constructor in this league, or had one that has retired.")
    if league.state not in CHANGEABLE:
        raise Conflict("LEAGUE_OVER", "This league is over. Found another one.")
    if league.constructors >= league.max_constructors:
        raise _full()
    group = None if league.state == "forming" else _group(connection, league)
    constructor_id = members.insert_constructor(
        connection, league.id, user_id, name=name, key=name_key(name), group=group, at=at
    )
    if constructor_id is None:
        raise team_name_taken()
    members.insert_member(connection, league.id, user_id, "member", at)
    put_on_board(connection, league.id)
    seq = queries.append(connection, league.id, at, "joined", user_id=user_id)
    queries.append_name(connection, league.id, seq, constructor_id, name)
    cause = f"league:{league.id}:joined:{constructor_id}"
    data = {"constructor_id": constructor_id, "team_name": name}
    tell(connection, league.id, [Message("league.joined", cause, data, but=[user_id])], at=at)
    look_after(connection, league.id, at)
    return constructor_id


def _group(connection: Connection, league: LeagueRow) -> int:
    """Return the group that a newcomer joins. Raises Conflict (DRAFT_OPEN, LEAGUE_FULL)."""
    if members.has_open_draft(connection, league.id):
        raise Conflict("DRAFT_OPEN", "A draft of this league is open. Join when it is locked.")
    sizes: dict[int, int] = {}
    for each in members.constructors_of(connection, league.id):
        if each.group_no is not None:
            sizes[each.group_no] = sizes.get(each.group_no, 0) + (each.retired_at is None)
    most = most_of_a_draft(connection, league)
    try:
        group = group_of_newcomer(sizes, league.max_constructors if most is None else most)
    except PoolTooSmall:
        group = None
    if group is None:
        raise _full()
    return group


def _full() -> Conflict:
    return Conflict("LEAGUE_FULL", "The league has as many constructors as it holds; no one else can join it.")
