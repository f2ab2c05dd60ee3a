"""Settings of the sources of races."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from pickvs.core.config import settings
from pickvs.fantasy.events.results.rules import Source as Place

JOLPICA, F1DB = "jolpica", "f1db"
PACE_SECONDS = 1.0
"""Least time between two requests to a source, where the stage does not say otherwise."""
_LONGEST_PACE = 60
HOUR_SECONDS = 3600.0
"""What an hour of a race weekend takes, where the stage does not say otherwise."""


@dataclass(frozen=True, slots=True)
class RaceSources:
    """Which sources are asked about races, where, by whom, and how often.

    places: the first source, and the second, if there is one. pace: least seconds between two requests to a source.
    """

    places: Mapping[str, Place]
    base_urls: Mapping[str, str]
    contact: str
    pace: float


def race_sources() -> RaceSources | None:
    """Return how the sources are asked, or None if this stage asks none.

    Raises ConfigurationError for a missing or bad setting. Whether a stage accepts a source's terms is checked when it
    is synthesised: jolpica-f1 is for non-commercial use alone.
    """
    known = settings()
    places = known.require("FANTASY_SOURCES", _places)
    if not places:
        return None
    paced = known.optional("FANTASY_PACE_SECONDS") is not None
    return RaceSources(
        places=places,
        base_urls={name: known.require(f"{name.upper()}_BASE_URL", str).rstrip("/") for name in places},
        contact=known.require("FANTASY_CONTACT", str),
        pace=known.require("FANTASY_PACE_SECONDS", _seconds) if paced else PACE_SECONDS,
    )


def race_hour() -> timedelta:
    """Return what an hour of a race weekend takes: less where weekends are played in minutes, on a laptop."""
    known = settings()
    said = known.optional("FANTASY_HOUR_SECONDS") is not None
    return timedelta(seconds=known.require("FANTASY_HOUR_SECONDS", _hour) if said else HOUR_SECONDS)


def _hour(raw: str) -> float:
    seconds = float(raw)
    if not 0 < seconds <= HOUR_SECONDS:
        raise ValueError(f"not more than 0 and up to {HOUR_SECONDS:g} seconds")
    return seconds


def _places(raw: str) -> dict[str, Place]:
    if raw == "none":
        return {}
    if raw == JOLPICA:
        return {JOLPICA: "first"}
    if raw == f"{JOLPICA},{F1DB}":
        return {JOLPICA: "first", F1DB: "second"}
    raise ValueError(f"not none, {JOLPICA} or {JOLPICA},{F1DB}")


def _seconds(raw: str) -> float:
    seconds = float(raw)
    if not 0 <= seconds <= _LONGEST_PACE:
        raise ValueError(f"not 0 to {_LONGEST_PACE} seconds")
    return seconds
