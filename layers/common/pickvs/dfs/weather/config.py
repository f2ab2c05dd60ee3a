"""Settings of the sources of weather."""

from collections.abc import Mapping
from dataclasses import dataclass

from pickvs.core.config import settings
from pickvs.dfs.weather.rules import SOURCES

PACE_SECONDS = 1.0
"""Least time between two requests to a source, where the stage does not say otherwise."""
_LONGEST_PACE = 60


@dataclass(frozen=True, slots=True)
class WeatherConfig:
    """Which sources are asked, where, by whom, and how often. pace: least seconds between two requests to a source."""

    base_urls: Mapping[str, str]
    contact: str
    pace: float


def weather_config() -> WeatherConfig | None:
    """Return how the sources are asked, or None if this stage asks none.

    Raises ConfigurationError for a missing or bad setting.
    """
    known = settings()
    names = known.require("WEATHER_SOURCES", _names)
    if not names:
        return None
    paced = known.optional("WEATHER_PACE_SECONDS") is not None
    return WeatherConfig(
        base_urls={name: known.require(f"WEATHER_{name.upper()}_URL", str).rstrip("/") for name in names},
        contact=known.require("WEATHER_CONTACT", str),
        pace=known.require("WEATHER_PACE_SECONDS", _seconds) if paced else PACE_SECONDS,
    )


def _names(raw: str) -> tuple[str, ...]:
    if raw == "none":
        return ()
    chosen = raw.split(",")
    if unknown := sorted(set(chosen) - set(SOURCES)):
        raise ValueError(f"no source is called {unknown[0]!r}")
    return tuple(name for name in SOURCES if name in chosen)


def _seconds(raw: str) -> float:
    seconds = float(raw)
    if not 0 <= seconds <= _LONGEST_PACE:
        raise ValueError(f"not 0 to {_LONGEST_PACE} seconds")
    return seconds
