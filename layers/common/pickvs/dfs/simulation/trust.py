"""Learns from finished slates how much of a user's own projections is better than the field's."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Self

from pickvs.dfs.simulation.rules import DEFAULT_TRUST

PRIOR_DEVIATION = 0.25
"""Standard deviation of the trust before any slate was played: most users are between 0 and 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedPlayer:
    """A player who played. own, field: projections. real: points. deviation: that of the points, above 0."""

    own: float
    field: float
    real: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What finished slates say about the trust: sums over players, which add up over slates.

    information: sum of ((own - field) / deviation) squared. score: sum of (own - field)(real - field) / deviation
    squared. players: how many.
    """

    information: float = 0.0
    score: float = 0.0
    players: int = 0

    @classmethod
    def of(cls, players: Sequence[PlayedPlayer]) -> Self:
        """Return what one slate says. Whoever did not play says nothing about which projection was better."""
        return cls(
            sum(((each.own - each.field) / each.deviation) ** 2 for each in players),
            sum((each.own - each.field) * (each.real - each.field) / each.deviation**2 for each in players),
            len(players),
        )

    def __add__(self, other: "Evidence") -> "Evidence":
        """Return what both say."""
        return Evidence(self.information + other.information, self.score + other.score, self.players + other.players)

    def trust(self) -> tuple[float, float]:
        """Return the fitted trust, from 0 to 1, and its standard error.

        It is the posterior mean of the weight in `real = field + weight (own - field) + error`, normal with the prior
        `DEFAULT_TRUST` and `PRIOR_DEVIATION`. So little evidence changes little.
        """
        precision = 1 / PRIOR_DEVIATION**2
        total = self.information + precision
        return min(max((self.score + DEFAULT_TRUST * precision) / total, 0.0), 1.0), 1 / sqrt(total)
