"""Reports whether the service can serve, and how old its data is."""

from datetime import datetime

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.ingestion import queries
from pickvs.ingestion.rules import FETCH_ODDS, PROCESS_RESULTS
from pickvs.ingestion.schemas import Freshness, Health
from pickvs.jobs.freshness import last_good


def health() -> Health:
    """Return the state of the service. Raises DatabaseUnavailable if the service cannot serve."""
    now = clock.now()
    with transaction() as connection:
        version = queries.schema_version(connection)
        last = last_good(connection, FETCH_ODDS, PROCESS_RESULTS)
    return Health(
        schema_version=version,
        odds=_freshness(last[FETCH_ODDS], now),
        results=_freshness(last[PROCESS_RESULTS], now),
    )


def _freshness(last: datetime | None, now: datetime) -> Freshness:
    # The clock may have been set back; the age must not be negative.
    age = None if last is None else max(0, int((now - last).total_seconds()))
    return Freshness(last_success=last, age_seconds=age)
