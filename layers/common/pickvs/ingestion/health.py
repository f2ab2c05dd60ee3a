"""Reports whether the service can serve, and how old its data is."""

from datetime import datetime

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.ingestion import queries
from pickvs.ingestion.feeds import feeds_data
from pickvs.ingestion.freshness import SportData, latest, sports_data
from pickvs.ingestion.schemas import FeedFreshness, Freshness, Health, MarketFreshness, SportFreshness


def health() -> Health:
    """Return the state of the service. Raises DatabaseUnavailable if the service cannot serve."""
    now = clock.now()
    with transaction() as connection:
        version = queries.schema_version(connection)
        sports = sports_data(connection)
        feeds = feeds_data(connection)
    return Health(
        schema_version=version,
        odds=_freshness(latest(data.odds_at for data in sports), now),
        results=_freshness(latest(data.results for data in sports), now),
        sports=[_of_sport(data, now) for data in sports],
        feeds=[
            FeedFreshness(
                feed=each.feed,
                source=each.source,
                sport=each.sport,
                last_good=each.last,
                age_seconds=_age(each.last, now),
            )
            for each in feeds
        ],
    )


def _of_sport(data: SportData, now: datetime) -> SportFreshness:
    return SportFreshness(
        sport=data.sport,
        results=_freshness(data.results, now),
        markets=[
            MarketFreshness(market=market, last_good=at, age_seconds=_age(at, now)) for market, at in data.odds.items()
        ],
    )


def _freshness(last: datetime | None, now: datetime) -> Freshness:
    return Freshness(last_success=last, age_seconds=_age(last, now))


def _age(last: datetime | None, now: datetime) -> int | None:
    # The clock may have been set back; the age must not be negative.
    return None if last is None else max(0, int((now - last).total_seconds()))
