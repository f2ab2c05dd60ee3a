"""Games that should have a final score and lack it, for other rooms, in their transaction."""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.markets.fixtures.rules import NO_FINAL
from pickvs.markets.scores import queries
from pickvs.markets.scores.queries import LackingFinal


def lacking_finals(
    connection: Connection, sport: str, *, since: datetime, tipped_off_by: datetime
) -> list[LackingFinal]:
    """Return the games of a sport that tipped off since `since` and by `tipped_off_by`, and have no final.

    Games in review for another reason than that are left out.
    """
    return queries.lacking_finals(connection, sport, since=since, tipped_off_by=tipped_off_by, reason=NO_FINAL)
