"""Compares what was simulated with what happened: the field's scores, players' points, and a user's own lineups.

PIT: the probability that the simulation gave to an outcome below the real one. Over many contests it is uniform, with
the mean 0.5, if the simulation is right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pickvs.dfs.formats.rules import Format
from pickvs.dfs.simulation.contests import Lineups, columns, unit_scale
from pickvs.dfs.simulation.outcomes import Outcomes
from pickvs.dfs.simulation.payouts import Contest, Prizes
from pickvs.dfs.simulation.rules import BLOCK

type Floats = NDArray[np.float64]

QUANTILES = (0.5, 0.8, 0.9, 0.99, 0.999, 1.0)
"""Quantiles of the field's scores that are compared. About a fifth of a contest is paid; 1 is the winner."""
INTERVALS = (0.5, 0.8, 0.9)
"""Central intervals of players' points that are compared."""


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


def field_quantiles(outcomes: Outcomes, contest_format: Format, lineups: Lineups, simulations: int) -> Floats:
    """Return the field's quantiles in points: a row a simulation, a column for each of `QUANTILES`.

    simulations is rounded up to whole blocks.
    """
    factors = columns(lineups, contest_format, len(outcomes.players))
    unit = outcomes.unit / unit_scale(contest_format)
    blocks = -(-simulations // BLOCK)
    ranks = [_rank(quantile, len(lineups)) for quantile in QUANTILES]
    rows = [np.sort(outcomes.draw(block) @ factors, axis=1)[:, ranks] for block in range(blocks)]
    return np.concatenate(rows).astype(np.float64) * unit


def judged(simulated: Floats, real_scores: Sequence[float]) -> list[QuantileResult]:
    """Return how the quantiles of a finished contest's scores are placed among the simulated ones.

    Raises ValueError without a score.
    """
    if not len(real_scores):
        raise ValueError("a finished contest has scores")
    ordered = np.sort(np.asarray(real_scores, dtype=np.float64))
    results = []
    for column, quantile in zip(simulated.T, QUANTILES, strict=True):
        real = float(ordered[_rank(quantile, len(ordered))])
        pit = float((column < real).mean() + (column == real).mean() / 2)
        results.append(QuantileResult(quantile=quantile, mean=float(column.mean()), real=real, pit=pit))
    return results


def covers(outcomes: Outcomes, real_points: Mapping[int, float]) -> list[Cover]:
    """Return how often each of `INTERVALS` holds the players' real points.

    real_points: by player's id; whoever is missing is left out, and so is whoever has no projection. Points of 0 have a
    probability of their own: they count with the part of it that is inside the interval (Czado, Gneiting, Held,
    Biometrics 65, 2009).
    """
    judged = [n for n, player in enumerate(outcomes.players) if player.points > 0 and player.id in real_points]
    if not judged:
        return []
    real = np.array([real_points[player.id] if n in set(judged) else 0.0 for n, player in enumerate(outcomes.players)])
    up_to = outcomes.at_most(real)[judged]
    below = np.where(real[judged] > 0, up_to, 0.0)
    width = up_to - below
    found = []
    for probability in INTERVALS:
        low, high = (1 - probability) / 2, (1 + probability) / 2
        part = np.maximum(np.minimum(up_to, high) - np.maximum(below, low), 0.0) / np.where(width > 0, width, 1.0)
        inside = np.where(width > 0, part, (up_to >= low) & (up_to <= high))
        found.append(Cover(probability=probability, players=len(judged), inside=float(inside.mean())))
    return found


def real_results(contest: Contest, real_scores: Sequence[float], scores: Sequence[float]) -> list[RealResult]:
    """Return what lineups got, from the scores of all entries of a finished contest.

    scores: of the lineups. A lineup whose score no entry has was not entered; it gets what its place pays.
    """
    ordered = np.sort(np.asarray(real_scores, dtype=np.float64))
    own = np.asarray(scores, dtype=np.float64)
    up_to = np.searchsorted(ordered, own, side="right")
    above = (len(ordered) - up_to).astype(np.float64)
    tied = np.maximum(up_to - np.searchsorted(ordered, own, side="left"), 1).astype(np.float64)
    prizes = Prizes(contest).shared(above, tied)
    return [
        RealResult(points=float(score), place=int(better) + 1, prize_cents=float(prize))
        for score, better, prize in zip(own, above, prizes, strict=True)
    ]


def _rank(quantile: float, count: int) -> int:
    return min(int(quantile * count), count - 1)
