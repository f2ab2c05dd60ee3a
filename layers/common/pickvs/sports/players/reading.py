"""Players for other rooms, in their transaction."""

from collections.abc import Collection

from pickvs.core.database import Connection
from pickvs.sports.players import queries
from pickvs.sports.players.queries import ListedRow as ListedPlayer
from pickvs.sports.players.rules import player_name

__all__ = ["ListedPlayer", "find", "listed", "players_named"]


def find(connection: Connection, player_id: int) -> ListedPlayer | None:
    """Return a player. None if there is none."""
    return queries.find(connection, player_id)


def listed(
    connection: Connection,
    *,
    sport: str | None,
    team: int | None,
    search: str | None,
    after: tuple[str, int],
    limit: int,
) -> list[ListedPlayer]:
    """Return players in the order of their normalised names and ids, after a position."""
    part = player_name(search) if search is not None else None
    values = {"sport": sport, "team": team, "search": part, "after_name": after[0], "after_id": after[1]}
    return queries.listed(connection, {**values, "limit": limit})


def players_named(connection: Connection, sport: str, named: Collection[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """Return players by name and team. named: each a name as `player_name` gives it, and the id of the player's team.

    Two players of a team with one name are left out: nobody knows which of them is meant.
    """
    found: dict[tuple[str, int], list[int]] = {}
    for row in queries.on_teams(connection, sport, sorted({name for name, _ in named})):
        found.setdefault((row.normal, row.team_id), []).append(row.id)
    return {each: found[each][0] for each in named if len(found.get(each, ())) == 1}
