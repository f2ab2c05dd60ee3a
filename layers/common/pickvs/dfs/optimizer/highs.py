"""Linear and integer programs for HiGHS, built column by column and row by row."""

import ctypes
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

import highspy
import numpy as np

_Highs: Callable[[], highspy.Highs] = highspy.Highs
INFINITY = highspy.kHighsInf
_FEASIBLE = 2  # kSolutionStatusFeasible, whose name highspy does not have
SECONDS = 10.0
"""Time limit of one solve. Those of a slate take some hundredths of a second."""


class SolverStoppedError(RuntimeError):
    """HiGHS has neither an optimum nor a proof that there is none, such as after its time limit."""


@dataclass(frozen=True, slots=True)
class Solution:
    """values: of the columns. duals: of the rows, in a program without whole columns. objective: its optimum."""

    values: tuple[float, ...]
    duals: tuple[float, ...]
    objective: float


@dataclass(slots=True)
class Program:
    """A program to minimise. Columns and rows are known by their numbers, from 0."""

    costs: list[float] = field(default_factory=list)
    column_bounds: list[tuple[float, float]] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[Mapping[int, float], float, float]] = field(default_factory=list)

    def column(self, upper: float = 1.0, *, cost: float = 0.0, whole: bool = False) -> int:
        """Add a column from 0 to `upper`, and return its number."""
        self.costs.append(cost)
        self.column_bounds.append((0.0, upper))
        self.whole.append(whole)
        return len(self.costs) - 1

    def row(self, terms: Mapping[int, float], lower: float = -INFINITY, upper: float = INFINITY) -> int:
        """Add a row lower <= terms <= upper, and return its number. terms: coefficients by column."""
        self.rows.append((terms, lower, upper))
        return len(self.rows) - 1


class Solver:
    """A program in HiGHS, whose bounds and costs may change between solves."""

    def __init__(self, program: Program) -> None:
        self._highs = silent_highs()
        self._highs.setOptionValue("threads", 1)
        self._highs.setOptionValue("mip_rel_gap", 0.0)
        self._highs.setOptionValue("mip_abs_gap", 1e-9)
        self._highs.passModel(_in_highs(program))

    def bound_column(self, column: int, upper: float) -> None:
        """Let a column go from 0 to `upper`."""
        self._highs.changeColBounds(column, 0.0, upper)

    def bound_row(self, row: int, lower: float, upper: float) -> None:
        """Give a row other bounds."""
        self._highs.changeRowBounds(row, lower, upper)

    def cost(self, column: int, cost: float) -> None:
        """Give a column another cost."""
        self._highs.changeColCost(column, cost)

    def solve(self, *, nearly: float | None = None) -> Solution | None:
        """Return an optimum, or None if there is proof that the program has no solution.

        nearly: seconds after which the best solution found so far is enough. Raises SolverStoppedError if HiGHS cannot
        tell.
        """
        self._highs.clearSolver()  # the answer does not depend on earlier solves
        self._highs.setOptionValue("time_limit", SECONDS if nearly is None else nearly)
        self._highs.run()
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        enough = nearly is not None and self._highs.getInfo().primal_solution_status == _FEASIBLE
        if status != highspy.HighsModelStatus.kOptimal and not enough:
            raise SolverStoppedError(self._highs.modelStatusToString(status))
        found = self._highs.getSolution()
        return Solution(tuple(found.col_value), tuple(found.row_dual), self._highs.getObjectiveValue())


def _in_highs(program: Program) -> highspy.HighsLp:
    lengths = [len(terms) for terms, _, _ in program.rows]
    given = highspy.HighsLp()
    given.num_col_, given.num_row_ = len(program.costs), len(program.rows)
    given.col_cost_ = np.array(program.costs)
    given.col_lower_, given.col_upper_ = np.array(program.column_bounds).reshape(-1, 2).T.copy()
    given.row_lower_ = np.array([lower for _, lower, _ in program.rows])
    given.row_upper_ = np.array([upper for _, _, upper in program.rows])
    given.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    given.a_matrix_.start_ = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
    given.a_matrix_.index_ = np.array([column for terms, _, _ in program.rows for column in terms], dtype=np.int32)
    given.a_matrix_.value_ = np.array([value for terms, _, _ in program.rows for value in terms.values()])
    if any(program.whole):
        kinds = highspy.HighsVarType
        given.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in program.whole]
    return given


def silent_highs() -> highspy.Highs:
    """Return a solver that writes nothing to stdout."""
    _print_banner()
    highs: highspy.Highs = _Highs()
    highs.setOptionValue("output_flag", False)  # noqa: FBT003 - the signature is HiGHS'
    return highs


@cache
def _print_banner() -> None:
    """Let HiGHS print its banner, which no option suppresses, to nowhere: stdout is a function's structured log."""
    with _nowhere():
        _Highs()


@contextmanager
def _nowhere() -> Iterator[None]:
    """Discard what C code of the process writes to stdout meanwhile."""
    library = ctypes.CDLL(None)
    library.fflush(None)
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
        library.fflush(None)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
