"""Sources and sports of the ingestion jobs."""

from pickvs.core.errors import ConfigurationError
from pickvs.jobs.sources import Source
from pickvs.markets.providers import odds_api
from pickvs.markets.providers.config import odds_api_sports
from pickvs.sports.rules import SPORTS


def sports() -> tuple[str, ...]:
    """Return the sports that this stage ingests. Raises ConfigurationError if the setting is invalid."""
    return odds_api_sports()


def source(sport: str) -> Source:
    """Return the source for a sport. Raises ConfigurationError if the sport is not covered or the key is missing."""
    if sport not in SPORTS:
        raise ConfigurationError(f"{sport} is not a covered sport")
    return odds_api.configured()
