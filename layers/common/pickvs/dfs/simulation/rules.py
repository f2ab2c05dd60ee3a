"""What a simulation is given: players, and how they are believed to score."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cbrt, expm1, isfinite, log, log1p, sqrt
from statistics import NormalDist
from types import MappingProxyType

BLOCK = 250
"""Simulations that are drawn together. Each block has a random stream of its own, so that any block can be drawn alone
and a simulation that is taken up again goes on with the same digits."""

OUT_CHANCE: Mapping[str, float] = MappingProxyType(
    {"available": 0.0, "probable": 0.25, "questionable": 0.5, "doubtful": 0.75, "out": 1.0}
)
"""Probability that a player with this status does not play.

Source: what the words of the NBA's injury report are defined to mean. How often they came true is not measured here.
"""

_STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "O": "out",
        "OUT": "out",
        "IR": "out",
        "IL": "out",
        "IL10": "out",
        "IL15": "out",
        "IL60": "out",
        "NA": "out",
        "INJ": "out",
        "SUSP": "out",
        "PUP": "out",
        "D": "doubtful",
        "Q": "questionable",
        "GTD": "questionable",
        "DTD": "questionable",
        "P": "probable",
    }
)
"""The sites' words for a player's health."""

DEFAULT_TRUST = 0.5
"""Weight of a user's own projections beside the field's, as long as no finished contest has said more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedPlayer:
    """A player of a slate as a simulation takes him.

    id: the slate's own number. team, game: names; an opponent is a player of another team of the same game. positions:
    compared with those of a format's slots. salary: whole dollars in a slot of factor 1; captain_salary: in a slot with
    a factor; None if the salary is multiplied by the factor. points: projection if he plays; 0 says that he does not.
    field_points: what the field expects of him. deviation: standard deviation that the projection states. ownership: 0
    to 1. out_chance: probability that he does not play. None: not known.
    """

    id: int
    team: str
    game: str
    positions: frozenset[str]
    salary: int
    points: float
    captain_salary: int | None = None
    field_points: float | None = None
    deviation: float | None = None
    ownership: float | None = None
    out_chance: float | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for a number that no player has."""
        numbers = (self.points, self.field_points or 0.0, self.deviation or 0.0, self.ownership or 0.0)
        if not all(isfinite(number) and number >= 0 for number in numbers):
            raise ValueError(f"player {self.id}: projections, deviations and ownership are numbers from 0")
        if self.out_chance is not None and not 0 <= self.out_chance <= 1:
            raise ValueError(f"player {self.id}: a probability is between 0 and 1, not {self.out_chance}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """How the players of a sport score around their projections.

    game: correlation of two opponents' points. team: by how much two teammates' points correlate above that.
    deviation_base, deviation_rate: the least standard deviation is base + rate x projection, in points. skew_base,
    skew_rate: skewness is base + rate x deviation / projection, from 0 to `MOST_SKEW`. out_chance: probability that a
    player without a known status does not play. step: points are multiples of it; so lineups tie as they do in a
    contest. source: where the numbers are from, for people. measured: they are from this sport.
    """

    game: float
    team: float
    deviation_base: float
    deviation_rate: float
    skew_base: float
    skew_rate: float
    out_chance: float
    step: float
    source: str
    measured: bool

    def __post_init__(self) -> None:
        """Raise ValueError for correlations that no sample can have."""
        if not (self.game >= 0 and self.team >= 0 and self.game + self.team < 1):
            raise ValueError("the correlations of a model are from 0, and teammates' is below 1")
        if not self.step > 0:
            raise ValueError("the step of a model's points is above 0")


MOST_SKEW = 1.6
"""Greatest skewness: that of NBA players projected below 5 points, 2023-24."""

LEAST_SHAPE = 1e-3
"""Shape of a lognormal that is as good as normal; smaller ones lose digits."""

_NORMAL = NormalDist()
TENTH = _NORMAL.inv_cdf(0.9)
_HALVINGS = 60
_TINY = 1e-9

_NBA = Model(
    game=0.018,
    team=0.023,
    deviation_base=7.7,
    deviation_rate=0.105,
    skew_base=-0.2,
    skew_rate=1.35,
    out_chance=0.027,
    step=0.25,
    source="measured on the NBA season 2023-24, DraftKings points",
    measured=True,
)
_STEPS = MappingProxyType({("draftkings", "nba"): 0.25, ("fanduel", "nba"): 0.1})
_SMALL_STEP = 0.02
"""Divides what the other scorings count in: tenths, and 0.04 for a passing yard."""


def model_of(site: str, sport: str) -> Model:
    """Return how players of a sport score on a site.

    Only the NBA is measured. Every other sport has the NBA's numbers, and `Model.source` says so.
    """
    step = _STEPS.get((site, sport), _SMALL_STEP)
    if sport == "nba":
        return (
            _NBA if step == _NBA.step else _with(step, f"{_NBA.source}; not measured in {site}'s points", measured=True)
        )
    return _with(step, f"not measured for {sport}: the NBA's numbers", measured=False)


def _with(step: float, source: str, *, measured: bool) -> Model:
    return Model(
        game=_NBA.game,
        team=_NBA.team,
        deviation_base=_NBA.deviation_base,
        deviation_rate=_NBA.deviation_rate,
        skew_base=_NBA.skew_base,
        skew_rate=_NBA.skew_rate,
        out_chance=_NBA.out_chance,
        step=step,
        source=source,
        measured=measured,
    )


def trusted(own: float, field: float, trust: float) -> float:
    """Return the projection that a simulation takes: `trust` of a user's own, the rest of the field's.

    A projection of 0 says that the player does not play; then the other one is not heard.
    """
    return 0.0 if own == 0 else trust * own + (1 - trust) * field


def out_chance(status: str) -> float | None:
    """Return the probability that a player with the site's status does not play. None if the status says nothing."""
    word = _STATUSES.get(status.strip().upper())
    return None if word is None else OUT_CHANCE[word]


