"""Settings of the source of slates."""

from dataclasses import dataclass

from pickvs.core.config import settings

PACE_SECONDS = 1.0
"""Least time between two requests, where the stage does not say otherwise."""
_LONGEST_PACE = 60


@dataclass(frozen=True, slots=True)
class SlateSource:
    """How the source is asked. sports: by the site's names, such as NBA. pace: least seconds between two requests."""

    lobby_url: str
    api_url: str
    sports: tuple[str, ...]
    contact: str
    pace: float


def slate_source() -> SlateSource | None:
    """Return how the source is asked, or None if this stage asks none.

    Raises ConfigurationError for a missing or bad setting. Whether a stage has the site's permission is checked when it
    is synthesised.
    """
    known = settings()
    sports = known.require("DFS_SLATE_SPORTS", _sports)
    if not sports:
        return None
    paced = known.optional("DFS_PACE_SECONDS") is not None
    return SlateSource(
        lobby_url=known.require("DRAFTKINGS_URL", str).rstrip("/"),
        api_url=known.require("DRAFTKINGS_API_URL", str).rstrip("/"),
        sports=sports,
        contact=known.require("DFS_CONTACT", str),
        pace=known.require("DFS_PACE_SECONDS", _seconds) if paced else PACE_SECONDS,
    )


def _sports(raw: str) -> tuple[str, ...]:
    if raw == "none":
        return ()
    sports = tuple(raw.split(","))
    if any(not sport.isalnum() or sport != sport.upper() for sport in sports):
        raise ValueError("not none or names such as NBA,NFL")
    return sports


def _seconds(raw: str) -> float:
    seconds = float(raw)
    if not 0 <= seconds <= _LONGEST_PACE:
        raise ValueError(f"not 0 to {_LONGEST_PACE} seconds")
    return seconds
