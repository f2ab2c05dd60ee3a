"""Elo ratings in FiveThirtyEight's form, the public baseline. Pure.

Source: FiveThirtyEight, How Our NBA Predictions Work, and its published code for the NFL: an expected score on the
logistic curve of base 10 and scale 400, a change that grows with the margin less than in proportion and shrinks for a
favourite, and a step to the mean between seasons.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, log, tanh

_SCALE = 400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EloParameters:
    """What an Elo rating is told.

    change: rating points that a game moves at most, before the margin counts. home: what playing at home is worth.
    first: rating of a team never seen. mean: where ratings move between seasons; carry_over: the share of the distance
    that is left. The margin's factor is `(|margin| + offset) ** power / (base + slope * difference)`, with the winner's
    rating less the loser's as difference; the divisor is at least half of its base. per_point: rating points that are
    worth one point of the score.
    """

    change: float
    home: float
    first: float
    mean: float
    carry_over: float
    offset: float
    power: float
    base: float
    slope: float
    per_point: float

    def __post_init__(self) -> None:
        """Raise ValueError for parameters that are no Elo rating."""
        if not all(isfinite(getattr(self, name)) for name in self.__slots__):
            raise ValueError("the parameters of Elo are finite")
        if self.change <= 0 or self.base <= 0 or self.per_point <= 0 or not 0 <= self.carry_over <= 1:
            raise ValueError("change, base and per_point of Elo are positive, the carry-over between 0 and 1")


def difference(
    parameters: EloParameters, ratings: Mapping[str, float], home: str, away: str, *, neutral: bool
) -> float:
    """Return how much higher the home team is rated, playing at home included, in rating points."""
    advantage = 0.0 if neutral else parameters.home
    return ratings.get(home, parameters.first) - ratings.get(away, parameters.first) + advantage


def win_probability(gap: float) -> float:
    """Return the expected score of a team that is rated higher by `gap`."""
    return (1 + tanh(gap * log(10) / (2 * _SCALE))) / 2


def played(parameters: EloParameters, gap: float, margin: int) -> float:
    """Return what the home team wins of the away team's rating by a result. gap: as `difference` gives it."""
    outcome = 0.5 if margin == 0 else float(margin > 0)
    lead = gap if margin > 0 else -gap
    divisor = max(parameters.base + parameters.slope * lead, parameters.base / 2)
    factor: float = (abs(margin) + parameters.offset) ** parameters.power
    return parameters.change * factor / divisor * (outcome - win_probability(gap))


def turned(parameters: EloParameters, ratings: Mapping[str, float]) -> dict[str, float]:
    """Return the ratings at the start of the next season."""
    carry, mean = parameters.carry_over, parameters.mean
    return {team: carry * rating + (1 - carry) * mean for team, rating in ratings.items()}