def spread(model: Model, points: float) -> tuple[float, float, float]:
    """Return the least standard deviation of a projection, and the points below which a tenth and nine tenths fall.

    All of them if the player plays. points: above 0.
    """
    deviation = model.deviation_base + model.deviation_rate * points
    shape = shape_of(skew_of(model, points, deviation))
    scale = deviation / sqrt(expm1(shape**2))
    shift = shift_of(points, scale, shape)
    low, high = (shift + scale * expm1(shape * side - shape**2 / 2) for side in (-TENTH, TENTH))
    return deviation, max(low, 0.0), max(high, 0.0)


def skew_of(model: Model, points: float, deviation: float) -> float:
    """Return the skewness of a projection's points."""
    return min(max(model.skew_base + model.skew_rate * deviation / max(points, _TINY), 0.0), MOST_SKEW)


def shape_of(skew: float) -> float:
    """Return the shape of the lognormal of this skewness, which is (e^(s^2) + 2) sqrt(e^(s^2) - 1).

    That is the cubic x^3 + 3 x in the square root.
    """
    half = sqrt(skew**2 / 4 + 1)
    root = cbrt(half + skew / 2) - cbrt(half - skew / 2)
    return max(sqrt(log1p(root**2)), LEAST_SHAPE)


def shift_of(mean: float, scale: float, shape: float) -> float:
    """Return the shift at which scale x (lognormal - 1) + shift, cut off at 0, has this mean. The lognormal's is 1.

    mean: from 0. What is cut off is worth what a put is in Black and Scholes, The Pricing of Options, 1973.
    """
    low, high = mean - 40 * scale, mean
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        strike = scale - middle
        if strike <= 0:
            above = middle
        else:
            first = (log(scale / strike) + shape**2 / 2) / shape
            above = scale * _NORMAL.cdf(first) - strike * _NORMAL.cdf(first - shape)
        low, high = (low, middle) if above > mean else (middle, high)
    return (low + high) / 2
