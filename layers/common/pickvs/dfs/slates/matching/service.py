"""Finds the games, venues and players that the platform knows among those of a slate.

What is not found stays unknown: a slate is complete without it. A name alone matches nobody; team and name together do,
where they are of one player alone.
"""

from collections.abc import Sequence
from datetime import timedelta

from pickvs.core.database import Connection
from pickvs.dfs.slates.matching import queries
from pickvs.dfs.slates.queries import GameRow, PlayerRow
from pickvs.dfs.weather.service import follow
from pickvs.dfs.weather.venues import Venue, circuit, venue_of
from pickvs.fantasy.events.reading import venue_at
from pickvs.markets.reading import meetings
from pickvs.sports.players.reading import players_named
from pickvs.sports.players.rules import player_name
from pickvs.sports.teams.reading import teams_named
from pickvs.sports.teams.rules import Team

RACES = "formula_one"
APART = timedelta(hours=12)
"""How far a race's start may be from what the site says."""


def match(
    connection: Connection, sport: str, site: str, games: Sequence[GameRow], players: Sequence[PlayerRow]
) -> None:
    """Connect the games and players of a slate to those that are known, in the caller's transaction.

    The weather of games outdoors is followed from then on. A repeated call finds what has become known since.
    """
    names = {name for game in games for name in (game.away, game.home) if name is not None}
    teams = teams_named(connection, sport, site, names | {player.team for player in players})
    _games(connection, sport, games, teams)
    for game in games:
        venue = _venue(connection, sport, game, teams)
        if venue is not None:
            queries.set_venue(connection, game.id, follow(connection, venue, game.starts_at))
    wanted = {
        player.id: (player_name(player.name), teams[player.team].id)
        for player in players
        if player.player_id is None and player.team in teams
    }
    known = players_named(connection, sport, set(wanted.values()))
    queries.set_players(connection, {each: known[name] for each, name in wanted.items() if name in known})


def _games(connection: Connection, sport: str, games: Sequence[GameRow], teams: dict[str, Team]) -> None:
    open_ones = [each for each in games if each.game_id is None and each.away in teams and each.home in teams]
    wanted = [(teams[str(each.home)].id, teams[str(each.away)].id, each.starts_at) for each in open_ones]
    found = meetings(connection, sport, wanted)
    queries.set_games(connection, {open_ones[place].id: game for place, game in found.items()})


def _venue(connection: Connection, sport: str, game: GameRow, teams: dict[str, Team]) -> Venue | None:
    if sport == RACES:
        name = venue_at(connection, sport, game.starts_at, source="jolpica", apart=APART)
        return None if name is None else circuit(name)
    if game.away not in teams or game.home not in teams:
        return None
    return venue_of(sport, teams[game.home].name, teams[game.away].name, game.starts_at)
