"""Players for other rooms, in their transaction."""

from pickvs.core.database import Connection
from pickvs.sports.players import queries
from pickvs.sports.players.queries import ListedRow as ListedPlayer
from pickvs.sports.players.rules import player_name

__all__ = ["ListedPlayer", "find", "listed"]


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
