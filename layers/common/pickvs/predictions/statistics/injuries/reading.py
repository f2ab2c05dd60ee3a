"""What is known of players' health, for other rooms, in their transaction."""

from collections.abc import Collection
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.predictions.statistics.injuries import queries
from pickvs.predictions.statistics.injuries.queries import HealthRow as Health
from pickvs.predictions.statistics.injuries.rules import PART
from pickvs.predictions.statistics.preference.rules import INJURY_SOURCES

__all__ = ["PART", "Health", "changes", "health_of"]


def health_of(connection: Connection, players: Collection[int]) -> dict[int, list[Health]]:
    """Return the latest word of each source on players, by player, the league's own first.

    A player of whom nobody has said anything is left out: that is no word of his being available.
    """
    found: dict[int, list[Health]] = {}
    for row in queries.health_of(connection, players) if players else ():
        found.setdefault(row.player_id, []).append(row)
    order = {name: place for place, name in enumerate(INJURY_SOURCES)}
    for rows in found.values():
        rows.sort(key=lambda row: (order.get(row.source, len(order)), row.source))
    return found


def changes(
    connection: Connection, sport: str, *, since: datetime | None, before: int, limit: int
) -> list[queries.ChangeRow]:
    """Return what sources have said of a sport's players, the latest first.

    since: only what became known at that time or later. before: only rows with a lower id.
    """
    return queries.changes(connection, sport, since=since, before=before, limit=limit)
