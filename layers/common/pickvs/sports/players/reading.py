"""Players for other rooms, in their transaction."""

from collections import defaultdict
from collections.abc import Collection

from pickvs.core.database import Connection
from pickvs.sports.players import queries
from pickvs.sports.players.queries import ListedRow as ListedPlayer
from pickvs.sports.players.rules import player_name

__all__ = ["ListedPlayer", "find", "listed", "of_teams"]


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


def of_teams(connection: Connection, sport: str, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """Return the players with a name, in any spelling, who have played for a team, by that name and team.

    Leaves out names that no player or several players of the team have.
    """
    normal = {(name, team): (player_name(name), team) for name, team in wanted}
    found: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
    for spelled, team, player in queries.of_teams(connection, sport, sorted(set(normal.values()))):
        found[spelled, team].add(player)
    return {key: next(iter(found[value])) for key, value in normal.items() if len(found[value]) == 1}
