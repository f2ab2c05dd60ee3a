"""Starts by which two sources of scores contradict each other. They matter only if somebody picked in between."""

from collections.abc import Sequence

from pickvs.core.database import Connection
from pickvs.markets.fixtures.service import Origin
from pickvs.markets.scores.recording import StartsApart, dispute_starts
from pickvs.picks.presence import games_picked_between


def dispute_starts_that_matter(connection: Connection, apart: Sequence[StartsApart], origin: Origin) -> int:
    """Take back the results of games with a pick between the two starts, and return their number.

    Of other games, the earlier start counts, which no pick notices.
    """
    picked = games_picked_between(connection, [(one.game_id, *one.starts) for one in apart])
    disputed = [one for one in apart if one.game_id in picked]
    dispute_starts(connection, disputed, origin)
    return len(disputed)
