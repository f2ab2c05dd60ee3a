"""What leagues store of a user, for the erasure of an account. Light on imports."""

from collections.abc import Iterable
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.fantasy.leagues import queries
from pickvs.fantasy.leagues.invitations import queries as invitations
from pickvs.fantasy.leagues.members.leaving import leave, succeed
from pickvs.fantasy.leagues.names import name_key
from pickvs.fantasy.leagues.roster import queries as members
from pickvs.fantasy.leagues.rules import CHANGEABLE
from pickvs.fantasy.leagues.waking import look_after


def erase(connection: Connection, user_id: int, at: datetime) -> list[int]:
    """Take the user out of all leagues. Returns those that `follow_up` must follow.

    Of a league that the user leads, the oldest co-commissioner becomes the commissioner, else the oldest member. A
    constructor of a started league stays for the board and the log under a name that reveals nothing, and the system
    picks for it in open drafts.

    The caller must have locked the account, and nothing else: whoever changes a league locks it first, and then what it
    tells its members with.
    """
    left_behind = []
    for league_id in members.leagues_with(connection, user_id):
        if queries.lock_league(connection, league_id) is None:
            continue
        is_member = members.role_of(connection, league_id, user_id) is not None
        if is_member:
            leave(connection, league_id, user_id, at, by=None)
            succeed(connection, league_id, user_id, at)
            league = queries.find_league(connection, league_id)
            if league is not None and league.state in CHANGEABLE:
                left_behind.append(league_id)
        left = members.constructor_of(connection, league_id, user_id)
        if left is not None:
            name = f"Former team {left.id}"
            members.rename_constructor(connection, left.id, name=name, key=name_key(name))
            if not is_member:  # a line of the log, by which boards and rooms that show the name are new
                seq = queries.append(connection, league_id, at, "renamed")
                queries.append_name(connection, league_id, seq, left.id, name)
            members.forget_names(connection, left.id, name)
    invitations.forget_user(connection, user_id)
    return left_behind


def follow_up(connection: Connection, leagues: Iterable[int], at: datetime) -> None:
    """Have the leagues that an erased user was in looked after. The last step: nothing is locked after the agenda."""
    for league_id in leagues:
        look_after(connection, league_id, at)
