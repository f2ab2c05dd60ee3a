"""How many constructors one draft of a league holds."""

from pickvs.core.database import Connection
from pickvs.fantasy.events import reading as events
from pickvs.fantasy.leagues.queries import LeagueRow
from pickvs.fantasy.leagues.rules import capacity


def most_of_a_draft(connection: Connection, league: LeagueRow) -> int | None:
    """Return the maximum number of constructors of a draft, by the latest event of the season whose entries are known.

    None while none are known.
    """
    for event in reversed(events.season_of(connection, league.sport, league.season)):
        pool = [] if event.is_void else events.pool_of(connection, event.id)
        if pool:
            return capacity(sum(not each.is_withdrawn for each in pool), league.rounds)
    return None
