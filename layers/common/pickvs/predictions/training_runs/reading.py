"""What other rooms read of training."""

from datetime import datetime

from pickvs.core.database import Connection
from pickvs.predictions.training_runs import queries


def last_trained(connection: Connection, *, played_since: datetime, at: datetime) -> dict[str, datetime]:
    """Return when the games' models of each sport were last trained: of those that have played since a time."""
    return queries.last_trained(connection, played_since, at)
