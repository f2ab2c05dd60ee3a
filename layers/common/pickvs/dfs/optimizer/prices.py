"""What a place in a portfolio costs: prices of the players, and what no portfolio can exceed.

A portfolio of N lineups is a 0/1 choice of columns, one per lineup, with a row per player whose exposure is limited.
Its linear relaxation is solved by column generation. The pricing problem is the exact search with each player's price
taken off his points. For any prices whatever, the N best priced lineups and the priced limits together bound the points
of every portfolio (Lagrangian relaxation).
"""

from dataclasses import dataclass, replace

import highspy
import numpy as np
from numpy.typing import NDArray

from pickvs.dfs.optimizer.highs import INFINITY, SECONDS, SolverStoppedError, silent_highs
from pickvs.dfs.optimizer.problem import SCALE, Problem, Rosters
from pickvs.dfs.optimizer.search import Search

_ROUNDS = 16
"""How often columns are added at most."""

_CLOSE = 2e-5
"""Relative distance of the bound from the relaxation at which no more columns are added."""

_WHOLE = 1e-6
"""What is less than this is none."""

_HIGHEST = 1_000 * SCALE
"""Largest price of a player, up or down."""

type Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Limits:
    """How many lineups are wanted, and in how many of them each player is at least and at most."""

    count: int
    least: Counts
    most: Counts

    @property
    def rows(self) -> NDArray[np.intp]:
        """Return the players whose limits can bind."""
        return np.flatnonzero((self.least > 0) | (self.most < self.count))


@dataclass(frozen=True, slots=True)
class Relaxation:
    """An optimum of the relaxed portfolio.

    shares: of each lineup. prices: of each player in 1/10,000 of a point; a player who has to be used more has a
    negative one. value: points in 1/10,000. missing: lineups and uses that the limits leave no room for.
    """

    shares: NDArray[np.float64]
    prices: Counts
    value: float
    missing: float


@dataclass(frozen=True, slots=True)
class Prices:
    """The result of column generation.

    of: each player's price. bound: points in 1/10,000 that no portfolio exceeds. columns: lineups that were generated.
    """

    of: Counts
    bound: int
    columns: Rosters


def relaxed(problem: Problem, limits: Limits, rosters: Rosters, *, complete: bool = True) -> Relaxation:
    """Return the best fractional portfolio of the lineups.

    complete: missing lineups and uses cost more than any lineup is worth; otherwise they cost nothing. There is always
    an optimum. Raises SolverStoppedError if it is not found in time.
    """
    points = problem.points[rosters].sum(axis=1, dtype=np.int64) / SCALE
    penalty = 2 * float(np.abs(points).max(initial=1.0)) if complete else 0.0
    rows = limits.rows
    row_of = np.full(len(problem.players), -1, np.int64)
    row_of[rows] = np.arange(1, len(rows) + 1)
    cells = row_of[problem.owner[rosters]]
    short = rows[limits.least[rows] > 0]
    columns, slacks = len(rosters), 1 + len(short)
    entries = np.concatenate((np.zeros((columns, 1), np.int64), cells), axis=1)
    inside = entries >= 0
    lengths = np.concatenate((inside.sum(axis=1), np.ones(slacks, np.int64)))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns + slacks, 1 + len(rows)
    lp.col_cost_ = np.concatenate((-points, np.full(slacks, penalty)))
    lp.col_lower_ = np.zeros(columns + slacks)
    lp.col_upper_ = np.concatenate((np.ones(columns), np.full(slacks, INFINITY)))
    lp.row_lower_ = np.concatenate(([limits.count], limits.least[rows])).astype(np.float64)
    lp.row_upper_ = np.concatenate(([limits.count], limits.most[rows])).astype(np.float64)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
    lp.a_matrix_.index_ = np.concatenate((entries[inside], [0], row_of[short])).astype(np.int32)
    lp.a_matrix_.value_ = np.ones(int(lengths.sum()))
    highs = silent_highs()
    highs.setOptionValue("time_limit", SECONDS)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("presolve", "off")  # it takes as long as the simplex on so few rows, and finds nothing
    highs.passModel(lp)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise SolverStoppedError(highs.modelStatusToString(highs.getModelStatus()))
    solution = highs.getSolution()
    values = np.array(solution.col_value)
    prices = np.zeros(len(problem.players), np.int64)
    duals = -np.array(solution.row_dual)[1:] * SCALE
    prices[rows] = np.clip(np.rint(duals), -_HIGHEST, _HIGHEST).astype(np.int64)
    shares = values[:columns]
    return Relaxation(shares, prices, float(points @ shares) * SCALE, float(values[columns:].sum()))


def priced(problem: Problem, prices: Counts) -> NDArray[np.int32]:
    """Return the points of the choices less the prices of their players."""
    return (problem.points - prices[problem.owner]).astype(np.int32)


def price_stage(search: Search, limits: Limits) -> Prices | None:
    """Return prices under which the limits are kept at the least loss, and the bound. None if there is no lineup.

    If the limits leave no room for so many lineups, the bound is that of a portfolio of fewer.
    """
    best = search.best(search.problem.points, limits.count)
    if not len(best.rosters):
        return None
    free = np.zeros(len(search.problem.players), np.int64)
    found = Prices(free, best.bound(limits.count), best.rosters)
    if not len(limits.rows):
        return found
    found, missing = _generated(search, limits, found, complete=True)
    if missing < _WHOLE:
        return found
    fewer = Prices(free, best.bound(limits.count, complete=False), found.columns)
    return replace(found, bound=_generated(search, limits, fewer, complete=False)[0].bound)


def _generated(search: Search, limits: Limits, found: Prices, *, complete: bool) -> tuple[Prices, float]:
    """Return better prices and a lower bound by column generation, and how much the last relaxation missed.

    complete: the bound is of portfolios that miss nothing.
    """
    problem, missing = search.problem, 0.0
    for _ in range(_ROUNDS):
        relaxation = relaxed(problem, limits, found.columns, complete=complete)
        prices = relaxation.prices if complete else np.maximum(relaxation.prices, 0)
        best = search.best(priced(problem, prices), limits.count)
        limited = int((prices * np.where(prices > 0, limits.most, limits.least)).sum())
        bound = best.bound(limits.count, complete=complete) + limited
        columns = np.unique(np.concatenate((found.columns, best.rosters)), axis=0)
        found = Prices(prices, bound, columns) if bound < found.bound else replace(found, columns=columns)
        missing = relaxation.missing
        reached = missing < _WHOLE or not complete
        if search.tired or (reached and found.bound - relaxation.value <= _CLOSE * abs(found.bound)):
            break
    return found, missing
