"""Settings of forecasts."""

from datetime import timedelta

from pickvs.core.config import names, settings, whole
from pickvs.predictions.leagues.games import game_leagues


def forecast_sports() -> tuple[str, ...]:
    """Return the sports of this stage whose games are forecast. Raises ConfigurationError for a bad setting."""
    return tuple(sport for sport in settings().require("ODDS_API_SPORTS", names) if sport in game_leagues())


def lock_margin() -> timedelta:
    """Return the time before the announced tip-off at which a game takes no forecast: the same as for picks."""
    return timedelta(seconds=settings().require("LOCK_MARGIN_SECONDS", whole(0, 3600)))
