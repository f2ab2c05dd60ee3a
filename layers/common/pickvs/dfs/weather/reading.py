"""The weather at venues, for other rooms, in their transaction."""

from collections.abc import Collection
from datetime import datetime, timedelta

from pickvs.core.database import Connection
from pickvs.dfs.weather import queries
from pickvs.dfs.weather.queries import ReadingRow
from pickvs.dfs.weather.rules import PLAYED


def weather_of(connection: Connection, games: Collection[tuple[int, datetime]]) -> dict[int, list[ReadingRow]]:
    """Return the latest word of each source on the hours of games, by venue. games: venue and start of each.

    A venue without an answer is left out: no weather is not good weather.
    """
    if not games:
        return {}
    since = min(start for _, start in games).replace(minute=0, second=0, microsecond=0)
    until = max(start for _, start in games) + PLAYED + timedelta(hours=1)
    found: dict[int, list[ReadingRow]] = {}
    for row in queries.latest(connection, {venue for venue, _ in games}, since, until):
        found.setdefault(row.venue_id, []).append(row)
    return found
