"""Settings of the providers."""

from dataclasses import dataclass

from pickvs.core.config import names, settings, switch, whole


@dataclass(frozen=True, slots=True)
class OddsApiConfig:
    """How the ingestion functions query The Odds API."""

    base_url: str
    api_key_secret: str
    sports: tuple[str, ...]
    regions: tuple[str, ...]
    scores_days_from: int
    """Days that `/scores` looks back, 1 to 3 (the provider's limits)."""


def odds_api_sports() -> tuple[str, ...]:
    """Return the sports that this stage ingests. Raises ConfigurationError if the setting is invalid."""
    return settings().require("ODDS_API_SPORTS", names)


def odds_api_regions() -> tuple[str, ...]:
    """Return the bookmaker regions that this stage asks for. Raises ConfigurationError if the setting is invalid."""
    return settings().require("ODDS_API_REGIONS", names)


def odds_api_config() -> OddsApiConfig:
    """Return the provider's address, key reference and query settings."""
    known = settings()
    return OddsApiConfig(
        base_url=known.require("ODDS_API_BASE_URL", str).rstrip("/"),
        api_key_secret=known.require("ODDS_API_KEY_SECRET_ARN", str),
        sports=odds_api_sports(),
        regions=odds_api_regions(),
        scores_days_from=known.require("SCORES_DAYS_FROM", whole(1, 3)),
    )


@dataclass(frozen=True, slots=True)
class EspnConfig:
    """How ESPN is asked. contact: whom its User-Agent names."""

    base_url: str
    contact: str


def espn_config() -> EspnConfig | None:
    """Return how ESPN is asked, or None if the stage does not ask it. Raises ConfigurationError for a bad setting."""
    known = settings()
    if not known.require("SCORES_ESPN", switch):
        return None
    return EspnConfig(
        base_url=known.require("ESPN_BASE_URL", str).rstrip("/"), contact=known.require("SCORES_CONTACT", str)
    )
