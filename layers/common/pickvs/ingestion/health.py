"""Whether the service can serve, and how old what it serves is."""

from datetime import datetime

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.ingestion import queries
from pickvs.ingestion.schemas import Freshness, Health


def health() -> Health:
    """Return the state of the service. Raises DatabaseUnavailable when it cannot serve."""
    now = clock.now()
    with transaction() as connection:
        version = queries.schema_version(connection)
        successes = queries.last_successes(connection)
    return Health(
        schema_version=version,
        odds=_freshness(successes["fetch_odds"], now),
        results=_freshness(successes["process_results"], now),
    )


def _freshness(last: datetime | None, now: datetime) -> Freshness:
    # A clock that was set back must not make odds younger than new.
    age = None if last is None else max(0, int((now - last).total_seconds()))
    return Freshness(last_success=last, age_seconds=age)
