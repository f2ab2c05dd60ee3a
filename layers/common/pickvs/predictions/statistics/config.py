"""Settings of the sources of statistics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pickvs.core.config import settings
from pickvs.predictions.statistics.preference.rules import (
    ALL_SOURCES,
    BALLDONTLIE,
    ESPN,
    INJURY_SOURCES,
    NBA_REPORT,
    NFLVERSE,
    SOURCES,
    STATSAPI,
)

PACE_SECONDS = 1.0
"""Least time between two requests to a source, where the stage does not say otherwise."""

LONGEST_PACE = 60
"""Longest time in seconds that may be set between two requests."""

_SPORTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        ESPN: frozenset({"basketball_nba", "basketball_wnba", "americanfootball_nfl", "baseball_mlb"}),
        BALLDONTLIE: frozenset({"basketball_nba"}),
        NBA_REPORT: frozenset({"basketball_nba"}),
        NFLVERSE: frozenset({"americanfootball_nfl"}),
        STATSAPI: frozenset({"baseball_mlb"}),
    }
)
"""The sports that each source knows."""


@dataclass(frozen=True, slots=True)
class StatsConfig:
    """Which sources are asked, where, by whom, and how often.

    key_secret: None if no source needs a key. pace: least seconds between two requests to a source.
    """

    base_urls: Mapping[str, str]
    contact: str
    key_secret: str | None
    pace: float = PACE_SECONDS


def stats_sources() -> tuple[str, ...]:
    """Return the names of the sources that this stage asks, in the order of ALL_SOURCES.

    A function without the setting orders nothing. Raises ConfigurationError if it names an unknown source.
    """
    return _in_order(settings().require("STATS_SOURCES", _sources)) if settings().optional("STATS_SOURCES") else ()


def sources_of(sport: str, chosen: Sequence[str]) -> list[str]:
    """Return those of the chosen sources that have box scores of a sport, in order of preference."""
    return [each for each in SOURCES if each in chosen and sport in _SPORTS[each]]


def injury_sources_of(sport: str, chosen: Sequence[str]) -> list[str]:
    """Return those of the chosen sources that tell who is hurt in a sport, in order of preference."""
    return [each for each in INJURY_SOURCES if each in chosen and sport in _SPORTS[each]]


def stats_config() -> StatsConfig:
    """Return how the sources of this stage are asked. Raises ConfigurationError for a missing or bad setting."""
    known = settings()
    sources = _in_order(known.require("STATS_SOURCES", _sources))
    return StatsConfig(
        base_urls={each: known.require(f"STATS_{each.upper()}_URL", str).rstrip("/") for each in sources},
        contact=known.require("STATS_CONTACT", str) if sources else "",
        key_secret=known.require("BALLDONTLIE_KEY_SECRET_ARN", str) if BALLDONTLIE in sources else None,
        pace=known.require("STATS_PACE_SECONDS", _seconds) if known.optional("STATS_PACE_SECONDS") else PACE_SECONDS,
    )


def _seconds(raw: str) -> float:
    seconds = float(raw)
    if not 0 <= seconds <= LONGEST_PACE:
        raise ValueError(f"not 0 to {LONGEST_PACE} seconds")
    return seconds


def _in_order(chosen: frozenset[str]) -> tuple[str, ...]:
    return tuple(each for each in ALL_SOURCES if each in chosen)


def _sources(raw: str) -> frozenset[str]:
    if raw == "none":
        return frozenset()
    chosen = frozenset(raw.split(","))
    if unknown := sorted(chosen - set(ALL_SOURCES)):
        raise ValueError(f"no source is called {unknown[0]!r}")
    return chosen
