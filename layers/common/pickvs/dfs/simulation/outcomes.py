"""Draws how many points the players of a slate score.

A player's points are a shifted lognormal of a normal z: skewed to the right, cut off at 0. z is the sum of a factor of
his game, one of his team, and his own; the factors' loadings are chosen so that the points, not the z, correlate as the
model says. With the chance that he does not play, the points are 0.
"""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from pickvs.dfs.simulation.rules import (
    BLOCK,
    DEFAULT_TRUST,
    Model,
    SimulatedPlayer,
    shape_of,
    shift_of,
    skew_of,
    trusted,
)

type Floats = NDArray[np.float64]
type Points = NDArray[np.float32]

_GRID = 1_024
_NORMALS = np.array([NormalDist().inv_cdf((place + 0.5) / _GRID) for place in range(_GRID)])
"""Normal quantiles at the middles of equal parts: an average over them stands for an expectation."""
_NORMALS /= np.sqrt((_NORMALS**2).mean())


class Outcomes:
    """The distribution of all players' points together, and draws from it.

    players: in the order of the columns of every draw. means: points that each player scores on average if he plays.
    deviations: standard deviation before points below 0 are cut off. unit: points are whole multiples of it.
    """

    def __init__(
        self, players: Sequence[SimulatedPlayer], model: Model, *, seed: int, trust: float = DEFAULT_TRUST
    ) -> None:
        """Work out each player's distribution. Raises ValueError without a player, or for a trust outside 0 to 1."""
        if not players:
            raise ValueError("a simulation needs players")
        if not 0 <= trust <= 1:
            raise ValueError(f"trust is between 0 and 1, not {trust}")
        self.players = tuple(players)
        self.unit = model.step
        self._seed = seed
        self.means = np.array(
            [trusted(p.points, p.points if p.field_points is None else p.field_points, trust) for p in players]
        )
        stated = np.array([p.deviation or 0.0 for p in players])
        self.deviations = np.maximum(stated, model.deviation_base + model.deviation_rate * self.means)
        self.out_chances = np.array(
            [1.0 if p.points == 0 else model.out_chance if p.out_chance is None else p.out_chance for p in players]
        )
        self._shapes = np.array(
            [
                shape_of(skew_of(model, *each))
                for each in zip(self.means.tolist(), self.deviations.tolist(), strict=True)
            ]
        )
        self._scales = self.deviations / np.sqrt(np.expm1(self._shapes**2))
        fits = zip(self.means.tolist(), self._scales.tolist(), self._shapes.tolist(), strict=True)
        self._shifts = np.array([shift_of(*each) for each in fits])
        heard = self._heard()
        self._games, game_of = np.unique([p.game for p in players], return_inverse=True)
        self._teams, team_of = np.unique([f"{p.game}\n{p.team}" for p in players], return_inverse=True)
        self._game_of, self._team_of = game_of, team_of
        game, team = model.game / heard**2, model.team / heard**2
        excess = np.maximum(game + team, 1.0)
        game, team = game / excess, team / excess
        self._loadings = tuple(
            np.sqrt(share).astype(np.float32) for share in (game, team, np.maximum(1 - game - team, 0.0))
        )

    def draw(self, block: int) -> Points:
        """Return a block's draws: BLOCK rows of points, a column a player, as whole multiples of `unit`.

        The same seed and block give the same digits, whatever else was drawn.
        """
        stream = np.random.Generator(np.random.PCG64(np.random.SeedSequence(self._seed, spawn_key=(block,))))
        games = stream.standard_normal((BLOCK, len(self._games)), dtype=np.float32)
        teams = stream.standard_normal((BLOCK, len(self._teams)), dtype=np.float32)
        z = stream.standard_normal((BLOCK, len(self.players)), dtype=np.float32)
        chances = stream.random((BLOCK, len(self.players)), dtype=np.float32)
        game, team, own = self._loadings
        z *= own
        z += games[:, self._game_of] * game
        z += teams[:, self._team_of] * team
        points = self._points(z)
        points[chances < self.out_chances.astype(np.float32)] = 0
        return points

    def quantiles(self, probabilities: Sequence[float]) -> Floats:
        """Return each player's quantiles in points: a row a probability, a column a player."""
        found = np.empty((len(probabilities), len(self.players)))
        plays = 1 - self.out_chances
        for row, probability in enumerate(probabilities):
            inside = (probability - self.out_chances) / np.where(plays > 0, plays, 1.0)
            z = np.array([NormalDist().inv_cdf(min(max(each, 1e-9), 1 - 1e-9)) for each in inside])
            points = np.maximum(self._scores(z), 0.0)
            found[row] = np.where((plays > 0) & (inside > 0), points, 0.0)
        return found

    def at_most(self, points: Floats) -> Floats:
        """Return the probability that each player scores at most so many points. points: one number a player."""
        inner = (points - self._shifts) / self._scales + 1
        z = (np.log(np.maximum(inner, 1e-300)) + self._shapes**2 / 2) / self._shapes
        plays = np.array([NormalDist().cdf(max(each, -40.0)) for each in z])
        plays = np.where((inner > 0) & (points >= 0), plays, 0.0)
        return np.where(points >= 0, self.out_chances + (1 - self.out_chances) * plays, 0.0)

    def _scores(self, z: Floats) -> Floats:
        scores: Floats = self._shifts + self._scales * np.expm1(self._shapes * z - self._shapes**2 / 2)
        return scores

    def _points(self, z: Points) -> Points:
        """Turn normals into points, in the place of the normals."""
        shapes = self._shapes.astype(np.float32)
        z *= shapes
        z -= shapes * shapes / 2
        np.expm1(z, out=z)
        z *= (self._scales / self.unit).astype(np.float32)
        z += (self._shifts / self.unit).astype(np.float32)
        np.rint(z, out=z)
        return np.maximum(z, 0, out=z)

    def _on_grid(self) -> Floats:
        """Return what each player scores less his shift, at the normals of the grid."""
        exponents = np.multiply.outer(_NORMALS, self._shapes) - self._shapes**2 / 2
        points: Floats = self._scales * np.expm1(exponents)
        return points

    def _heard(self) -> Floats:
        """Return the correlation of each player's points with his own z.

        To first order, two players' points correlate as their z do, times both numbers.
        """
        points = np.maximum(self._on_grid() + self._shifts, 0.0)
        spread = points.std(axis=0)
        together = ((points - points.mean(axis=0)) * _NORMALS[:, None]).mean(axis=0)
        return np.where(spread > 0, together / np.where(spread > 0, spread, 1.0), 1.0)
