"""Fantasy points of statistics. Pure.

Sources: the sites' published rules. DraftKings' were checked against the points of 771 players of finished contests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import prod, sqrt
from statistics import NormalDist
from types import MappingProxyType

_TEN = 9.5
"""Ten or more, with the correction for whole numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """What a site pays for a player's statistics.

    weights: points of one. two_tens, three_tens: for 10 or more in two, and in three, of points, rebounds, assists,
    steals and blocks; the second comes on top of the first.
    """

    weights: Mapping[str, float]
    two_tens: float = 0.0
    three_tens: float = 0.0


SCORINGS: Mapping[tuple[str, str], Scoring] = MappingProxyType(
    {
        ("draftkings", "basketball_nba"): Scoring(
            weights={
                "points": 1,
                "threes_made": 0.5,
                "rebounds": 1.25,
                "assists": 1.5,
                "steals": 2,
                "blocks": 2,
                "turnovers": -0.5,
            },
            two_tens=1.5,
            three_tens=3,
        ),
        ("fanduel", "basketball_nba"): Scoring(
            weights={"points": 1, "rebounds": 1.2, "assists": 1.5, "steals": 3, "blocks": 3, "turnovers": -1}
        ),
    }
)
"""By site and sport. Sports are missing whose forecasts leave out statistics that a site pays for."""

_COUNTED = ("points", "rebounds", "assists", "steals", "blocks")


def fantasy_points(scoring: Scoring, means: Mapping[str, float], dispersions: Mapping[str, float]) -> float:
    """Return the mean fantasy points of statistics with these means.

    dispersions: variances as multiples of the means. The chances of ten or more are taken as normal and independent.
    Raises KeyError for a statistic that is not forecast.
    """
    points = sum(weight * means[name] for name, weight in scoring.weights.items())
    if scoring.two_tens or scoring.three_tens:
        tens = [_ten_or_more(means[name], dispersions[name]) for name in _COUNTED]
        points += scoring.two_tens * at_least(2, tens) + scoring.three_tens * at_least(3, tens)
    return points


def at_least(count: int, chances: list[float]) -> float:
    """Return the probability that at least `count` of independent events happen."""
    places = range(len(chances))
    return sum(
        prod(chances[place] if place in happened else 1 - chances[place] for place in places)
        for number in range(count, len(chances) + 1)
        for happened in combinations(places, number)
    )


def _ten_or_more(mean: float, dispersion: float) -> float:
    if mean <= 0 or dispersion <= 0:
        return float(mean > _TEN)
    return 1 - NormalDist(mean, sqrt(mean * dispersion)).cdf(_TEN)
