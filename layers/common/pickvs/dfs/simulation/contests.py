"""Plays a contest many times: what each lineup gets, from running sums that can be stored and taken up again.

The other entries are a sample of lineups. A sampled lineup, and the user's own among them, stands for `weight` places:
(other entries + 1) / (sampled + 1). So all prizes are paid out, and beating every sampled lineup is not yet winning a
field that is larger than the sample.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from pickvs.dfs.formats.rules import Format
from pickvs.dfs.simulation.calibration import count_quantiles
from pickvs.dfs.simulation.judging import QUANTILES
from pickvs.dfs.simulation.lineups import Lineups, columns, places, unit_scale
from pickvs.dfs.simulation.outcomes import Outcomes
from pickvs.dfs.simulation.payouts import Contest
from pickvs.dfs.simulation.prizes import Prizes
from pickvs.dfs.simulation.rules import BLOCK

type Floats = NDArray[np.float64]

TOP = 0.01
"""Part of the places that counts as the top."""
_ARRAYS = ("prizes", "squares", "cashed", "won", "top")


@dataclass(slots=True)
class Sums:
    """Sums over the simulations so far; the first five have an entry a lineup.

    prizes: cents. squares: cents squared. cashed, won, top: how often the lineup was paid, first, in the top 1 percent;
    with fractions, because a sampled lineup stands for several places. total, total_squares: of all lineups together.
    profits, paid: how often all lineups together got more than their fees, or anything. quantiles: for each of
    `judging.QUANTILES` of the others' scores how many simulations had it in each whole point.
    """

    prizes: Floats
    squares: Floats
    cashed: Floats
    won: Floats
    top: Floats
    quantiles: list[Counter[int]]
    simulations: int = 0
    total: float = 0.0
    total_squares: float = 0.0
    profits: int = 0
    paid: float = 0.0

    @classmethod
    def none(cls, lineups: int) -> Self:
        """Return sums over no simulation."""
        zeros = np.zeros((5, lineups))
        return cls(
            prizes=zeros[0],
            squares=zeros[1],
            cashed=zeros[2],
            won=zeros[3],
            top=zeros[4],
            quantiles=[Counter() for _ in QUANTILES],
        )

    def to_json(self) -> dict[str, Any]:
        """Return the sums as JSON. Reading it gives the same digits."""
        return {
            name: value.tolist() if isinstance(value := getattr(self, name), np.ndarray) else value
            for name in self.__slots__
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the sums that `to_json` made."""
        arrays: dict[str, Any] = {name: np.array(value[name], dtype=np.float64) for name in _ARRAYS}
        quantiles = [Counter({int(points): count for points, count in each.items()}) for each in value["quantiles"]]
        return cls(**{**value, **arrays, "quantiles": quantiles})


@dataclass(frozen=True, slots=True, kw_only=True)
class LineupResult:
    """What a lineup gets on average.

    roi: prizes less the fee, as a part of the fee; None in a free contest. roi_error: standard error that the number of
    simulations leaves. cash, win, top: probabilities.
    """

    prize_cents: float
    roi: float | None
    roi_error: float | None
    cash: float
    win: float
    top: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioResult:
    """What all lineups get together; fields as in `LineupResult`.

    profit: probability that the prizes are more than the fees. paid: that any lineup is paid. cash: mean share of the
    lineups that is paid.
    """

    simulations: int
    prize_cents: float
    roi: float | None
    roi_error: float | None
    cash: float
    profit: float
    paid: float


