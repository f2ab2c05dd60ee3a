"""What a player's forecast scored against his box score. Pure."""

from collections.abc import Mapping
from typing import Any

from pickvs.predictions.distributions.counts import rules as counts
from pickvs.predictions.distributions.quantiles import rules as quantiles
from pickvs.predictions.leagues.players import MINUTES
from pickvs.predictions.players.forecasting.rules import Distribution

COVER_TOLERANCE = 10.0
"""Percent by which the share of statistics inside their 80 % interval may be more or less than 80."""
_LOW, _HIGH = 0.1, 0.9


def distribution_of(document: Mapping[str, Any]) -> Distribution:
    """Return the distribution that a forecast of a statistic stores. Raises ValueError if it is none."""
    if document.get("kind") == quantiles.KIND:
        return quantiles.from_json(document)
    return counts.from_json(document)


def score(statistics: Mapping[str, Any], seconds: int, stats: Mapping[str, int]) -> dict[str, dict[str, float]]:
    """Return by statistic what happened, the CRPS, the distance to the median, and the share inside 80 %.

    statistics: as a forecast stores them. Those that the box score lacks are left out.
    """
    found: dict[str, dict[str, float]] = {}
    for name, forecast in statistics.items():
        happened = seconds / 60 if name == MINUTES else stats.get(name)
        if happened is None:
            continue
        distribution = distribution_of(forecast["distribution"])
        if isinstance(distribution, counts.NegativeBinomial):
            below, up_to = distribution.at_most(int(happened) - 1), distribution.at_most(int(happened))
            crps = distribution.crps(int(happened))
        else:
            below = up_to = distribution.at_most(happened)
            crps = distribution.crps(happened)
        found[name] = {
            "happened": round(float(happened), 4),
            "crps": round(crps, 5),
            "error": round(abs(float(forecast["median"]) - happened), 4),
            "inside_80": round(_inside(below, up_to), 4),
        }
    return found


def is_covered(percent: float | None) -> bool:
    """Return whether the intervals hold about what they promise. percent: inside them; None if it is not known."""
    return percent is None or abs(percent - 100 * (_HIGH - _LOW)) <= COVER_TOLERANCE


def _inside(below: float, up_to: float) -> float:
    """Return the share of an outcome's probability that is inside the central 80 %."""
    if up_to <= below:
        return float(_LOW <= below <= _HIGH)
    return min(1.0, max(0.0, min(up_to, _HIGH) - max(below, _LOW)) / (up_to - below))
