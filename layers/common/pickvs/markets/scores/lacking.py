"""Games that should have a final score and lack it, for other rooms, in their transaction."""

from datetime import datetime, timedelta

from pickvs.core.database import Connection
from pickvs.markets.fixtures.rules import NO_FINAL
from pickvs.markets.scores import queries
from pickvs.markets.scores.queries import LackingFinal
from pickvs.sports.rules import SPORTS


def lacking_finals(connection: Connection, sport: str, *, since: datetime, at: datetime) -> list[LackingFinal]:
    """Return the games of a sport that tipped off since `since`, should be over at `at`, and have no final.

    Games in review for another reason than that are left out. Raises KeyError if the sport is not covered.
    """
    over = at - timedelta(minutes=SPORTS[sport].typical_minutes)
    return queries.lacking_finals(connection, sport, since=since, tipped_off_by=over, reason=NO_FINAL)
