"""What leagues store of a user, for the erasure of an account. Light on imports."""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.fantasy.leagues import queries
from pickvs.fantasy.leagues.invitations import queries as invitations
from pickvs.fantasy.leagues.members.leaving import leave, succeed
from pickvs.fantasy.leagues.names import name_key
from pickvs.fantasy.leagues.roster import queries as members
from pickvs.fantasy.leagues.rules import CHANGEABLE
from pickvs.fantasy.leagues.waking import look_after


def erase(connection: Connection, user_id: int, at: datetime) -> None:
    """Take the user out of all leagues.

    Of a league that the user leads, the oldest co-commissioner becomes the commissioner, else the oldest member. A
    constructor of a started league stays for the board and the log under a name that reveals nothing, and the system
    picks for it in open drafts. The caller must have locked the account against everybody.
    """
    for league_id in members.leagues_with(connection, user_id):
        if queries.lock_league(connection, league_id) is None:
            continue
        if members.role_of(connection, league_id, user_id) is not None:
            leave(connection, league_id, user_id, at, by=None)
            succeed(connection, league_id, user_id, at)
            league = queries.find_league(connection, league_id)
            if league is not None and league.state in CHANGEABLE:
                look_after(connection, league_id, at)
        left = members.constructor_of(connection, league_id, user_id)
        if left is not None:
            name = f"Former team {left.id}"
            members.rename_constructor(connection, left.id, name=name, key=name_key(name))
            members.forget_names(connection, left.id, name)
    invitations.forget_user(connection, user_id, at)
