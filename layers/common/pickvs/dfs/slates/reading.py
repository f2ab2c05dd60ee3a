"""Reads slates for other rooms, in the caller's transaction."""

from collections.abc import Collection, Iterable
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.dfs.slates import queries
from pickvs.dfs.slates.errors import unknown_slate
from pickvs.dfs.slates.queries import GameRow, PlayerRow, SlateRow
from pickvs.dfs.slates.rules import is_played


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


def starts_beside(slate: SlateRow, players: Iterable[PlayerRow], told: Collection[str]) -> dict[str, datetime | None]:
    """Return the starts of games that count instead of those in a file, by the site's numbers of the players.

    A source follows a public slate until its games begin, so its word is later than any file's. A user's own slate is
    as old as the file that made it: it counts where this one says nothing. told: the numbers of whom the file says it.
    None: the game has been put off.
    """
    return {
        site_id: player.starts_at if is_played(player.game_state) else None
        for player in players
        for site_id in (player.site_player_id, player.captain_site_id)
        if site_id is not None and (slate.user_id is None or site_id not in told)
    }


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