@dataclass(slots=True)
class ContestSimulation:
    """A contest, the user's lineups, the field, and the sums so far.

    entered, others: rows of places of players in the order of the format's slots, as `lineup_rows` gives them.
    """

    contest: Contest
    outcomes: Outcomes
    contest_format: Format
    entered: Lineups
    others: Lineups
    sums: Sums = field(init=False)
    _weight: float = field(init=False)
    _prizes: Prizes = field(init=False)
    _entered_columns: NDArray[np.float32] = field(init=False)
    _others_columns: NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        """Raise ValueError for more lineups than the contest has entries, or for no lineups."""
        if not len(self.entered) or not len(self.others):
            raise ValueError("a contest needs lineups of the user and of others")
        rest = self.contest.size - len(self.entered)
        if rest < 1:
            raise ValueError(f"{len(self.entered)} lineups leave no place for others among {self.contest.size}")
        self.others = self.others[:rest]
        self.sums = Sums.none(len(self.entered))
        self._weight = (rest + 1) / (len(self.others) + 1)
        self._prizes = Prizes(self.contest)
        self._entered_columns = columns(self.entered, self.contest_format, len(self.outcomes.players))
        self._others_columns = columns(self.others, self.contest_format, len(self.outcomes.players))

    def run(self, until: int) -> None:
        """Simulate on until there are `until` simulations. Stops in between are only allowed after whole blocks.

        Raises ValueError if an earlier stop was not after a whole block.
        """
        if self.sums.simulations % BLOCK:
            raise ValueError(f"simulations go on after a multiple of {BLOCK}, not after {self.sums.simulations}")
        while self.sums.simulations < until:
            block = self.sums.simulations // BLOCK
            rows = min(BLOCK, until - self.sums.simulations)
            self._add(self.outcomes.draw(block)[:rows])

    def lineups(self) -> list[LineupResult]:
        """Return what each lineup got so far. Raises ValueError before the first simulation."""
        count = self._count()
        fee = self.contest.fee_cents
        means = self.sums.prizes / count
        errors = np.sqrt(np.maximum(self.sums.squares / count - means**2, 0.0) / count)
        return [
            LineupResult(
                prize_cents=float(means[place]),
                roi=_roi(float(means[place]), fee),
                roi_error=float(errors[place]) / fee if fee else None,
                cash=float(self.sums.cashed[place]) / count,
                win=float(self.sums.won[place]) / count,
                top=float(self.sums.top[place]) / count,
            )
            for place in range(len(self.entered))
        ]

    def portfolio(self) -> PortfolioResult:
        """Return what all lineups got together. Raises ValueError before the first simulation."""
        count = self._count()
        fees = self.contest.fee_cents * len(self.entered)
        mean = self.sums.total / count
        error = max(self.sums.total_squares / count - mean**2, 0.0) ** 0.5 / count**0.5
        return PortfolioResult(
            simulations=count,
            prize_cents=mean,
            roi=_roi(mean, fees),
            roi_error=error / fees if fees else None,
            cash=float(self.sums.cashed.mean()) / count,
            profit=self.sums.profits / count,
            paid=self.sums.paid / count,
        )

    def _count(self) -> int:
        if self.sums.simulations == 0:
            raise ValueError("nothing has been simulated yet")
        return self.sums.simulations

    def _add(self, points: NDArray[np.float32]) -> None:
        own = points @ self._entered_columns
        others = np.sort(points @ self._others_columns, axis=1)
        count_quantiles(self.sums.quantiles, others, self.outcomes.unit / unit_scale(self.contest_format))
        above, tied = places(own, others)
        own_above, own_tied = places(own, np.sort(own, axis=1))
        better: Floats = np.asarray(above * self._weight + own_above)
        # The lineup itself is in own_tied, with its weight instead of 1.
        width: Floats = np.asarray((1 + tied) * self._weight + own_tied - 1)
        prizes = self._prizes.shared(better, width)
        sums = self.sums
        sums.prizes += prizes.sum(axis=0)
        sums.squares += (prizes**2).sum(axis=0)
        cashed = self._within(better, self.contest.paid)
        sums.cashed += cashed.sum(axis=0)
        sums.won += self._within(better, 1).sum(axis=0)
        sums.top += self._within(better, max(1, ceil(TOP * self.contest.size))).sum(axis=0)
        total = prizes.sum(axis=1)
        sums.total += float(total.sum())
        sums.total_squares += float((total**2).sum())
        sums.profits += int((total > self.contest.fee_cents * len(self.entered)).sum())
        sums.paid += float(cashed.max(axis=1).sum())
        sums.simulations += len(points)

    def _within(self, better: Floats, last: int) -> Floats:
        """Return the probability that a lineup with so many better ones is among the first `last` places."""
        return np.clip((last - better) / self._weight, 0.0, 1.0)


def _roi(prize: float, fee: int) -> float | None:
    return prize / fee - 1 if fee else None
