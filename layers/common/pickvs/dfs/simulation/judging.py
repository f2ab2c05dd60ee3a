"""Compares what was simulated with what happened: the field's scores, players' points, and a user's own lineups. Pure.

PIT: the probability that the simulation gave to an outcome below the real one. Over many contests it is uniform, with
the mean 0.5, if the simulation is right.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor

from pickvs.dfs.simulation.payouts import Contest

QUANTILES = (0.5, 0.8, 0.9, 0.99, 0.999, 1.0)
"""Quantiles of the field's scores that are compared. About a fifth of a contest is paid; 1 is the winner."""
INTERVALS = (0.5, 0.8, 0.9)
"""Central intervals of players' points that are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What a simulation believes of a player.

    mean: points if he plays. deviation: standard deviation. zero: probability of no points. intervals: least and most
    points of each of `INTERVALS`.
    """

    mean: float
    deviation: float
    zero: float
    intervals: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantileResult:
    """A quantile of the field's scores. mean: of the simulations, in points. real: in points. pit: 0 to 1."""

    quantile: float
    mean: float
    real: float
    pit: float

    def inside(self, probability: float) -> bool:
        """Return whether the real one is in the central interval of this probability."""
        return abs(self.pit - 0.5) <= probability / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """In which part of the players the real points are inside the interval of a probability."""

    probability: float
    players: int
    inside: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RealResult:
    """What a lineup got in a finished contest. place: the best of its tie."""

    points: float
    place: int
    prize_cents: float


def rank_of(quantile: float, count: int) -> int:
    """Return the place of a quantile among so many values in ascending order, from 0."""
    return min(int(quantile * count), count - 1)


def judged(simulated: Sequence[Mapping[int, int]], real_scores: Sequence[float]) -> list[QuantileResult]:
    """Return how the quantiles of a finished contest's scores are placed among the simulated ones.

    simulated: for each of `QUANTILES` how many simulations had it in each whole point, rounded down. A real one in the
    same point counts as in its middle. Raises ValueError without a score or a simulation.
    """
    if not real_scores:
        raise ValueError("a finished contest has scores")
    ordered = sorted(real_scores)
    results = []
    for counts, quantile in zip(simulated, QUANTILES, strict=True):
        simulations = sum(counts.values())
        if not simulations:
            raise ValueError("nothing has been simulated yet")
        real = ordered[rank_of(quantile, len(ordered))]
        below = sum(count for points, count in counts.items() if points < floor(real))
        mean = sum((points + 0.5) * count for points, count in counts.items()) / simulations
        pit = (below + counts.get(floor(real), 0) / 2) / simulations
        results.append(QuantileResult(quantile=quantile, mean=mean, real=real, pit=pit))
    return results


def covers(pairs: Iterable[tuple[Belief, float]]) -> list[Cover]:
    """Return how often each of `INTERVALS` holds the points that players really had. Empty without a player.

    Points of 0 have a probability of their own: they count with the part of it that is inside the interval (Czado,
    Gneiting, Held, Biometrics 65, 2009).
    """
    players = list(pairs)
    if not players:
        return []
    return [
        Cover(
            probability=probability,
            players=len(players),
            inside=sum(_inside(belief, place, real) for belief, real in players) / len(players),
        )
        for place, probability in enumerate(INTERVALS)
    ]


def real_results(contest: Contest, real_scores: Sequence[float], scores: Sequence[float]) -> list[RealResult]:
    """Return what lineups got, from the scores of all entries of a finished contest.

    scores: of the lineups. Those who tie share the prizes of their places. A lineup whose score no entry has was not
    entered; it gets what its place pays.
    """
    ordered = sorted(real_scores)
    results = []
    for score in scores:
        up_to = bisect_right(ordered, score)
        above = len(ordered) - up_to
        tied = max(up_to - bisect_left(ordered, score), 1)
        prizes = contest.prizes_up_to(above + tied) - contest.prizes_up_to(above)
        results.append(RealResult(points=score, place=above + 1, prize_cents=prizes / tied))
    return results


def _inside(belief: Belief, place: int, real: float) -> float:
    least, most = belief.intervals[place]
    if real > 0:
        return float(least <= real <= most)
    if belief.zero == 0:
        return float(least <= 0)
    low, high = (1 - INTERVALS[place]) / 2, (1 + INTERVALS[place]) / 2
    return max(0.0, min(belief.zero, high) - low) / belief.zero
