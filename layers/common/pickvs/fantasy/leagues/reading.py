"""Leagues for the rooms above: their settings, members, constructors and board places, in the caller's transaction."""

from collections.abc import Collection, Mapping
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.fantasy.leagues import queries
from pickvs.fantasy.leagues.queries import LeagueRow, LockedLeague
from pickvs.fantasy.leagues.roster import queries as members
from pickvs.fantasy.leagues.roster.queries import ConstructorRow
from pickvs.fantasy.leagues.rules import ARCHIVED_AFTER


def league_of(connection: Connection, league_id: int) -> LeagueRow | None:
    """Return a league. None if there is none, or it was cancelled."""
    return queries.find_league(connection, league_id)


def lock_league(connection: Connection, league_id: int) -> LockedLeague | None:
    """Lock a league's row until the transaction ends, and return its state and seed. None as `league_of`."""
    return queries.lock_league(connection, league_id)


def living_leagues(connection: Connection) -> list[int]:
    """Return the ids of all leagues that form or run, in ascending order."""
    return queries.living_leagues(connection)


def leagues_to_archive(connection: Connection, at: datetime) -> list[int]:
    """Return the ids of the leagues that are due to be archived at a time, in ascending order."""
    return queries.leagues_to_archive(connection, at - ARCHIVED_AFTER)


def leagues_of_events(connection: Connection, event_ids: Collection[int]) -> list[int]:
    """Return the ids of the leagues that form or run in the seasons of these events, in ascending order."""
    return queries.leagues_of_events(connection, event_ids)


def constructors_of(connection: Connection, league_id: int) -> list[ConstructorRow]:
    """Return all constructors of a league, the retired included, in the order of joining."""
    return members.constructors_of(connection, league_id)


def commissioners_of(connection: Connection, league_id: int) -> list[int]:
    """Return the ids of the users who lead a league: its commissioner and co-commissioners."""
    return [each.user_id for each in members.members_of(connection, league_id) if each.role != "member"]


def ranks_of(connection: Connection, league_id: int, constructors: Collection[int]) -> Mapping[int, int]:
    """Return the places of constructors on the league's board, 1 for the leader. Without those that have none yet."""
    return members.ranks(connection, league_id, constructors)
