"""Reads builds for other rooms, in the caller's transaction."""

from pickvs.core.database import Connection
from pickvs.dfs.builds import queries
from pickvs.dfs.builds.errors import unknown_build
from pickvs.dfs.builds.queries import BuildRow, LineupRow


def own_build(connection: Connection, build_id: int, user_id: int) -> BuildRow:
    """Return a build of the user. Raises NotFound (BUILD_NOT_FOUND)."""
    found = queries.find(connection, build_id, user_id)
    if found is None:
        raise unknown_build()
    return found


def lineups_of(connection: Connection, build_id: int) -> list[LineupRow]:
    """Return the lineups of a build, by number."""
    return queries.lineups_of(connection, build_id)
