"""Reads projections for other rooms, in the caller's transaction."""

from pickvs.core.database import Connection
from pickvs.dfs.projections import queries
from pickvs.dfs.projections.errors import set_of_other_slate, unknown_set
from pickvs.dfs.projections.queries import SetRow
from pickvs.dfs.projections.rules import Projection


def projection_set(connection: Connection, set_id: int, user_id: int, *, slate_id: int | None = None) -> SetRow:
    """Return a set that the user may see: a public one, or one of his own.

    slate_id: the slate that it must be of. Raises NotFound (PROJECTION_SET_NOT_FOUND) and Conflict
    (SET_OF_OTHER_SLATE).
    """
    found = queries.find(connection, set_id, user_id)
    if found is None:
        raise unknown_set()
    if slate_id is not None and found.slate_id != slate_id:
        raise set_of_other_slate()
    return found


def projections_of(connection: Connection, set_id: int) -> list[Projection]:
    """Return the projections of a set, by player."""
    return queries.all_of(connection, set_id)
