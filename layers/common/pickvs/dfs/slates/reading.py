"""Reads slates for other rooms, in the caller's transaction."""

from collections.abc import Collection
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.dfs.slates import queries
from pickvs.dfs.slates.errors import unknown_slate
from pickvs.dfs.slates.queries import GameRow, PlayerRow, SlateRow


def slate(connection: Connection, slate_id: int, user_id: int) -> SlateRow:
    """Return a slate that the user may see: a public one, or one of his own. Raises NotFound (SLATE_NOT_FOUND)."""
    found = queries.find(connection, slate_id, user_id)
    if found is None:
        raise unknown_slate()
    return found


def games_of(connection: Connection, slate_id: int) -> list[GameRow]:
    """Return the games of a slate, by start."""
    return queries.games_of(connection, [slate_id])


def players_of(connection: Connection, slate_id: int) -> list[PlayerRow]:
    """Return all players of a slate, dearest first, with those who are disabled."""
    return queries.players_of(connection, slate_id)


def slates_with(
    connection: Connection, user_id: int, *, site: str, format_id: str, site_player_ids: Collection[str]
) -> list[int]:
    """Return the slates of the user that have one of these players, and else the public ones that have."""
    for owner in (user_id, None):
        found = queries.slates_with(connection, site=site, format_id=format_id, user_id=owner, ids=site_player_ids)
        if found:
            return found
    return []


def starts_at(connection: Connection, slate_id: int, user_id: int) -> datetime:
    """Return when the slate's first game starts. Raises NotFound (SLATE_NOT_FOUND)."""
    return slate(connection, slate_id, user_id).starts_at
