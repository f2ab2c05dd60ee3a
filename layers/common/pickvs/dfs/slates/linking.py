"""Finds the games and players of a slate among those that are known from elsewhere."""

from pickvs.core.database import Connection
from pickvs.dfs.slates import queries
from pickvs.dfs.slates.rules import SlateFacts
from pickvs.markets import reading as markets
from pickvs.sports.players import reading as players
from pickvs.sports.teams import reading as teams


def link(connection: Connection, slate_id: int, facts: SlateFacts) -> None:
    """Write into a slate which games of /games and which players of /players its own ones are, where that is clear.

    Teams are found by the site's spellings, games by their teams and start, players by name and team. What is not found
    or ambiguous stays as it is: nothing is guessed.
    """
    named = {name for game in facts.games for name in (game.away, game.home) if name is not None}
    named |= {player.team for player in facts.players}
    known = {name: team.id for name, team in teams.teams_named(connection, facts.sport, facts.site, named).items()}
    meeting = [
        (game.key, known[game.home], known[game.away], game.starts_at)
        for game in facts.games
        if game.home in known and game.away in known
    ]
    found = markets.meetings(connection, facts.sport, [(home, away, at) for _, home, away, at in meeting])
    queries.link_games(connection, slate_id, {meeting[place][0]: game for place, game in found.items()})
    wanted = {
        player.site_player_id: (player.name, known[player.team]) for player in facts.players if player.team in known
    }
    same = players.of_teams(connection, facts.sport, set(wanted.values()))
    queries.link_players(connection, slate_id, {site: same[key] for site, key in wanted.items() if key in same})
