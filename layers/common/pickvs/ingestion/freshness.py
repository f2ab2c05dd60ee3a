"""The age of each sport's odds and results. See `fetch_odds` and `process_results` for what counts as good."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pickvs.core.database import Connection
from pickvs.ingestion.rules import FETCH_ODDS, PROCESS_RESULTS
from pickvs.jobs import freshness as jobs
from pickvs.markets.providers.config import odds_api_sports
from pickvs.markets.values import MARKETS, Market


@dataclass(frozen=True, slots=True)
class SportData:
    """When a sport's data was last good; None if it never was. odds: by market."""

    sport: str
    odds: Mapping[Market, datetime | None]
    results: datetime | None

    @property
    def odds_at(self) -> datetime | None:
        """When the odds of any market were last good."""
        return latest(self.odds.values())


def latest(times: Iterable[datetime | None]) -> datetime | None:
    """Return the latest of the known times; None if there is none."""
    return max((at for at in times if at is not None), default=None)


def sports_data(connection: Connection) -> list[SportData]:
    """Return the freshness of each sport that the stage ingests. Raises ConfigurationError without that setting."""
    known = jobs.last_good(connection, FETCH_ODDS, PROCESS_RESULTS)
    return [
        SportData(
            sport,
            {market: known.get((FETCH_ODDS, sport, market)) for market in MARKETS},
            known.get((PROCESS_RESULTS, sport, jobs.ALL)),
        )
        for sport in odds_api_sports()
    ]
