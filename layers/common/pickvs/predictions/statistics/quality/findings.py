"""Findings for other rooms, in their transaction: to list and to resolve. Apart from the rules that find them."""

from datetime import datetime
from typing import Literal

from pickvs.core.database import Connection
from pickvs.core.errors import NotFound
from pickvs.predictions.statistics.quality import queries
from pickvs.predictions.statistics.quality.queries import AnomalyRow

type Resolution = Literal["accepted", "corrected"]


def anomalies_after(
    connection: Connection, *, sport: str | None, resolved_too: bool, after: int, limit: int
) -> list[AnomalyRow]:
    """Return findings with ids above `after`, in their order."""
    return queries.listed(connection, sport=sport, resolved_too=resolved_too, after=after, limit=limit)


def resolve_anomaly(connection: Connection, anomaly: int, resolution: Resolution, at: datetime) -> bool:
    """Resolve a finding by a person's word. Return whether it was open. Raises NotFound (ANOMALY_NOT_FOUND)."""
    if queries.resolve(connection, anomaly, resolution, at):
        return True
    if not queries.exists(connection, anomaly):
        raise NotFound("ANOMALY_NOT_FOUND", "There is no such anomaly.")
    return False
